"""Gaps: spans in which a channel was not, or not completely, seen. One row a channel and start."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, false, func, not_, or_, select, update
from sqlalchemy.orm import Session

from storage.digest_facts import NOT_RUNNING, ROLLOVER
from storage.tables import ChannelRow, GapRow, OutletRow, ShiftRow

LEAST_STOPPAGE = timedelta(minutes=1)  # what comes no later than this is late, and nothing stood still
NO_LONGER_POLLED = "no longer polled: the catalogue changed"


def open_gap(session: Session, channel_id: int, *, since: datetime, reason: str, detail: str | None = None) -> None:
    """Begin a gap; where one is open it goes on, under the reason it began with."""
    if gap_under_way(session, channel_id) is None:
        put_gap(session, channel_id, since=since, reason=reason, detail=detail)


def close_gap(session: Session, channel_id: int, *, at: datetime, polled_at: datetime | None = None) -> None:
    """A good look ends the open gap; never before it began, whatever the clock was set back to.

    ``polled_at``: of a further document's look, the last good poll of its channel. The gap of a stoppage is ended by a
    poll of after it alone: one of before the shift under way may be read only now, and a document waits for no poll.
    """
    last_began = select(ShiftRow.started_at).order_by(ShiftRow.id.desc()).limit(1).scalar_subquery()
    is_before: ColumnElement[bool] = func.coalesce(last_began > (polled_at or at) + LEAST_STOPPAGE, false())
    if polled_at is not None:
        is_before = or_(is_before, GapRow.from_at >= polled_at)
    session.execute(
        update(GapRow)
        .where(GapRow.channel_id == channel_id, GapRow.to_at.is_(None))
        .where(not_(and_(GapRow.reason == NOT_RUNNING, is_before)))
        .values(to_at=case((GapRow.from_at > at, GapRow.from_at), else_=at))
        .execution_options(synchronize_session=False)
    )


def put_rollover(session: Session, channel_id: int, *, since: datetime, until: datetime) -> None:
    """The list turned over between two good looks. Inside an open gap it adds none: that one was not caught up."""
    if gap_under_way(session, channel_id) is None:
        put_gap(session, channel_id, since=since, until=until, reason=ROLLOVER)


def note_caught_up(session: Session, channel_id: int, *, since: datetime, until: datetime, at: datetime) -> None:
    """Gaps that lie within a time of which all that the channel lists was walked over at ``at`` are caught up."""
    session.execute(
        update(GapRow)
        .where(GapRow.channel_id == channel_id, GapRow.caught_up_at.is_(None))
        .where(GapRow.from_at >= since, GapRow.to_at.is_not(None), GapRow.to_at < until)
        .values(caught_up_at=at)
        .execution_options(synchronize_session=False)
    )


def end_gaps_of_unpolled(session: Session, *, at: datetime) -> None:
    """End the open gaps of channels that the catalogue no longer wants polled: no look will end them."""
    polled = (
        select(ChannelRow.id)
        .join(OutletRow, OutletRow.slug == ChannelRow.outlet)
        .where(*is_polled(), OutletRow.enabled, OutletRow.removed_at.is_(None))
    )
    detail = func.coalesce(GapRow.detail + "; ", "") + NO_LONGER_POLLED
    session.execute(
        update(GapRow)
        .where(GapRow.to_at.is_(None), not_(GapRow.channel_id.in_(polled)))
        .values(to_at=at, detail=detail)
        .execution_options(synchronize_session=False)
    )


def is_polled() -> tuple[ColumnElement[bool], ...]:
    """What holds of a channel that is polled."""
    return (ChannelRow.enabled.is_(True), ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))


def gap_under_way(session: Session, channel_id: int) -> int | None:
    """The channel's open gap, or None."""
    return session.scalar(select(GapRow.id).where(GapRow.channel_id == channel_id, GapRow.to_at.is_(None)))


def put_gap(
    session: Session,
    channel_id: int,
    *,
    since: datetime,
    reason: str,
    until: datetime | None = None,
    detail: str | None = None,
) -> None:
    """Add a gap. One that ended later than ``since`` without a good look is not told twice: the new one follows it."""
    since = max(since, _covered_until(session, channel_id, since) or since)
    if until is not None and until <= since:
        return
    same = session.scalar(select(GapRow).where(GapRow.channel_id == channel_id, GapRow.from_at == since))
    if same is None:
        session.add(GapRow(channel_id=channel_id, from_at=since, to_at=until, reason=reason, detail=detail))
    else:  # it ended when it began, at one and the same moment
        same.to_at, same.reason, same.detail = until, reason, detail
    session.flush()


def _covered_until(session: Session, channel_id: int, since: datetime) -> datetime | None:
    covering = and_(GapRow.from_at <= since, or_(GapRow.to_at > since, GapRow.to_at.is_(None)))
    return session.scalar(select(func.max(GapRow.to_at)).where(GapRow.channel_id == channel_id, covering))
