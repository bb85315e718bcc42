"""The rules by which marks, capitals and slips of the pen are told: the same words, written otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from analysis.changes.model import ChangeClass
from analysis.changes.names import capitals
from analysis.changes.place import Place, Verdict
from analysis.changes.tokens import Token, common_start

_TYPO_LIKENESS, _TYPO_LETTERS, _TYPO_START = 0.74, 5, 4
_ENDING_LETTERS = 2  # by which grammar tells forms apart
_TURKIC = frozenset({"az", "tr"})
_MINUS = frozenset("-−–")


def marks(place: Place) -> Verdict | None:
    """The same letters, with other marks, capitals or accents."""
    old, new = (_letters(tokens) for tokens in (place.old, place.new))
    if old != new:
        return None
    if _is_other_word(place):
        return Verdict(ChangeClass.WORDING, 0.8, "another word, a dot apart")
    if _is_negative(*place.sides[0]) != _is_negative(*place.sides[1]):
        return Verdict(ChangeClass.NUMBER, 0.9, "another value")
    names, others = (capitals(*side) for side in place.sides)
    is_parted = bool(names) and bool(others) and _words_in(place.old) != _words_in(place.new)  # Ali Agha, Aliagha
    are_names = len(names) == _words_in(place.old)  # beside other words the marks were put right of all
    if is_parted or (are_names and any(_are_spelled_otherwise(a, b) for a, b in zip(names, others, strict=False))):
        return Verdict(ChangeClass.NAME, 0.1, "a name is spelled otherwise")
    return Verdict(ChangeClass.TYPOGRAPHY, 0.05, "marks, capitals or accents alone")


def _is_negative(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a minus stands before a figure: right before it, and behind nothing."""
    for n in range(start, min(end + 1, len(tokens) - 1)):
        mark, figure = tokens[n], tokens[n + 1]
        is_apart = n == 0 or tokens[n - 1].end < mark.start or tokens[n - 1].text in "(["
        if mark.text in _MINUS and is_apart and figure.start == mark.end and figure.text[:1].isdigit():
            return True
    return False


def _letters(tokens: Sequence[Token]) -> str:
    """What is written beside marks; a hyphen, and a dash between figures, parts what it stands between."""
    found = []
    for n, token in enumerate(tokens):
        beside = [tokens[at].text[:1] for at in (n - 1, n + 1) if 0 <= at < len(tokens)]
        if token.is_word:
            found.append(token.folded.replace("'", ""))
        elif len(beside) == 2 and (token.text == "-" or (token.text in _MINUS and all(map(str.isdigit, beside)))):
            found.append("-")
    return "".join(found)


def _is_other_word(place: Place) -> bool:
    """Whether dots make it another word in a Turkic language: oldu, öldü."""
    old, new = ([t.text.casefold() for t in tokens if t.is_word] for tokens in (place.old, place.new))
    pairs = zip(old, new, strict=False)
    return place.words.language in _TURKIC and any(
        {one[:2], other[:2]} == {"ol", "öl"} or {one[:3], other[:3]} == {"don", "dön"} for one, other in pairs
    )


def _words_in(tokens: Sequence[Token]) -> int:
    return sum(token.is_word for token in tokens)


def _are_spelled_otherwise(one: Token, other: Token) -> bool:
    bare, now = (token.text.partition("'")[0].partition("’")[0] for token in (one, other))
    is_other = bare != now and bare.casefold() != now.casefold() and one.folded == other.folded
    return is_other and not (bare.isupper() or now.isupper())


def slip(place: Place) -> Verdict | None:
    """A word of which one letter was wrong or missing, or two had changed places, within it."""
    old, new = ([t for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if len(old) != 1 or len(new) != 1 or old[0].is_capital or len(old[0].folded) < _TYPO_LETTERS:
        return None
    one, other = old[0].folded, new[0].folded
    is_turned = sorted(one) == sorted(other) and one[0] == other[0] and one[-1] == other[-1]
    if one == other or not (is_turned or _is_a_letter_off(one, other)):
        return None
    return Verdict(ChangeClass.TYPOGRAPHY, 0.1, "a slip of the pen is mended")


def typo(place: Place) -> Verdict | None:
    """Words that are alike, each with the one in whose place it stands."""
    old, new = ([t.folded for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if not old or len(old) != len(new) or not all(_are_alike(*pair) for pair in zip(old, new, strict=True)):
        return None
    return Verdict(ChangeClass.TYPOGRAPHY, 0.1, "a slip of the pen is mended, or another form of the word")


def _is_a_letter_off(old: str, new: str) -> bool:
    """Whether one letter of a longer word is another, or lacks, behind its beginning and before its ending."""
    start = common_start(old, new)
    one, other = old[start:], new[start:]
    if "-" in (*old, *new):
        return False  # resigned, re-signed
    is_off = other in (one[1:], f"{other[:1]}{one[1:]}") or one == other[1:]
    is_within = start > 1 and min(len(one), len(other)) > _ENDING_LETTERS
    return is_off and is_within and min(len(old), len(new)) > _TYPO_LETTERS


def _are_alike(old: str, new: str) -> bool:
    if _is_a_letter_off(old, new):
        return True
    if min(len(old), len(new)) < _TYPO_LETTERS or common_start(old, new) < _TYPO_START:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _TYPO_LIKENESS
