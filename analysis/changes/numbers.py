"""Numbers in words and figures, and days of the week: whether two runs of words state the same values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.tokens import Token
from text.months import month_of

_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_ENDING = re.compile(r"(?:[iu]?nc[iu])?(?:[iu]s[iu]|s[iu]|[iu])?(?:n?[iu]n|n[iu]|n?[dt][ae]n?|n?[ae]|y[aeiu])?")
_ENGLISH_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_GROUPED_DECIMAL = re.compile(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?!\2)[.,](\d{1,2})")
_GROUP, _GROUP_DIGITS = re.compile(r"\d{3}"), 3
_THOUSAND = 1_000
_PART = 10_000  # more than a part of a date can be
_DAY_LETTERS = 4  # by which yesterday is told from today, whatever its ending
_HALF = 0.5
_ROUNDED = 0.03  # of a value, where it is given in another unit
_BETWEEN = frozenset("and a an per с ve və of".split())  # words that part no number
_SHORT_SCALES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, "tn": 1_000_000_000_000}
_ONE = frozenset({"a", "an"})
_NO_MONTH = "nişan"  # a name and a sign: folded it is April
_ROMAN, _ROMAN_LETTERS = re.compile("[IVX]{2,6}"), {"I": 1, "V": 5, "X": 10}
_TURKIC = frozenset({"az", "tr"})
_LETTERS_BEFORE = re.compile(r"[a-zа-я]-?\d")  # M70, F-16; 15th and 60W are numbers


def is_numeric(token: Token, words: Lexicon) -> bool:
    """Whether a token states a number, a month or a day of the week."""
    return (
        token.folded[:1].isdigit()
        or roman_of(token, words) is not None
        or _of(token.folded, words) is not None
        or token.folded in words.scales
        or _weekday(token, words) is not None
        or words.days.in_word(token.folded)
        or _is_month(token, words)
    )


def values_in(tokens: Sequence[Token], words: Lexicon) -> list[tuple[str, float]]:
    """What the tokens state, each with its kind (``number`` or ``weekday``), sorted; scales and units multiplied."""
    reading, is_figure = _Reading(), False
    for token in tokens:
        day = _weekday(token, words)
        scale, unit = words.scales.get(token.folded), _unit(token.folded, words)
        value = _figure(token.folded)
        value = value if value is not None else _of(token.folded, words)
        value = value if value is not None else roman_of(token, words)
        if day is not None:
            reading.found.append(("weekday", day))
        elif words.days.in_word(token.folded):
            reading.end()
            reading.found.append((f"day {token.folded[:_DAY_LETTERS]}", 0.0))
        elif _is_month(token, words):
            reading.end()
            reading.found.append(("month", float(month_of(token.folded) or 0)))
        elif value is not None:
            reading.take(value, is_group=is_figure and _GROUP.fullmatch(token.text) is not None)
        elif scale is not None:
            reading.scale(scale)
        elif unit is not None:
            reading.measure(unit, is_one=reading.is_one)
        elif token.is_word and token.folded not in _BETWEEN:
            reading.end()
        reading.is_one = token.folded in _ONE
        is_figure = token.text.isdigit() and len(token.text) <= _GROUP_DIGITS
    reading.end()
    return sorted((kind, round(value, 6)) for kind, value in reading.found)


def are_same(old: Sequence[tuple[str, float]], new: Sequence[tuple[str, float]], *, in_other_units: bool) -> bool:
    """Whether two readings state the same; a mile and its kilometres are rounded."""
    if old == new or not in_other_units or len(old) != len(new):
        return bool(old == new)
    return all(a == b and abs(x - y) <= _ROUNDED * max(x, y) for (a, x), (b, y) in zip(old, new, strict=True))


class _Reading:
    """Numbers being put together out of words: thirty five, two and a half years."""

    def __init__(self) -> None:
        self.found: list[tuple[str, float]] = []
        self.current: float | None = None
        self._thousands: float | None = None  # what a thousand or more has closed: 1 million 500
        self.is_one = False  # an article stands before what comes
        self._unit: float | None = None  # of the number that ended just now, or of one that is not stated

    def take(self, value: float, *, is_group: bool = False) -> None:
        if is_group and self.current is not None:
            self.current = self.current * _THOUSAND + value  # 12 000
        elif value == _HALF and self.current is not None:
            self.current += value
        elif value == _HALF and self._unit is not None:
            _, whole = self.found.pop() if self.found else ("number", self._unit)
            self.found.append(("number", whole + value * self._unit))
        elif self.current is not None and value < self.current and self.current % 10 == 0:
            self.current += value
        elif self.current is None and self._thousands is not None and value < _THOUSAND:
            self.current = value
        else:
            self.end()
            self.current = value

    def scale(self, scale: float) -> None:
        stated = self.current if self.current is not None else 1
        if scale < _THOUSAND:
            self.current = scale * stated
        elif self.current is None and self._thousands is not None:
            self._thousands *= scale  # a thousand million
        else:
            self._thousands, self.current = (self._thousands or 0) + scale * stated, None

    def measure(self, unit: float, *, is_one: bool) -> None:
        stated = self._stated()
        stated = 1.0 if stated is None and is_one else stated
        if stated is not None:
            self.found.append(("number", stated * unit))
        self.current, self._thousands, self._unit = None, None, unit

    def end(self) -> None:
        stated = self._stated()
        if stated is not None:
            self.found.append(("number", stated))
        self.current, self._thousands, self._unit = None, None, None

    def _stated(self) -> float | None:
        if self.current is None and self._thousands is None:
            return None
        return (self.current or 0.0) + (self._thousands or 0.0)


def is_unit(token: Token, words: Lexicon) -> bool:
    """Whether a token is a unit of a known scale: kilometre, per cent."""
    return (token.is_word or token.text == "%") and _unit(token.folded, words) is not None


def is_part_of_name(token: Token) -> bool:
    """Whether letters stand before figures in one word, as in M70."""
    return _LETTERS_BEFORE.match(token.folded.partition("'")[0]) is not None


def _figure(folded: str) -> float | None:
    figure = _FIGURE.match(folded)
    if figure is None:
        return None
    return _value(figure.group()) * _SHORT_SCALES.get(folded[figure.end() :], 1)


def _value(stated: str) -> float:
    if (grouped := _GROUPED_DECIMAL.fullmatch(stated)) is not None:
        return float(f"{re.sub(r'[.,]', '', grouped[1])}.{grouped[3]}")
    if _GROUPS.fullmatch(stated):
        return float(re.sub(r"[.,]", "", stated))
    parts = re.split(r"[.,:/-]", stated)
    if len(parts) == 1:
        return float(stated)
    if len(parts) == 2 and not re.search(r"[/-]", stated):
        return float(f"{parts[0]}.{parts[1]}")
    return _of_parts(parts)


def _of_parts(parts: Sequence[str]) -> float:
    """One number for a date, a range or a code, which no other such has; a date's year stands last or first."""
    ordered = parts[::-1] if len(parts[0]) > len(parts[-1]) else parts
    value = _HALF
    for part in reversed(ordered):
        value = value * _PART + float(part)
    return value


def _of(folded: str, words: Lexicon) -> float | None:
    """The value of a number word, of its inflected forms too where the language has no list of them."""
    bare = folded.partition("'")[0]
    if bare in words.numbers:
        return words.numbers[bare]
    parts = [words.numbers.get(part) for part in bare.split("-")]
    if len(parts) > 1 and all(part is not None for part in parts):
        return sum(part for part in parts if part is not None)  # forty-five
    if len(parts) > 1 and parts[0] is not None and words.language == "en":
        return parts[0]  # six-year-old
    if words.language not in _TURKIC:
        return None
    if bare.startswith("altin"):  # under, gold
        return None
    inflected = (word for word in words.numbers if len(word) >= 3 and bare.startswith(word))
    return next((words.numbers[word] for word in inflected if _ENDING.fullmatch(bare[len(word) :])), None)


def roman_of(token: Token, words: Lexicon) -> float | None:
    """The value of a number of Roman letters, two at least; in English they are seldom one."""
    bare = token.text.partition("'")[0].partition("-")[0]
    if words.language == "en" or _ROMAN.fullmatch(bare) is None:
        return None
    values = [_ROMAN_LETTERS[letter] for letter in bare]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return float(sum(-value if value < following else value for value, following in pairs))


def _is_month(token: Token, words: Lexicon) -> bool:
    if words.language == "en":  # of other languages' names any ending may follow, and Martha begins with one
        return token.is_capital and token.folded in _ENGLISH_MONTHS
    if token.text.casefold().startswith(_NO_MONTH):
        return False
    return month_of(token.folded) is not None


def _weekday(token: Token, words: Lexicon) -> float | None:
    return next((float(n) for n, day in enumerate(words.weekdays) if day.in_word(token.folded)), None)


def _unit(folded: str, words: Lexicon) -> float | None:
    if folded in words.units:
        return words.units[folded]
    starts = (unit for unit in words.units if len(unit) >= 3 and folded.startswith(unit))
    longest = max(starts, key=len, default=None)
    return words.units[longest] if longest is not None else None
