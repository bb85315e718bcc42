"""Stoppages: spans in which no scheduler led, and the gaps that they leave at channels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.digest_facts import NOT_RUNNING
from storage.gaps import LEAST_STOPPAGE, gap_under_way, is_polled, put_gap
from storage.looks import is_good_look
from storage.tables import ChannelRow, FetchRow


@dataclass(frozen=True, slots=True)
class MissedPoll:
    """A channel (outlet, slug) that nobody polled ``since`` its last good look; ``until``: the next one, if it was."""

    outlet: str
    channel: str
    since: datetime
    until: datetime | None = None


def note_stoppage(
    session: Session,
    *,
    stopped_at: datetime,
    resumed_at: datetime,
    interval_of: Callable[[int | None], timedelta],
    signs_every: timedelta = LEAST_STOPPAGE,
) -> tuple[MissedPoll, ...]:
    """Begin a gap at each polled channel whose poll fell due while the service stood still; gives these.

    For when a scheduler begins to lead: ``stopped_at`` is the last sign of life of the one before, who may have gone on
    until the next one was due, ``signs_every`` later (a minute at least). Call it before polls are planned or moved.
    ``interval_of`` gives the time between polls from the seconds last planned (None: never planned). The gap reaches
    back to the channel's last good look and ends with the next; where one is open already, it goes on. A channel that
    was polled as soon as all went on, before this is called, has a gap as well; one that a worker polled meanwhile, of
    what had been handed out, has one on each side. Calling it again adds nothing.
    """
    if resumed_at - stopped_at < LEAST_STOPPAGE:
        return ()
    latest = resumed_at - LEAST_STOPPAGE
    went_on_until = stopped_at + max(LEAST_STOPPAGE, signs_every)
    missed: list[MissedPoll] = []
    for channel in session.scalars(select(ChannelRow).where(*is_polled(), ChannelRow.last_ok_at.is_not(None))):
        last_ok_at = channel.last_ok_at
        assert last_ok_at is not None
        if last_ok_at >= went_on_until:
            before = _last_good_look(session, channel.id, before=stopped_at)
            if before is not None and before + interval_of(channel.interval_s) <= min(
                latest, last_ok_at - LEAST_STOPPAGE
            ):
                put_gap(session, channel.id, since=before, until=last_ok_at, reason=NOT_RUNNING)
                missed.append(MissedPoll(channel.outlet, channel.slug, before, last_ok_at))
        if _due_at(channel, interval_of) <= latest and gap_under_way(session, channel.id) is None:
            put_gap(session, channel.id, since=last_ok_at, reason=NOT_RUNNING)
            missed.append(MissedPoll(channel.outlet, channel.slug, last_ok_at))
    return tuple(missed)


def _last_good_look(session: Session, channel_id: int, *, before: datetime) -> datetime | None:
    return session.scalar(
        select(func.max(FetchRow.requested_at)).where(
            FetchRow.channel_id == channel_id,
            FetchRow.part_of.is_(None),
            FetchRow.requested_at <= before,
            is_good_look(),
        )
    )


def _due_at(channel: ChannelRow, interval_of: Callable[[int | None], timedelta]) -> datetime:
    """When the poll after the last one is due. By its interval where that is sooner: a poll handed out is moved on."""
    last = channel.last_polled_at or channel.last_ok_at
    assert last is not None
    due_at = last + interval_of(channel.interval_s)
    return min(due_at, channel.next_poll_at) if channel.next_poll_at is not None else due_at
