"""Values said in different ways: a time of day by a clock of 12 or 24 hours, a share as a fraction or per cent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.numbers import is_unit, values_in
from analysis.changes.tokens import Token

_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:\D.*)?")
_GLUED = re.compile(r"[\d.:]+([ap])m")
_PER = {"en": ("per", "percent"), "ru": ("процент",), "az": ("faiz",), "tr": ("yuzde",)}
_OUT_OF = {"az": ("d", "da", "de", "dan", "den"), "tr": ("d", "de", "da", "te", "ta")}  # dörddə üç, dörtte üç
_HALF_DAY, _DAY, _HOUR_MINUTES = 12 * 60, 24 * 60, 60


def are_same_time(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether both name one time of day, at least one of them with its part of the day: 9 p.m., 21:00."""
    parts = [_part_of_day(tokens, words) for tokens in (before, after)]
    clocks = [_minutes(tokens, words) for tokens in (before, after)]
    if parts == [None, None] or None in clocks:
        return False
    told = [_told(clock, part) for clock, part in zip(clocks, parts, strict=True) if clock is not None]
    return len(told) == len(clocks) and told[0] == told[1]


def _told(minutes: int, part: int | None) -> int:
    """Minutes since midnight. ``part``: 1 of the afternoon and evening, 0 of night and morning; None: not said."""
    if part is None:
        return minutes % _DAY
    return minutes % _HALF_DAY + part * _HALF_DAY if minutes < _HALF_DAY + _HOUR_MINUTES else minutes % _DAY


def _part_of_day(tokens: Sequence[Token], words: Lexicon) -> int | None:
    glued = {match[1] for t in tokens if (match := _GLUED.fullmatch(t.folded)) is not None}  # 9pm
    if words.late.any_in(tokens) or "p" in glued:
        return 1
    return 0 if words.early.any_in(tokens) or "a" in glued else None


def _minutes(tokens: Sequence[Token], words: Lexicon) -> int | None:
    """The one time that is named, in minutes, without its part of the day."""
    for token in tokens:
        if (clock := _CLOCK.fullmatch(token.folded)) is not None:
            return int(clock[1]) * _HOUR_MINUTES + int(clock[2])
    figures = [
        value for kind, value in values_in([t for t in tokens if not is_unit(t, words)], words) if kind == "number"
    ]
    hours = [value for value in figures if 0 <= value <= _DAY / _HOUR_MINUTES and value == int(value)]
    return int(hours[0]) * _HOUR_MINUTES if len(figures) == len(hours) == 1 else None


def is_other_half_of_day(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether nothing changed but the part of the day: 9 p.m., 9 a.m."""
    parts = [_part_of_day(tokens, words) for tokens in (before, after)]
    are_alone = all(len([t for t in tokens if t.is_word]) == 1 for tokens in (before, after))
    return are_alone and None not in parts and parts[0] != parts[1]


def are_same_share(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether both state one share: a quarter, 25 per cent."""
    shares = [_share(tokens, words) for tokens in (before, after)]
    return shares[0] is not None and shares[0] == shares[1]


def _share(tokens: Sequence[Token], words: Lexicon) -> float | None:
    values = [value for kind, value in values_in(tokens, words) if kind == "number"]
    if any(t.text == "%" or t.folded.startswith(_PER[words.language]) for t in tokens):
        return round(values[0] if values[0] <= 1 else values[0] / 100, 4) if len(values) == 1 else None
    part = next((words.fractions[t.folded] for t in tokens if t.folded in words.fractions), None)
    if part is not None:
        whole = [value for t in tokens if t.folded not in words.fractions for _, value in values_in([t], words)]
        return round(part * (whole[0] if whole else 1), 4) if len(whole) <= 1 else None
    return _out_of(tokens, words)


def _out_of(tokens: Sequence[Token], words: Lexicon) -> float | None:
    """A fraction of Turkic languages: the whole in the locative, and the part behind it."""
    endings = _OUT_OF.get(words.language)
    said = [t for t in tokens if t.is_word]
    if endings is None or len(said) < 2 or not said[0].folded.endswith(endings):
        return None
    whole, part = ([value for _, value in values_in([t], words)] for t in said[:2])
    return round(part[0] / whole[0], 4) if whole and part and whole[0] > part[0] > 0 else None
