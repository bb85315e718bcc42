"""The rules by which a change of a figure is told: another value, another unit, the same written otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes.bylines import is_same_day
from analysis.changes.lexicon import Lexicon
from analysis.changes.measured_alike import are_same_share, are_same_time, is_other_half_of_day
from analysis.changes.model import ChangeClass
from analysis.changes.names import capitals
from analysis.changes.naming import is_in_name
from analysis.changes.numbers import are_same, is_numeric, is_unit, roman_of, values_in
from analysis.changes.place import Place, Verdict
from analysis.changes.polarity import signs
from analysis.changes.tokens import Token, kept_share
from text.months import month_of

_ALL = 0.99
_SECOND_OF_DAY = ("ertesi", "axsam")
_PARTS = frozenset({"per"})  # of a unit: per cent
_MOST_AHEAD = 4  # tokens of one figure that stand before what changed
_MOST_ADDED = 5  # words beside a figure that is put in or left out


def measure(place: Place) -> Verdict | None:
    """Another unit or currency beside a figure that stays."""
    if not (place.old and place.new) or not all(_measures(tokens, place.words) for tokens in (place.old, place.new)):
        return None
    if not (figure_ahead(place) or (place.behind and is_numeric(place.behind[0], place.words))):
        return None
    if _named(place.old, place.words) == _named(place.new, place.words):
        old, new = (values_in([*figure_ahead(place), *tokens], place.words) for tokens in (place.old, place.new))
        is_same = are_same(old, new, in_other_units=True)
        return Verdict(ChangeClass.NUMBER, 0.1, "the same value written otherwise") if is_same else None
    return Verdict(ChangeClass.NUMBER, 0.9, "another unit or currency")


def figure_ahead(place: Place) -> list[Token]:
    """The tokens of a figure that end right before what changed: ``12`` before ``000 metres``."""
    start = place.hunk.a0
    while start > max(0, place.hunk.a0 - _MOST_AHEAD) and is_numeric(place.after[start - 1], place.words):
        start -= 1
    return list(place.after[start : place.hunk.a0])


def _measures(tokens: Sequence[Token], words: Lexicon) -> bool:
    bare = [t for n, t in enumerate(tokens) if t.text != "-" and not (n and tokens[n - 1].text == "-")]  # 35%-i
    known = (words.measures.in_word(t.folded) or is_unit(t, words) or t.folded in words.stop for t in bare)
    return bool(bare) and all(one or t.folded in _PARTS for one, t in zip(known, bare, strict=True))


def _named(tokens: Sequence[Token], words: Lexicon) -> list[str]:
    return sorted(t.folded[:3] for t in tokens if words.measures.in_word(t.folded))


def number(place: Place) -> Verdict | None:
    """A number, a day or a date: another one, the same, one more or one less."""
    old, new = (_figures(*side, place.words) for side in place.sides)
    if _is_other_weekday(place) or is_other_half_of_day(place.old, place.new, place.words):
        return Verdict(ChangeClass.NUMBER, 0.9, "another day, or another part of it")
    if (not old and not new) or _is_somebody(place, old, new):
        return None
    if _is_written_otherwise(place):
        return Verdict(ChangeClass.NUMBER, 0.1, "the same value written otherwise")
    if old and new and is_in_name(place, old, new):
        return Verdict(ChangeClass.NAME, 0.9, "another number in a name")
    if (old and new) or (place.old and place.new and figure_ahead(place)):
        return _compared(place, old, new)
    few = len([t for t in (*place.old, *place.new) if t.is_word]) <= _MOST_ADDED
    return Verdict(ChangeClass.NUMBER, 0.8, "a number is added or dropped") if few else None


def _is_other_weekday(place: Place) -> bool:
    """Whether the second word of a weekday's name came or went: bazar, bazar ertəsi."""
    words = [t.folded for t in (*place.old, *place.new) if t.is_word]
    before = place.after[: place.hunk.a0][-1:]
    is_second = len(words) == 1 and bool(place.old) != bool(place.new) and words[0].startswith(_SECOND_OF_DAY)
    return is_second and any(day.any_in(before) for day in place.words.weekdays)


def _is_written_otherwise(place: Place) -> bool:
    """Whether both sides state one time of day, one share or one day of the year."""
    old, new, words = place.old, place.new, place.words
    return are_same_time(old, new, words) or are_same_share(old, new, words) or is_same_day(old, new)


def _is_somebody(place: Place, old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Whether "one" counts nothing, but stands for a name that the other side gives: a businessman."""
    if bool(old) == bool(new):
        return False
    said, named = (new, place.sides[0]) if new else (old, place.sides[1])
    is_one = values_in(said, place.words) == [("number", 1.0)] and not said[0].folded[:1].isdigit()
    return is_one and bool(capitals(*named))


def _compared(place: Place, old: Sequence[Token], new: Sequence[Token]) -> Verdict | None:
    words = place.words
    ahead, unit = figure_ahead(place), [t for t in place.behind[:1] if t not in place.new]
    values = [values_in([*ahead, *tokens, *unit], words) for tokens in (place.old, place.new)]
    units = [{t.folded for t in tokens if is_unit(t, words)} for tokens in (place.old, place.new)]
    if are_same(*values, in_other_units=units[0] != units[1]):
        others = [[t for t in side if t not in old and t not in new] for side in (place.old, place.new)]
        if signs(others[0], words) == signs(others[1], words):
            if not _counts_the_same(others, words):
                return Verdict(ChangeClass.NUMBER, 0.6, "what it counts is another, or where it ends")
            return Verdict(ChangeClass.NUMBER, 0.1, "the same value written otherwise")
    elif old and new and signs(place.old, words)["not"] == signs(place.new, words)["not"]:
        return Verdict(ChangeClass.NUMBER, 0.9, "another value")
    return None


def _counts_the_same(sides: Sequence[Sequence[Token]], words: Lexicon) -> bool:
    """Whether what stands beside two figures says the same; units are compared with their values."""
    said = [[t for t in side if t.is_word and not (is_unit(t, words) or _measures([t], words))] for side in sides]
    if not (said[0] and said[1]):
        return True
    return all(kept_share(*pair) >= _ALL for pair in ((said[0], said[1], words.stop), (said[1], said[0], words.stop)))


def _figures(tokens: Sequence[Token], start: int, end: int, words: Lexicon) -> list[Token]:
    """What states a number, a month or a day; a number word with a capital is part of a name."""
    named = capitals(tokens, start, end) if words.language != "en" else []
    return [
        t
        for t in tokens[start:end]
        if is_numeric(t, words)
        and not (t in named and t.text.isalpha() and month_of(t.folded) is None and roman_of(t, words) is None)
    ]
