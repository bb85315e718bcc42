"""What changed inside a quotation: somebody is made to have said something else."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import SIGNIFICANT, ChangeClass
from analysis.changes.numbers import values_in
from analysis.changes.place import Place, Verdict
from analysis.changes.polarity import signs
from analysis.changes.quotes import inside
from analysis.changes.tokens import Token, are_forms, kept_share
from domain.topic import Span

_SAME_QUOTE = 0.5  # of its words, kept
_FEW_SWAPPED = 3  # words in whose place others stand
_SMALL = frozenset({ChangeClass.TYPOGRAPHY, ChangeClass.WORDING})


def quotation_verdict(place: Place, quotes: tuple[Span, Span], verdict: Verdict) -> Verdict:
    """What a change inside ``quotes`` is, of which the words by themselves say ``verdict``."""
    if verdict.kind is ChangeClass.TYPOGRAPHY:
        return verdict
    if _without_fillers(place.old, place.words) == _without_fillers(place.new, place.words):
        return _quotation(0.1, "words that say nothing are put in or left out")
    words, others = (_content(tokens, place.words) for tokens in (place.old, place.new))
    are_few = max(len(words), len(others)) <= _FEW_SWAPPED
    if verdict.significance >= SIGNIFICANT and are_few and verdict.kind is not ChangeClass.ATTRIBUTION:
        also = frozenset({verdict.kind}) - _SMALL
        return Verdict(ChangeClass.QUOTATION, max(verdict.significance, 0.8), f"in a quotation: {verdict.reason}", also)
    if not place.old or not place.new:
        weight = 0.8 if len(words) + len(others) > 1 else 0.3  # one word more or less seldom turns what was said
        return _quotation(weight, "part of what is quoted is put in or left out")
    return _reworded(place, quotes, words, others)


def _reworded(place: Place, quotes: tuple[Span, Span], words: Sequence[str], others: Sequence[str]) -> Verdict:
    said, says = inside(place.before, quotes[0]), inside(place.after, quotes[1])
    denied = [signs(tokens, place.words)["not"] for tokens in (said, says)]
    if denied[0] != denied[1] or values_in(said, place.words) != values_in(says, place.words):
        return _quotation(0.85, "what is quoted denies it, or states another value")
    if kept_share(said, says, place.words.stop) < _SAME_QUOTE:
        return _quotation(0.85, "most of the quoted words are others")
    are_few = max(len(words), len(others)) <= _FEW_SWAPPED
    if are_few and not any(are_forms(word, other) for word in words for other in others):
        return _quotation(0.6, "a quoted word is another")
    return _quotation(0.2, "other words, at least half of the old ones are kept")


def _quotation(weight: float, reason: str) -> Verdict:
    return Verdict(ChangeClass.QUOTATION, weight, reason)


def _without_fillers(tokens: Sequence[Token], words: Lexicon) -> list[str]:
    said = [t for t in tokens if t.is_word]
    is_apart = any(t.text == "," for t in tokens)  # a just war, well water
    runs = [run for run in words.fillers.found(said) if is_apart or run[1] - run[0] > 1]
    idle = {n for run in runs for n in range(*run)}
    return [t.folded for n, t in enumerate(said) if n not in idle]


def _content(tokens: Sequence[Token], words: Lexicon) -> list[str]:
    """The words that say something."""
    return [t.folded for t in tokens if t.is_word and t.folded not in words.stop]
