"""The outlet's own offset for a time that it states in UTC.

Many pages stamp their metadata in UTC and print the same moment in their own time: "2026-02-21T03:15:00Z" above
"20 February 2026, 22:15". Both are stated; the day that readers were shown is the second's. The moment never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

from domain.times import Precision, StatedTime

_HALF_HOURS = frozenset({-210, -150, 210, 270, 330, 345, 390, 570, 630})  # the offsets in use that are no whole hours
_WEST_MIN, _EAST_MIN = -11 * 60, 14 * 60  # twelve hours west nobody lives; it is a lost "pm"


def with_own_offset(stated: StatedTime, others: Iterable[StatedTime], *, zone: ZoneInfo) -> StatedTime:
    """``stated`` in the offset in which another statement of the page gives the same moment; else as it is.

    Only a time in UTC, exact to the minute, is looked up. A statement without an offset was read in ``zone``: its
    clock counts where it differs by an offset that is in use, to the second where both have seconds.
    """
    if stated.precision is Precision.DAY or stated.offset_min or stated.at.tzinfo is zone:
        return stated
    for other in others:
        if other.precision is Precision.DAY or other is stated:
            continue
        offset = _clock_offset(stated, other) if other.at.tzinfo is zone else _stated_offset(stated, other)
        if offset:
            return replace(stated, at=stated.at.astimezone(timezone(offset)))
    return stated


def _stated_offset(stated: StatedTime, other: StatedTime) -> timedelta | None:
    """The other's offset, where it states the same moment and an offset besides UTC."""
    same = abs(stated.at - other.at) < timedelta(minutes=1)
    return timedelta(minutes=other.offset_min) if same and other.offset_min else None


def _clock_offset(stated: StatedTime, other: StatedTime) -> timedelta | None:
    """How far the other's clock is from UTC, where that is an offset and not another moment."""
    clock, utc = other.at.replace(tzinfo=UTC), stated.utc
    if Precision.MINUTE in (stated.precision, other.precision):
        clock, utc = clock.replace(second=0), utc.replace(second=0)
    minutes, rest = divmod((clock - utc).total_seconds(), 60)
    in_use = minutes % 60 == 0 or minutes in _HALF_HOURS
    return timedelta(minutes=minutes) if not rest and in_use and _WEST_MIN <= minutes <= _EAST_MIN else None
