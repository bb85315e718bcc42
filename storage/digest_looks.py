"""How the channels were looked at in a window: good looks, pauses between them, and gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading
from domain.outlet import ChannelKind
from storage.digest_facts import ChannelFact, DayLooks, GapFact
from storage.tables import ChannelRow, FetchRow, GapRow, OutletRow

Window = tuple[datetime, datetime]
_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_READ = tuple(reading.value for reading in PageReading if reading.is_success)


@dataclass(slots=True)
class _Looks:
    """The looks at one channel, added in order of time."""

    start: datetime
    done: int = 0
    good: int = 0
    last_good_at: datetime | None = None
    failed: str | None = None
    pause: tuple[datetime, datetime] | None = None

    def add(self, at: datetime, outcome: str, reading: str | None) -> None:
        self.done += 1
        if outcome in _UNCHANGED or (outcome == FetchOutcome.OK.value and reading in _READ):
            self.good += 1
            self._note_pause(self.last_good_at or self.start, at)
            self.last_good_at = at
        else:
            self.failed = reading if outcome == FetchOutcome.OK.value and reading else outcome

    def _note_pause(self, since: datetime, until: datetime) -> None:
        if self.pause is None or until - since > self.pause[1] - self.pause[0]:
            self.pause = (since, until)

    def longest_pause(self, end: datetime) -> tuple[datetime, datetime] | None:
        """The longest stretch without a good look up to ``end``; None without any good look."""
        if self.last_good_at is not None:
            self._note_pause(self.last_good_at, max(end, self.last_good_at))
        return self.pause


def channels(session: Session, window: Window) -> tuple[ChannelFact, ...]:
    """Channels of the outlets the catalogue wants crawled; those filled by hand are left out."""
    looks: dict[int, _Looks] = defaultdict(lambda: _Looks(window[0]))
    polled = (
        select(FetchRow.channel_id, FetchRow.requested_at, FetchRow.outcome, FetchRow.reading)
        .where(FetchRow.requested_at >= window[0], FetchRow.requested_at < window[1])
        .where(FetchRow.channel_id.is_not(None), FetchRow.outcome != FetchOutcome.REDIRECTED.value)
        .order_by(FetchRow.requested_at, FetchRow.id)
    )
    for channel_id, at, outcome, reading in session.execute(polled):
        looks[channel_id].add(at, outcome, reading)
    rows = session.execute(
        select(
            ChannelRow.id, ChannelRow.outlet, ChannelRow.slug, ChannelRow.kind, ChannelRow.enabled,
            ChannelRow.not_crawled,
        )
        .join(OutletRow, OutletRow.slug == ChannelRow.outlet)
        .where(OutletRow.enabled, OutletRow.removed_at.is_(None), ChannelRow.removed_at.is_(None))
        .where(ChannelRow.kind != ChannelKind.MANUAL.value)
        .order_by(ChannelRow.outlet, ChannelRow.slug)
    )  # fmt: skip
    found = []
    for row in rows:
        polls = row.enabled and row.not_crawled is None
        note = None if polls else row.not_crawled or "Switched off in the catalogue."
        found.append(
            _channel(looks[row.id], row.outlet, row.slug, ChannelKind(row.kind), note=note, until=window[1])
        )  # fmt: skip
    return tuple(found)


def _channel(
    looks: _Looks, outlet: str, slug: str, kind: ChannelKind, *, note: str | None, until: datetime
) -> ChannelFact:
    pause = looks.longest_pause(until)
    return ChannelFact(
        outlet=outlet,
        channel=slug,
        kind=kind,
        is_enabled=note is None,
        looks_done=looks.done,
        looks_good=looks.good,
        last_good_at=looks.last_good_at,
        longest_pause_s=int((pause[1] - pause[0]).total_seconds()) if pause else None,
        pause_started_at=pause[0] if pause else None,
        pause_ended_at=pause[1] if pause and pause[1] < until else None,
        last_outcome=looks.failed,
        note=note,
    )


def gaps(session: Session, window: Window) -> tuple[GapFact, ...]:
    """Gaps of polled channels that touch the window, whole."""
    rows = session.execute(
        select(ChannelRow.outlet, ChannelRow.slug, GapRow.from_at, GapRow.to_at, GapRow.reason, GapRow.detail)
        .join(ChannelRow, ChannelRow.id == GapRow.channel_id)
        .join(OutletRow, OutletRow.slug == ChannelRow.outlet)
        .where(GapRow.from_at < window[1], or_(GapRow.to_at.is_(None), GapRow.to_at > window[0]))
        .where(OutletRow.enabled, OutletRow.removed_at.is_(None))
        .where(ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))
        .order_by(GapRow.from_at, GapRow.id)
    )
    return tuple(GapFact(row.outlet, row.slug, row.from_at, row.to_at, row.reason, row.detail) for row in rows)


def day_looks(session: Session, days: Sequence[Window]) -> tuple[DayLooks, ...]:
    """Good looks a day and outlet; days without any are left out. ``days`` follow one another."""
    if not days:
        return ()
    day = day_index(FetchRow.requested_at, days).label("day")
    looked = (
        select(day, FetchRow.outlet)
        .where(FetchRow.requested_at >= days[0][0], FetchRow.requested_at < days[-1][1])
        .where(FetchRow.channel_id.is_not(None), _is_good())
        .subquery()
    )
    rows = session.execute(
        select(looked.c.day, looked.c.outlet, func.count().label("looks")).group_by(looked.c.day, looked.c.outlet)
    )
    return tuple(DayLooks(row.day, row.outlet, row.looks) for row in rows)


def day_index(column: ColumnElement[datetime], days: Sequence[Window]) -> ColumnElement[int]:
    """Which of ``days``, which follow one another, the time in ``column`` falls on."""
    return case(*((column < end, index) for index, (_, end) in enumerate(days)), else_=len(days))


def _is_good() -> ColumnElement[bool]:
    return or_(
        FetchRow.outcome.in_(_UNCHANGED), and_(FetchRow.outcome == FetchOutcome.OK.value, FetchRow.reading.in_(_READ))
    )
