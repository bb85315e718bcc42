"""The service's polls: channels without a plan, plans on their way into the store, and channels that are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import TargetState
from domain.planning import ChannelState, PlannedPoll
from storage.frontier import PRIORITY
from storage.tables import ChannelRow, FetchRow, HostRow, TargetRow

LOST_AFTER = timedelta(hours=1)  # a poll that was handed out and of which nothing came is planned again after this
LENGTHS, LENGTHS_OF = 16, timedelta(days=3)  # a list that empties itself each night is seen to do so
_GOOD = (
    FetchOutcome.SAME_CONTENT.value,
    FetchOutcome.NOT_MODIFIED.value,
)


def _is_polled() -> ColumnElement[bool]:
    return and_(ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))


def unplanned_channels(session: Session, *, limit: int) -> list[ChannelState]:
    """Channels that are polled and have no next time, with all that a plan goes by."""
    return _states(session, ChannelRow.next_poll_at.is_(None), limit)


def overdue_channels(session: Session, *, now: datetime) -> list[ChannelState]:
    """Channels whose next poll fell due before ``now``."""
    return _states(session, ChannelRow.next_poll_at < now, None)


def next_poll_at(session: Session) -> datetime | None:
    """When the next poll is planned; None where none is."""
    return session.scalar(select(func.min(ChannelRow.next_poll_at)).where(_is_polled()))


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether a poll is due; costs one look-up."""
    found = select(ChannelRow.id).where(_is_polled(), ChannelRow.next_poll_at <= now).limit(1)
    return session.scalar(found) is not None


def _states(session: Session, condition: ColumnElement[bool], limit: int | None) -> list[ChannelState]:
    query = (
        select(ChannelRow, TargetRow.id, TargetRow.host)
        .join(TargetRow, and_(TargetRow.channel_id == ChannelRow.id, TargetRow.via_target_id.is_(None)))
        .where(_is_polled(), condition)
        .order_by(ChannelRow.id)
        .limit(limit)
    )
    return [_state(session, row, target_id, host) for row, target_id, host in session.execute(query)]


def _state(session: Session, row: ChannelRow, target_id: int, host: str) -> ChannelState:
    listed = known = since_s = None
    if row.last_outcome == PageReading.LISTED.value:
        listed, known, since_s = _last_listing(session, row)
    return ChannelState(
        channel_id=row.id,
        target_id=target_id,
        last_polled_at=row.last_polled_at,
        host=host,
        last_ok_at=row.last_ok_at,
        outcome=row.last_outcome,
        polls=row.polls,
        interval_s=row.interval_s,
        setback=row.setback or 0.0,
        listed=listed,
        known=known,
        since_listing_s=since_s,
        depth_s=row.depth_s if row.depth_s is not None else row.window_h and row.window_h * 3600,
        wants_s=row.ttl_s,
        next_poll_at=row.next_poll_at,
        lengths=_lengths(session, row),
    )


def _lengths(session: Session, row: ChannelRow) -> tuple[int, ...]:
    """How many entries the channel's last listings had, the last one first; those of some days at most."""
    if row.last_polled_at is None:
        return ()
    query = (
        select(FetchRow.listed)
        .where(FetchRow.channel_id == row.id, FetchRow.part_of.is_(None))
        .where(FetchRow.reading == PageReading.LISTED.value)
        .where(FetchRow.requested_at <= row.last_polled_at, FetchRow.requested_at > row.last_polled_at - LENGTHS_OF)
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(LENGTHS)
    )
    return tuple(length for length in session.scalars(query) if length is not None)


def _last_listing(session: Session, row: ChannelRow) -> tuple[int | None, int | None, float | None]:
    """Of the last poll that listed: how many, how many of them known, and seconds since the good look before.

    Looks later than the last poll were dated before a clock was set back.
    """
    looks = session.execute(
        select(FetchRow.requested_at, FetchRow.listed, FetchRow.known)
        .where(FetchRow.channel_id == row.id, FetchRow.part_of.is_(None))
        .where(FetchRow.requested_at <= row.last_polled_at)
        .where(or_(FetchRow.listed.is_not(None), FetchRow.outcome.in_(_GOOD)))
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(2)
    ).all()
    if not looks:
        return None, None, None
    last = looks[0]
    since_s = (last.requested_at - looks[1].requested_at).total_seconds() if len(looks) > 1 else None
    return last.listed, last.known, since_s


def put_plans(session: Session, plans: Iterable[PlannedPoll]) -> None:
    """Write down when channels are polled next."""
    for plan in plans:
        session.execute(
            update(ChannelRow)
            .where(ChannelRow.id == plan.channel_id)
            .values(next_poll_at=plan.next_poll_at, interval_s=plan.interval_s, setback=plan.setback)
        )


def move_polls(session: Session, moved: Iterable[tuple[int, datetime]]) -> None:
    """Give channels another next time and leave the rest of their plan."""
    for channel_id, at in moved:
        session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(next_poll_at=at))


def hand_out_due_polls(session: Session, *, now: datetime, limit: int) -> tuple[int, ...]:
    """Put the polls that are due on the frontier, the longest due first; gives their channels.

    A poll is due there since its planned time, so that its lag is counted from then. Its channel gets a next time far
    enough ahead not to be handed out twice; what comes of the poll takes that time away, and it is planned anew.
    """
    due = session.execute(
        select(ChannelRow.id, ChannelRow.next_poll_at, ChannelRow.interval_s, TargetRow.id)
        .join(TargetRow, and_(TargetRow.channel_id == ChannelRow.id, TargetRow.via_target_id.is_(None)))
        .where(_is_polled(), ChannelRow.next_poll_at <= now)
        .order_by(ChannelRow.next_poll_at, ChannelRow.id)
        .limit(limit)
    ).all()
    for channel_id, due_at, interval_s, target_id in due:
        session.execute(
            update(TargetRow)
            .where(TargetRow.id == target_id, TargetRow.state != TargetState.DUE.value)
            .values(
                state=TargetState.DUE.value,
                reason=Reason.POLL.value,
                priority=PRIORITY[Reason.POLL],
                next_at=due_at,
            )
        )
        again = now + max(LOST_AFTER, timedelta(seconds=interval_s or 0))
        session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(next_poll_at=again))
    return tuple(row[0] for row in due)


def move_waits(session: Session, *, now: datetime, by: timedelta) -> int:
    """After a clock was set back by ``by``: what waits still waits as long as it had to. Gives how many were moved.

    Next polls, addresses that are due or to be tried again, and pauses that hosts asked for.
    """
    moved = 0
    for table, column, key in (
        (ChannelRow, ChannelRow.next_poll_at, ChannelRow.id),
        (TargetRow, TargetRow.next_at, TargetRow.id),
        (HostRow, HostRow.paused_until, HostRow.key),
    ):
        waits = session.execute(select(key, column).where(column > now)).all()
        if waits:
            session.execute(update(table), [{key.name: one, column.name: at - by} for one, at in waits if at])
        moved += len(waits)
    return moved
