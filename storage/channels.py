"""How a channel answered, and the gaps in what was seen of it.

A poll may be read after a later one: a crawl that was killed left it behind. It then takes nothing back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading
from storage.tables import ChannelRow, FetchRow, GapRow

_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_READ = tuple(reading.value for reading in PageReading if reading.is_success)
_UNREAD = tuple(reading.value for reading in PageReading if not reading.is_success)


def is_good_look() -> ColumnElement[bool]:
    """Whether a fetch of a channel showed it as it was."""
    return or_(
        FetchRow.outcome.in_(_UNCHANGED), and_(FetchRow.outcome == FetchOutcome.OK.value, FetchRow.reading.in_(_READ))
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What a listing tells of its channel: for how long it calls itself fresh, and how far its entries reach back."""

    ttl_s: int | None
    depth_s: int | None


def record_good_poll(
    session: Session, channel_id: int, *, at: datetime, outcome: str, has_new: bool, measured: Measured | None = None
) -> None:
    """A poll that showed the channel as it is; closes its open gap and has the next poll planned anew.

    ``measured`` is None where nothing was read: what the last reading measured stays.
    """
    channel = session.get(ChannelRow, channel_id, populate_existing=True)
    assert channel is not None
    channel.polls += 1
    channel.next_poll_at = None
    channel.last_ok_at = max(channel.last_ok_at or at, at)
    if has_new:
        channel.last_new_at = max(channel.last_new_at or at, at)
    is_late = channel.last_polled_at is not None and at < channel.last_polled_at
    if not is_late:
        channel.last_polled_at, channel.last_outcome, channel.failures = at, outcome, 0
        if measured is not None:
            channel.ttl_s, channel.depth_s = measured.ttl_s, measured.depth_s
    session.flush()
    gap = session.scalar(select(GapRow).where(GapRow.channel_id == channel_id, GapRow.to_at.is_(None)))
    if gap is None:
        return
    if not is_late:
        gap.to_at = at
    elif gap.from_at <= at:  # what failed later is still not seen; of what failed before, this is the end
        if _failed_looks(session, channel_id, gap.from_at, at):
            gap.to_at = at
            session.add(GapRow(channel_id=channel_id, from_at=at, reason=gap.reason, detail=gap.detail))
        else:
            gap.from_at = at
    elif not _failed_looks(session, channel_id, at, gap.from_at):
        gap.from_at = at
    session.flush()


def record_failed_poll(session: Session, channel_id: int, *, at: datetime, outcome: str, detail: str | None) -> None:
    """A poll that did not show the channel; opens a gap that reaches back to the last good look.

    The next poll is planned anew.
    """
    channel = session.get(ChannelRow, channel_id, populate_existing=True)
    assert channel is not None
    channel.polls += 1
    channel.next_poll_at = None
    if channel.last_ok_at is not None and at < channel.last_ok_at:
        _add_gap_of_late_failure(session, channel_id, at=at, outcome=outcome, detail=detail)
        return
    channel.failures += 1
    if channel.last_polled_at is None or at >= channel.last_polled_at:
        channel.last_polled_at, channel.last_outcome = at, outcome
    open_gap = select(GapRow.id).where(GapRow.channel_id == channel_id, GapRow.to_at.is_(None))
    if session.scalar(open_gap) is None:
        since = channel.last_ok_at or at
        session.add(GapRow(channel_id=channel_id, from_at=since, reason=outcome, detail=detail))
    session.flush()


def _add_gap_of_late_failure(
    session: Session, channel_id: int, *, at: datetime, outcome: str, detail: str | None
) -> None:
    """The gap between the good looks around ``at``, unless it is told already."""
    good = select(FetchRow.requested_at).where(FetchRow.channel_id == channel_id, is_good_look())
    since = session.scalar(good.where(FetchRow.requested_at < at).order_by(FetchRow.requested_at.desc()).limit(1))
    until = session.scalar(good.where(FetchRow.requested_at > at).order_by(FetchRow.requested_at).limit(1))
    told = select(GapRow.id).where(GapRow.channel_id == channel_id, GapRow.from_at <= at)
    if session.scalar(told.where(or_(GapRow.to_at.is_(None), GapRow.to_at >= at)).limit(1)) is None:
        session.add(GapRow(channel_id=channel_id, from_at=since or at, to_at=until, reason=outcome, detail=detail))
    session.flush()


def _failed_looks(session: Session, channel_id: int, start: datetime, end: datetime) -> int:
    """How many looks between the two did not show the channel; one at ``start`` counts."""
    failed = or_(
        FetchRow.reading.in_(_UNREAD),
        FetchRow.outcome.not_in((*_UNCHANGED, FetchOutcome.OK.value, FetchOutcome.REDIRECTED.value)),
    )
    found = select(func.count()).where(
        FetchRow.channel_id == channel_id, failed, FetchRow.requested_at >= start, FetchRow.requested_at < end
    )
    return session.scalar(found) or 0
