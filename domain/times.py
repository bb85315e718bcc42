"""Times as an outlet states them, with their precision and source, and the local day.

A stated time keeps the source's own offset: turned into UTC, 7 of 360 measured publication dates changed their day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FARTHEST_AHEAD = timedelta(hours=48)


class Precision(StrEnum):
    """How exact a stated time is."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


class TimeSource(StrEnum):
    """Where a stated time was read."""

    FEED = "feed"
    STRUCTURED_DATA = "structured_data"
    META = "meta"
    URL = "url"
    TEXT = "text"
    FILE = "file"  # what a file says of when it was made: a hint, at day precision, where nothing else is stated


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time as the source states it.

    ``at`` is aware and keeps the source's offset; with day precision it is midnight of that day in the outlet's zone.
    ``raw`` is the text it was read from.
    """

    at: datetime
    precision: Precision
    source: TimeSource
    raw: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"a stated time must be aware: {self.at!r}")

    @property
    def utc(self) -> datetime:
        """The same instant in UTC."""
        return self.at.astimezone(UTC)

    @property
    def offset_min(self) -> int:
        """The source's offset from UTC in minutes."""
        offset = self.at.utcoffset()
        assert offset is not None
        return int(offset.total_seconds() // 60)

    def is_before(self, day: date, zone: ZoneInfo) -> bool:
        """Whether it lies before a local ``day`` began; a bare day is compared as it is stated."""
        if self.precision is Precision.DAY:
            return self.at.date() < day
        return self.utc < day_bounds(day, zone)[0]

    def isoformat(self) -> str:
        """ISO 8601 with the source's offset; a bare date where only the day is stated."""
        if self.precision is Precision.DAY:
            return self.at.date().isoformat()
        return self.at.isoformat(timespec="minutes" if self.precision is Precision.MINUTE else "seconds")


_SOURCE_RANK = (
    TimeSource.STRUCTURED_DATA,
    TimeSource.META,
    TimeSource.FEED,
    TimeSource.TEXT,
    TimeSource.URL,
    TimeSource.FILE,
)


def best_stated(candidates: Iterable[StatedTime | None]) -> StatedTime | None:
    """The time to believe when several sources state one.

    One with a time of day before a bare day; then structured data, meta, feed, text, address, file in that order.
    """
    stated = [c for c in candidates if c is not None]
    return min(stated, key=lambda s: (s.precision is Precision.DAY, _SOURCE_RANK.index(s.source)), default=None)


def is_possible(at: datetime, *, now: datetime) -> bool:
    """Whether ``at`` can be a publication time: from 1990 on and at most 48 h ahead of ``now``."""
    return EARLIEST <= at <= now + FARTHEST_AHEAD


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end (exclusive) of a local day, aware UTC. A day with a clock change has 23 or 25 hours."""
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return start, end
