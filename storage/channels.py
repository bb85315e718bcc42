"""How a channel answered, and the gaps in what was seen of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import ChannelRow, GapRow


def record_good_poll(session: Session, channel_id: int, *, at: datetime, outcome: str, has_new: bool) -> None:
    """A poll that showed the channel as it is; closes its open gap."""
    values: dict[str, object] = {
        "last_polled_at": at,
        "last_ok_at": at,
        "last_outcome": outcome,
        "failures": 0,
        "polls": ChannelRow.polls + 1,
    }
    if has_new:
        values["last_new_at"] = at
    session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(values))
    session.execute(update(GapRow).where(GapRow.channel_id == channel_id, GapRow.to_at.is_(None)).values(to_at=at))


def record_failed_poll(session: Session, channel_id: int, *, at: datetime, outcome: str, detail: str | None) -> None:
    """A poll that did not show the channel; opens a gap that reaches back to the last good look."""
    channel = session.get(ChannelRow, channel_id, populate_existing=True)
    assert channel is not None
    channel.last_polled_at, channel.last_outcome = at, outcome
    channel.failures += 1
    channel.polls += 1
    open_gap = select(GapRow.id).where(GapRow.channel_id == channel_id, GapRow.to_at.is_(None))
    if session.scalar(open_gap) is None:
        since = channel.last_ok_at or at
        session.add(GapRow(channel_id=channel_id, from_at=since, reason=outcome, detail=detail))
    session.flush()
