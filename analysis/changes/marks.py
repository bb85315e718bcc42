"""The rules by which marks, capitals and slips of the pen are told: the same words, written otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from analysis.changes.model import ChangeClass
from analysis.changes.names import capitals
from analysis.changes.place import Place, Verdict
from analysis.changes.tokens import Token

_TYPO_LIKENESS, _TYPO_LETTERS = 0.74, 5
_MINUS = frozenset("-−–")


def marks(place: Place) -> Verdict | None:
    """The same letters, with other marks, capitals or accents."""
    old, new = ("".join(_letters(t) for t in tokens if t.is_word) for tokens in (place.old, place.new))
    if old != new:
        return None
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


def _letters(token: Token) -> str:
    """What is written beside marks; a hyphen within a word is one."""
    return token.folded.replace("'", "").replace("-", "")


def _words_in(tokens: Sequence[Token]) -> int:
    return sum(token.is_word for token in tokens)


def _are_spelled_otherwise(one: Token, other: Token) -> bool:
    bare, now = (token.text.partition("'")[0].partition("’")[0] for token in (one, other))
    is_other = bare != now and bare.casefold() != now.casefold() and one.folded == other.folded
    return is_other and not (bare.isupper() or now.isupper())


def slip(place: Place) -> Verdict | None:
    """A word whose letters stood in another order, within it."""
    old, new = ([t for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if len(old) != 1 or len(new) != 1 or old[0].is_capital or len(old[0].folded) < _TYPO_LETTERS:
        return None
    one, other = old[0].folded, new[0].folded
    if one == other or sorted(one) != sorted(other) or one[0] != other[0] or one[-1] != other[-1]:
        return None
    return Verdict(ChangeClass.TYPOGRAPHY, 0.1, "a slip of the pen is mended")


def typo(place: Place) -> Verdict | None:
    old, new = ([t.folded for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if not old or len(old) != len(new) or not all(_are_alike(*pair) for pair in zip(old, new, strict=True)):
        return None
    return Verdict(ChangeClass.TYPOGRAPHY, 0.1, "a slip of the pen is mended, or another form of the word")


def _are_alike(old: str, new: str) -> bool:
    if min(len(old), len(new)) < _TYPO_LETTERS or old[:1] != new[:1]:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _TYPO_LIKENESS
