"""How a channel answered, and what follows for the gaps in what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.gaps import close_gap, open_gap
from storage.looks import place_late_failure, place_late_good_look, was_overtaken
from storage.parts import has_failing_part
from storage.tables import ChannelRow


@dataclass(frozen=True, slots=True)
class Measured:
    """What a listing tells of its channel: for how long it calls itself fresh, and how far its entries reach back."""

    ttl_s: int | None
    depth_s: int | None


def keep_platform_id(session: Session, channel_id: int, platform_id: str) -> None:
    """Keep the id that a channel's platform gave for its name."""
    session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(platform_id=platform_id))


def record_good_poll(
    session: Session, channel_id: int, *, at: datetime, outcome: str, has_new: bool, measured: Measured | None = None
) -> None:
    """A poll that showed the channel as it is; closes its open gap and has the next poll planned anew.

    ``measured`` is None where nothing was read: what the last reading measured stays. One that a later poll has
    overtaken takes nothing of that back.
    """
    if was_overtaken(session, channel_id, at=at):
        channel = session.get(ChannelRow, channel_id, populate_existing=True)
        assert channel is not None
        channel.polls += 1
        channel.last_ok_at = max(channel.last_ok_at or at, at)
        place_late_good_look(session, channel_id, at=at)
        return
    values: dict[str, object] = {
        "next_poll_at": None,
        "last_polled_at": at,
        "last_ok_at": at,
        "last_outcome": outcome,
        "failures": 0,
        "polls": ChannelRow.polls + 1,
    }
    if measured is not None:
        values |= {"ttl_s": measured.ttl_s, "depth_s": measured.depth_s}
    if has_new:
        values["last_new_at"] = at
    session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(values))
    if not has_failing_part(session, channel_id):
        close_gap(session, channel_id, at=at)


def record_failed_poll(session: Session, channel_id: int, *, at: datetime, outcome: str, detail: str | None) -> None:
    """A poll that did not show the channel; opens a gap that reaches back to the last good look.

    The next poll is planned anew.
    """
    channel = session.get(ChannelRow, channel_id, populate_existing=True)
    assert channel is not None
    if was_overtaken(session, channel_id, at=at):
        channel.polls += 1
        place_late_failure(session, channel_id, at=at, reason=outcome, detail=detail)
        return
    channel.last_polled_at, channel.last_outcome = at, outcome
    channel.next_poll_at = None
    channel.failures += 1
    channel.polls += 1
    open_gap(session, channel_id, since=min(channel.last_ok_at or at, at), reason=outcome, detail=detail)
    session.flush()
