"""What was done to a headline: each of its changes is one of the headline, and weighs what the whole says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import SIGNIFICANT, ChangeClass
from analysis.changes.place import Verdict
from analysis.changes.polarity import ends_otherwise
from analysis.changes.tokens import Token, are_forms, kept_share

_ALL = 0.99
_ANOTHER = 0.9  # the weight of another name
_LEAST_CUT = 2  # words: one alone may be whom it names
_MOST_SPEAKER = 3  # words before the colon
_SAME_SENSE = 0.5  # of its words, kept
_SMALL = frozenset({ChangeClass.TYPOGRAPHY, ChangeClass.WORDING, ChangeClass.HEADLINE})


class _Headlines(NamedTuple):
    before: Sequence[Token]
    after: Sequence[Token]
    inner: Sequence[Verdict]  # of what changed inside
    words: Lexicon


def headline_verdict(
    before: Sequence[Token], after: Sequence[Token], inner: Sequence[Verdict], *, words: Lexicon
) -> Verdict:
    """The first rule that fits; ``inner``: what the changed words are by themselves."""
    pair = _Headlines(before, after, inner, words)
    also = frozenset(verdict.kind for verdict in inner) - _SMALL
    for rule in _RULES:
        if (found := rule(pair)) is not None:
            weight, reason, kinds = found
            return Verdict(ChangeClass.HEADLINE, weight, reason, also | kinds)
    kept = kept_share(before, after, words.stop)
    if kept >= _SAME_SENSE:
        return Verdict(ChangeClass.HEADLINE, 0.2, "other words, at least half of the old ones are kept", also)
    return Verdict(ChangeClass.HEADLINE, 0.8, "most of the old words are gone", also)


_Found = tuple[float, str, frozenset[ChangeClass]]
_NONE: frozenset[ChangeClass] = frozenset()


def _question(pair: _Headlines) -> _Found | None:
    asked = [bool(tokens) and tokens[-1].text == "?" for tokens in (pair.before, pair.after)]
    if asked[0] == asked[1]:
        return None
    return 0.8, "it asks what it said, or says what it asked", frozenset({ChangeClass.NEGATION_OR_MODALITY})


def _marks(pair: _Headlines) -> _Found | None:
    if any(verdict.kind is not ChangeClass.TYPOGRAPHY for verdict in pair.inner):
        return None
    return 0.05, "marks, capitals or accents alone", _NONE


def _weighty(pair: _Headlines) -> _Found | None:
    """One of its changes is significant; the same words in another order are not."""
    weighty = max(pair.inner, key=lambda verdict: verdict.significance)
    if weighty.significance < SIGNIFICANT or _is_reordered(pair):
        return None
    if weighty.kind is ChangeClass.NAME and weighty.significance < _ANOTHER and _says_all_the_same(pair):
        return None
    return 0.85, weighty.reason, _NONE


def _is_reordered(pair: _Headlines) -> bool:
    """Whether the same words stand in another order, and names and figures in the same."""
    if _words(pair.before) != _words(pair.after):
        return False
    common = {t.text for t in pair.before if _is_told_apart(t)} & {t.text for t in pair.after if _is_told_apart(t)}
    orders = [[t.text for t in tokens if t.text in common] for tokens in (pair.before, pair.after)]
    return orders[0] == orders[1]


def _is_told_apart(token: Token) -> bool:
    return token.is_capital or token.text[:1].isdigit()


def _says_all_the_same(pair: _Headlines) -> bool:
    """Whether each says all that the other does, in another order and other forms."""
    sides = (pair.before, pair.after), (pair.after, pair.before)
    return all(kept_share(one, other, pair.words.stop) >= _ALL for one, other in sides)


def _words(tokens: Sequence[Token]) -> list[str]:
    return sorted(t.folded for t in tokens if t.is_word)


def _told_by(pair: _Headlines) -> _Found | None:
    said = pair.words.reporting, pair.words.reporting_loaded, pair.words.sources
    told = [any(verbs.any_in(tokens) for verbs in said) for tokens in (pair.before, pair.after)]
    if told[0] == told[1]:
        return None
    return 0.8, "that somebody says so is put in or left out", frozenset({ChangeClass.ATTRIBUTION})


def _first(pair: _Headlines) -> _Found | None:
    sides = (pair.before, pair.after), (pair.after, pair.before)
    if _is_only_shortened(pair) or not any(_is_first_lost(*side, pair.words) for side in sides):
        return None
    return 0.8, "whom or what it names first is another, or is named no more", _NONE


def _is_only_shortened(pair: _Headlines) -> bool:
    """Whether some words that name and judge nobody stand before it, or do so no more: Beloved old cinema, cinema."""
    short, long = sorted((pair.before, pair.after), key=len)
    words, more = _folded(short), _folded(long)
    cut = [t for t in long if t.is_word][: len(more) - len(words)]
    if more[len(cut) :] != words or len([t for t in cut if t.folded not in pair.words.stop]) < _LEAST_CUT:
        return False
    if any(t.text == ":" for t in long):
        return False  # somebody says so
    kinds = (pair.words.bodies, pair.words.strong, pair.words.media)
    return not any(t.is_capital for t in cut[1:]) and not any(kind.any_in(cut) for kind in kinds)


def _folded(tokens: Sequence[Token]) -> list[str]:
    return [t.folded for t in tokens if t.is_word]


def _is_first_lost(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether the first word that says something stands nowhere in the other; of a title and a name the name counts."""
    said = [(n, t) for n, t in enumerate(before) if t.is_word and t.folded not in words.stop]
    if len(said) < 2 or said[0][1].folded[:1].isdigit() or before[said[0][0] + 1].text == ":":
        return False
    first, second = said[0][1], said[1][1]
    kept = [_bare(t) for t in after if t.is_word]
    lost = [not any(are_forms(_bare(t), other) for other in kept) for t in (first, second)]
    return lost[0] and (lost[1] or not second.is_capital)


def _bare(token: Token) -> str:
    return token.folded.partition("'")[0]


def _outcome(pair: _Headlines) -> _Found | None:
    if not ends_otherwise(pair.before, pair.after, pair.words):
        return None
    return 0.8, "what became of it is told otherwise", _NONE


def _speaker(pair: _Headlines) -> _Found | None:
    """Who says so, before a colon, put in or left out: Police: those detained …"""
    spoken = [_is_spoken(tokens, pair.words) for tokens in (pair.before, pair.after)]
    if spoken[0] == spoken[1]:
        return None
    return 0.8, "that somebody says so is put in or left out", frozenset({ChangeClass.ATTRIBUTION})


def _is_spoken(tokens: Sequence[Token], words: Lexicon) -> bool:
    colon = next((n for n, token in enumerate(tokens) if token.text == ":"), None)
    if colon is None or not 0 < colon <= _MOST_SPEAKER:
        return False
    return words.bodies.any_in(tokens[:colon]) or (colon > 1 and all(t.is_capital for t in tokens[:colon]))


_RULES: tuple[Callable[[_Headlines], _Found | None], ...] = (
    _question, _marks, _weighty, _told_by, _speaker, _outcome, _first,
)  # fmt: skip
