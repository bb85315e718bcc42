"""What a run of changed words is, and how much it matters: the rules, in the order of their certainty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from analysis.changes.figures import measure, number
from analysis.changes.lexicon import Lexicon
from analysis.changes.model import ChangeClass
from analysis.changes.names import capitals, is_same
from analysis.changes.naming import expansion, initial, name
from analysis.changes.place import Place, Verdict
from analysis.changes.polarity import is_hearsay_toggled, is_prefixed, opposite, outcome, signs
from analysis.changes.tokens import Token, kept_share
from domain.urls import url_key

_NOT_SOURCES = frozenset({"buna", "ona", "bunun", "gore", "hansina", "niye", "bunlara", "onlara"})
_TYPO_LIKENESS, _TYPO_LETTERS = 0.74, 5
VERB_LAST = frozenset({"az", "tr"})  # the subject begins the sentence, the verb of saying ends it
_ADDRESSES = ("http://", "https://", "www.")
_MARKUP = frozenset("[]()")
_NEAR = 2  # words in which what makes somebody a source follows
_AND = frozenset({"and", "и", "və", "ve"})


def judged(place: Place) -> Verdict:
    """The first rule that fits."""
    rules = (
        measure, _marks, _link, initial, expansion, _slip, _hearsay, _source, number, _said_by_others, _polarity,
        opposite, _judging_speaker, _strong, _reporting, _cited, name, _subject, _typo, outcome,
    )  # fmt: skip
    return next((verdict for rule in rules if (verdict := rule(place)) is not None), _wording(place))


def _marks(place: Place) -> Verdict | None:
    """The same letters, with other marks, capitals or accents."""
    old, new = ("".join(_letters(t) for t in tokens if t.is_word) for tokens in (place.old, place.new))
    if old != new:
        return None
    names, others = (capitals(*side) for side in place.sides)
    is_parted = bool(names) and bool(others) and _words_in(place.old) != _words_in(place.new)  # Ali Agha, Aliagha
    are_names = len(names) == _words_in(place.old)  # beside other words the marks were put right of all
    if is_parted or (are_names and any(_are_spelled_otherwise(a, b) for a, b in zip(names, others, strict=False))):
        return Verdict(ChangeClass.NAME, 0.1, "a name is spelled otherwise")
    return Verdict(ChangeClass.TYPOGRAPHY, 0.05, "marks, capitals or accents alone")


def _letters(token: Token) -> str:
    """What is written beside marks; a dash in a range of figures is one."""
    bare = token.folded.replace("'", "")
    return re.sub(r"(?<=\d)-(?=\d)", "", bare) if bare[:1].isdigit() else bare


def _words_in(tokens: Sequence[Token]) -> int:
    return sum(token.is_word for token in tokens)


def _are_spelled_otherwise(one: Token, other: Token) -> bool:
    bare, now = (token.text.partition("'")[0].partition("’")[0] for token in (one, other))
    is_other = bare != now and bare.casefold() != now.casefold() and one.folded == other.folded
    return is_other and not (bare.isupper() or now.isupper())


def _link(place: Place) -> Verdict | None:
    old, new = ([t.text for t in tokens if t.text.startswith(_ADDRESSES)] for tokens in (place.old, place.new))
    if not (old or new):
        return None
    if [_document(address) for address in old] == [_document(address) for address in new]:
        return Verdict(ChangeClass.LINK, 0.1, "the same document, at another form of its address")
    return Verdict(ChangeClass.LINK, 0.6, "a link leads elsewhere, or is there no more")


def _document(address: str) -> str:
    return url_key(address if "://" in address else f"https://{address}")


def _slip(place: Place) -> Verdict | None:
    """A word whose letters stood in another order, within it."""
    old, new = ([t for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if len(old) != 1 or len(new) != 1 or old[0].is_capital or len(old[0].folded) < _TYPO_LETTERS:
        return None
    one, other = old[0].folded, new[0].folded
    if one == other or sorted(one) != sorted(other) or one[0] != other[0] or one[-1] != other[-1]:
        return None
    return Verdict(ChangeClass.TYPOGRAPHY, 0.1, "a slip of the pen is mended")


def _hearsay(place: Place) -> Verdict | None:
    """That something is only said to be so, put in or left out."""
    old, new = (place.words.hearsay.any_in(tokens) for tokens in (place.old, place.new))
    if old == new:
        return None
    return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.95, "that it is only said to be so, put in or left out")


def _source(place: Place) -> Verdict | None:
    """According to whom: put in, left out, or another."""
    if _names_source(place):
        return Verdict(ChangeClass.ATTRIBUTION, 0.8, "a source is added, dropped or replaced")
    sides = (place.old, place.new)
    if all(sides) or len(max(sides, key=len)) < 3:
        return None
    if any(verbs.any_in(tokens) for verbs in (place.words.reporting, place.words.reporting_loaded) for tokens in sides):
        return Verdict(ChangeClass.ATTRIBUTION, 0.8, "who says so is added or dropped")
    return None


def _names_source(place: Place) -> bool:
    """Whether a phrase of either side names a source; one that begins or ends beside what changed, too."""
    hunk = place.hunk
    sides = ((place.before, hunk.b0, hunk.b1), (place.after, hunk.a0, hunk.a1))
    return any(_has_source(tokens, start, end, place.words) for tokens, start, end in sides if start < end)


def _has_source(tokens: Sequence[Token], start: int, end: int, words: Lexicon) -> bool:
    window = tokens[max(0, start - 1) : end + 1]
    shift = start - max(0, start - 1)
    for first, last in words.sources.found(window):
        touches = first < end - start + shift and last > shift
        is_other = last - first == 1 and first and window[first - 1].folded in _NOT_SOURCES
        if touches and not is_other:
            return True
    return False


def _polarity(place: Place) -> Verdict | None:
    said = [[t for t in side[0][side[1] : side[2]] if t not in capitals(*side)] for side in place.sides]
    old, new = (signs(tokens, place.words) for tokens in said)
    is_moved = bool(old) and old == new and place.old and place.new and _only_order_differs(place)
    is_prefix = is_prefixed(place.old, place.new, place.words)
    if old != new or is_moved or is_prefix or is_hearsay_toggled(place.old, place.new, place.words):
        denies = old["not"] != new["not"] or is_moved or is_prefix
        reason = "what was said is denied, or no longer" if denies else "how sure it is, or who must, may or can"
        judges = any(_strong_words(tokens, place.words) for tokens in (place.old, place.new))
        also = frozenset({ChangeClass.STRONG_TERM} if judges else ())
        return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.95, reason, also)
    if old and all(_are_signs(tokens, place.words) for tokens in said):
        return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.2, "as sure as before, in other words")
    return None


def _are_signs(tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether nothing else is said."""
    found = {
        n
        for phrases in (words.negation, words.modality, *words.alike)
        for run in phrases.found(tokens)
        for n in range(*run)
    }
    return all(n in found or t.folded in words.stop or not t.is_word for n, t in enumerate(tokens))


def _only_order_differs(place: Place) -> bool:
    none: frozenset[str] = frozenset()
    return kept_share(place.old, place.new, none) >= 0.6 and kept_share(place.new, place.old, none) >= 0.6


def _reporting(place: Place) -> Verdict | None:
    """The verb of saying, or what it says of what it reports."""
    loaded = [place.words.reporting_loaded.any_in(tokens) for tokens in (place.old, place.new)]
    plain = [place.words.reporting.any_in(tokens) for tokens in (place.old, place.new)]
    if all(a or b for a, b in zip(loaded, plain, strict=True)):
        if loaded[0] != loaded[1]:
            also = frozenset({ChangeClass.STRONG_TERM})
            return Verdict(ChangeClass.ATTRIBUTION, 0.8, "the word for saying so judges it, or no longer", also)
        named = [_names_who(tokens, place.words) for tokens in (place.old, place.new)]
        if any(named):
            return Verdict(ChangeClass.ATTRIBUTION, 0.8, "one more says so, or one less")
        return Verdict(ChangeClass.ATTRIBUTION, 0.2, "another word for saying so")
    return None


def _names_who(tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether more than the verb of saying stands there: who says so."""
    said = {
        n for phrases in (words.reporting, words.reporting_loaded) for run in phrases.found(tokens) for n in range(*run)
    }
    return any(t.is_word and n not in said and t.folded not in words.stop for n, t in enumerate(tokens))


def _cited(place: Place) -> Verdict | None:
    """Another body or paper by whose words it is told; a person that stays in office is another name only."""
    old, new = (capitals(*side) for side in place.sides)
    if not (old or new) or not (place.old and place.new) or is_same(old, new):
        return None
    is_by = place.words.sources.any_in(place.behind[:_NEAR])
    is_paper = place.words.media.any_in(place.ahead[-1:]) and place.words.reporting.any_in(place.ahead)
    are_documents = all(place.words.documents.any_in(tokens[-1:]) for tokens in (place.old, place.new))
    is_body = not all(t.is_capital or t.folded in place.words.stop for t in (*place.old, *place.new) if t.is_word)
    is_said = is_body and any(v.any_in(place.behind[:1]) for v in (place.words.reporting, place.words.reporting_loaded))
    if is_by or is_paper or are_documents or is_said:
        return Verdict(ChangeClass.ATTRIBUTION, 0.8, "another says so", frozenset({ChangeClass.NAME}))
    return None


def _strong(place: Place) -> Verdict | None:
    old, new = (_strong_words(tokens, place.words) for tokens in (place.old, place.new))
    if old == new or (old and new and kept_share(place.old, place.new, place.words.stop) >= 0.99):
        return None
    if any(one.any_in(place.old) and one.any_in(place.new) for one in place.words.alike):
        return Verdict(ChangeClass.STRONG_TERM, 0.2, "a word that judges as hard")
    return Verdict(ChangeClass.STRONG_TERM, 0.8, "a word that judges is put in, left out or replaced")


def _strong_words(tokens: Sequence[Token], words: Lexicon) -> list[str]:
    return sorted(tokens[start].folded[:4] for start, _ in words.strong.found(tokens))


def _said_by_others(place: Place) -> Verdict | None:
    """Somebody says so in whose place somebody else did, each with the word for saying."""
    said = place.words.reporting, place.words.reporting_loaded
    if not all(any(verbs.any_in(tokens) for verbs in said) for tokens in (place.old, place.new)):
        return None
    judging = [bool(_strong_words(tokens, place.words)) for tokens in (place.old, place.new)]
    if judging[0] != judging[1] and not capitals(*place.sides[judging[0]]):
        return None  # the authorities said, the regime said
    if not all(_names_who(tokens, place.words) for tokens in (place.old, place.new)):
        return None
    return Verdict(ChangeClass.ATTRIBUTION, 0.8, "another says so")


def _judging_speaker(place: Place) -> Verdict | None:
    """Another who says so, right beside the words for saying, also where one of the two is named with a judgement."""
    judging = [bool(_strong_words(tokens, place.words)) for tokens in (place.old, place.new)]
    if judging[0] == judging[1]:
        return None
    if place.old and place.new:
        plain = place.old if judging[1] else place.new
        is_named = any(t.is_capital for t in plain)
    else:
        is_named = (place.old or place.new)[0].folded in _AND  # one more who says so
    beside = [*place.ahead[-1:], *place.behind[:1]]
    said = place.words.reporting, place.words.reporting_loaded, place.words.sources
    return _subject(place) if is_named and any(verbs.any_in([t]) for verbs in said for t in beside) else None


def _subject(place: Place) -> Verdict | None:
    """Who says so, where the verb of saying stays: words right before it or behind it."""
    if all(t.folded in place.words.stop for t in (*place.old, *place.new) if t.is_word):
        return None  # told reporters, told the reporters
    said = place.words.reporting, place.words.reporting_loaded, place.words.sources
    is_both = bool(place.old and place.new)
    near = (place.behind, place.ahead) if is_both else (place.behind[:1], place.ahead[-1:])
    if not any(verbs.any_in(tokens) for verbs in said for tokens in near):
        is_named = any(t.is_capital for t in (*place.old, *place.new)) and not (place.old and place.new)
        is_first = place.words.language in VERB_LAST and place.old and place.new and not place.ahead
        if not ((is_named or is_first) and any(verbs.any_in(place.after) for verbs in said)):
            return None
    if len([t for t in (*place.old, *place.new) if t.is_word]) > 10:
        return None
    return Verdict(ChangeClass.ATTRIBUTION, 0.8, "another says so, or to another")


def _typo(place: Place) -> Verdict | None:
    old, new = ([t.folded for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if not old or len(old) != len(new) or not all(_are_alike(*pair) for pair in zip(old, new, strict=True)):
        return None
    return Verdict(ChangeClass.TYPOGRAPHY, 0.1, "a slip of the pen is mended, or another form of the word")


def _are_alike(old: str, new: str) -> bool:
    if min(len(old), len(new)) < _TYPO_LETTERS or old[:1] != new[:1]:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _TYPO_LIKENESS


def _wording(place: Place) -> Verdict:
    """The more words, the more worth a look; a rule would have to speak for it to be significant."""
    count = max(len([t for t in tokens if t.is_word]) for tokens in (place.old, place.new))
    return Verdict(ChangeClass.WORDING, min(0.1 * (1 + count), 0.4), "other words, of which no rule says anything")


def is_markup(tokens: Sequence[Token]) -> bool:
    """Whether only brackets of a link stand there."""
    return bool(tokens) and all(t.text in _MARKUP for t in tokens)
