"""When calendar jobs are due: at a time of day in a zone, or every so many minutes. Pure.

APScheduler's cron trigger was left for these: across the changes of daylight-saving time of Europe/Berlin in 2026 it
ran a job at 02:30 twice in autumn and left out one at 00:00 in spring (3.11.3, measured).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Daily:
    """Once each local day, at ``at`` by the clocks of ``zone``."""

    at: time
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime:
        """The first due time after ``moment``, aware UTC.

        A time of day that a change of clocks leaves out is due as much later; of one that comes twice the first counts.
        """
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            due = datetime.combine(day, self.at, self.zone).astimezone(UTC)
            if due > moment:
                return due
            day += timedelta(days=1)

    def day_ended_before(self, due: datetime) -> datetime:
        """When the local day before the day of ``due`` ended, aware UTC."""
        day = due.astimezone(self.zone).date()
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M} {self.zone.key}"


@dataclass(frozen=True, slots=True)
class Every:
    """Every ``step``, counted from the epoch."""

    step: timedelta

    def after(self, moment: datetime) -> datetime:
        """The first due time after ``moment``, aware UTC."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return epoch + ((moment - epoch) // self.step + 1) * self.step

    def __str__(self) -> str:
        return f"every {self.step.total_seconds() / 60:g} min"


Schedule = Daily | Every


def parse_time(text: str) -> time:
    """A time of day written HH:MM. Raises ValueError."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no time of day, such as 06:00")
    return time(int(match[1]), int(match[2]))
