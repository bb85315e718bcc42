"""The time of day inside a printed date, and the zone that follows it.

Works on folded text (``text.fold``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?![\d:])"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
)
DOTTED_CLOCK = re.compile(r"(?<![\d:.,])(?P<hour>[012]\d)\.(?P<minute>[0-5]\d)(?P<second>)(?P<half>)(?![\d.:])")
_OFFSET = re.compile(
    r"\s*\(?\s*(?:(?:utc|gmt|ut|msk|мск)\s*(?P<sign>[+\u2212-])\s?(?P<hours>\d{1,2}?)(?::?(?P<minutes>\d\d))?(?!\d)"
    r"|(?P<sign2>[+\u2212-])(?P<hours2>\d\d)(?::?(?P<minutes2>\d\d)(?![\d.-])|(?=\)|\s*$)))\)?"
)
_ZONE_NAME = re.compile(
    r"\s*\(?(?P<name>z|utc|gmt|ut|msk|мск|azt|trt|cest|cet|eest|eet|west|wet|bst|[ecmp][sd]t)(?![\w+])\)?"
)
_ZONE_HOURS = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "msk": 3, "мск": 3, "trt": 3, "azt": 4, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
}  # fmt: skip


class ImpossibleDateError(ValueError):
    """A date is there, but not in any calendar."""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time as printed: ``second`` and ``zone`` are None where it does not say."""

    hour: int
    minute: int
    second: int | None
    zone: tzinfo | None


def without_clock(text: str) -> tuple[TimeOfDay | None, str]:
    """The first time of day in ``text``, and the text without it and its zone."""
    found = _CLOCK.search(text)
    if found is None:
        return None, text
    clock, end = time_of_day(found, text)
    return clock, f"{text[: found.start()]} {text[end:]}"


def time_of_day(found: re.Match[str], text: str) -> tuple[TimeOfDay, int]:
    """The matched time with the zone that follows it, and where that ends."""
    parts = found.groupdict()
    hour, minute = int(parts["hour"]), int(parts["minute"])
    second = int(parts["second"]) if parts["second"] else None
    if parts.get("half") and hour <= 12:
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    if hour > 24 or minute > 59 or (second or 0) > 60 or (hour == 24 and (minute or second)):
        raise ImpossibleDateError
    zone, end = _zone_at(text, found.end())
    return TimeOfDay(hour, minute, None if second is None else min(second, 59), zone), end


def _zone_at(text: str, start: int) -> tuple[tzinfo | None, int]:
    if offset := _OFFSET.match(text, start):
        sign = offset["sign"] or offset["sign2"]
        hours, minutes = offset["hours"] or offset["hours2"], offset["minutes"] or offset["minutes2"]
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if span > timedelta(hours=15):
            raise ImpossibleDateError
        return timezone(span if sign == "+" else -span), offset.end()
    if name := _ZONE_NAME.match(text, start):
        return timezone(timedelta(hours=_ZONE_HOURS[name["name"]])), name.end()
    return None, start
