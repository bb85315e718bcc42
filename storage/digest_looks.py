"""How the channels were looked at in a window: good looks, pauses between them, and gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.outlet import ChannelKind
from storage.caught_up import is_caught_up, was_joined_by_part
from storage.digest_facts import ChannelFact, DayLooks, GapFact
from storage.looks import is_counted_poll, is_good_look
from storage.tables import ChannelRow, FetchRow, GapRow, OutletRow

Window = tuple[datetime, datetime]
TimeColumn = ColumnElement[datetime] | InstrumentedAttribute[datetime]
_LOOKED_AFTER = timedelta(days=1)  # a look within a day after the window can prove its end
_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_READ = tuple(reading.value for reading in PageReading if reading.is_success)


@dataclass(slots=True)
class _Looks:
    """The looks at one channel, added in order of time; those after ``end`` only tell whether it was caught up.

    A stretch without a good look is caught up when the look that ends it lists entries that were known before it (or
    nothing changed at all): what was listed in between and stayed listed was not missed.
    """

    start: datetime
    end: datetime
    done: int = 0
    good: int = 0
    last_good_at: datetime | None = None
    failed: str | None = None
    longest_s: float | None = None
    blind: Window | None = None
    is_caught_up_after: bool = False

    def add(self, look: _Look) -> None:
        if look.at >= self.end:
            self.is_caught_up_after = self.is_caught_up_after or (look.is_good and look.is_shared)
            return
        self.done += 1
        if not look.is_good:
            self.failed = look.reading if look.outcome == FetchOutcome.OK.value and look.reading else look.outcome
            return
        self.good += 1
        self._note((self.last_good_at or self.start, look.at), is_caught_up=look.is_shared)
        self.last_good_at = look.at

    def _note(self, stretch: Window, *, is_caught_up: bool) -> None:
        seconds = _seconds(stretch)
        self.longest_s = seconds if self.longest_s is None else max(seconds, self.longest_s)
        if not is_caught_up and (self.blind is None or seconds > _seconds(self.blind)):
            self.blind = stretch

    def close(self) -> None:
        """The last stretch, up to the end of the window."""
        if self.last_good_at is not None:
            self._note((self.last_good_at, max(self.end, self.last_good_at)), is_caught_up=self.is_caught_up_after)


@dataclass(frozen=True, slots=True)
class _Look:
    at: datetime
    outcome: str
    reading: str | None
    listed: int | None
    joins: bool | None  # whether an entry of it, or of a further document of its poll, was listed before

    @property
    def is_good(self) -> bool:
        return self.outcome in _UNCHANGED or (self.outcome == FetchOutcome.OK.value and self.reading in _READ)

    @property
    def is_shared(self) -> bool:
        return self.outcome in _UNCHANGED or self.listed == 0 or bool(self.joins)


def _seconds(stretch: Window) -> float:
    return (stretch[1] - stretch[0]).total_seconds()


def channels(session: Session, window: Window) -> tuple[ChannelFact, ...]:
    """Channels of the outlets the catalogue wants crawled; those filled by hand are left out."""
    looks: dict[int | None, _Looks] = defaultdict(lambda: _Looks(*window))
    polled = (
        select(
            FetchRow.channel_id,
            FetchRow.requested_at,
            FetchRow.outcome,
            FetchRow.reading,
            FetchRow.listed,
            or_(FetchRow.known > 0, was_joined_by_part()).label("joins"),
        )
        .where(FetchRow.requested_at >= window[0], FetchRow.requested_at < window[1] + _LOOKED_AFTER)
        .where(is_counted_poll())
        .order_by(FetchRow.requested_at, FetchRow.id)
    )
    for channel_id, at, outcome, reading, listed, joins in session.execute(polled):
        looks[channel_id].add(_Look(at, outcome, reading, listed, joins))
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
            _channel(looks[row.id], row.outlet, row.slug, ChannelKind(row.kind), note=note)
        )  # fmt: skip
    return tuple(found)


def _channel(looks: _Looks, outlet: str, slug: str, kind: ChannelKind, *, note: str | None) -> ChannelFact:
    looks.close()
    blind = looks.blind
    return ChannelFact(
        outlet=outlet,
        channel=slug,
        kind=kind,
        is_enabled=note is None,
        looks_done=looks.done,
        looks_good=looks.good,
        last_good_at=looks.last_good_at,
        longest_pause_s=int(looks.longest_s) if looks.longest_s is not None else None,
        blind_s=int(_seconds(blind)) if blind else 0,
        blind_started_at=blind[0] if blind else None,
        blind_ended_at=blind[1] if blind and blind[1] < looks.end else None,
        last_outcome=looks.failed,
        note=note,
    )


def gaps(session: Session, window: Window) -> tuple[GapFact, ...]:
    """Gaps of polled channels that touch the window, whole; each with whether the look that ended it caught up."""
    rows = session.execute(
        select(
            ChannelRow.outlet,
            ChannelRow.slug,
            GapRow.from_at,
            GapRow.to_at,
            GapRow.reason,
            GapRow.detail,
            is_caught_up().label("caught_up"),
        )
        .join(ChannelRow, ChannelRow.id == GapRow.channel_id)
        .join(OutletRow, OutletRow.slug == ChannelRow.outlet)
        .where(GapRow.from_at < window[1], or_(GapRow.to_at.is_(None), GapRow.to_at > window[0]))
        .where(OutletRow.enabled, OutletRow.removed_at.is_(None))
        .where(ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))
        .order_by(GapRow.from_at, GapRow.id)
    )  # fmt: skip
    return tuple(
        GapFact(row.outlet, row.slug, row.from_at, row.to_at, row.reason, row.detail, is_caught_up=row.caught_up)
        for row in rows
    )


def first_look_at(session: Session) -> datetime | None:
    """When Parallax first looked at anything; None before it. What was copied out of others' archives is no look."""
    return session.scalar(select(func.min(FetchRow.requested_at)).where(FetchRow.reason != Reason.BACKFILL.value))


def day_looks(session: Session, days: Sequence[Window]) -> tuple[DayLooks, ...]:
    """Good looks a day and outlet; days without any are left out. ``days`` follow one another."""
    if not days:
        return ()
    day = day_index(FetchRow.requested_at, days).label("day")
    looked = (
        select(day, FetchRow.outlet)
        .where(FetchRow.requested_at >= days[0][0], FetchRow.requested_at < days[-1][1])
        .where(FetchRow.channel_id.is_not(None), FetchRow.part_of.is_(None), is_good_look())
        .subquery()
    )
    rows = session.execute(
        select(looked.c.day, looked.c.outlet, func.count().label("looks")).group_by(looked.c.day, looked.c.outlet)
    )
    return tuple(DayLooks(row.day, row.outlet, row.looks) for row in rows)


def day_index(column: TimeColumn, days: Sequence[Window]) -> ColumnElement[int]:
    """Which of ``days``, which follow one another, the time in ``column`` falls on."""
    return case(*((column < end, index) for index, (_, end) in enumerate(days)), else_=len(days))
