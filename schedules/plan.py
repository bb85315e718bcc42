"""What is due. Pure: the clock is an argument, states come in as they are stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.planning import ArticleState, ChannelState

SHORTEST_INTERVAL = timedelta(minutes=10)
RECHECK_DAYS = 3


def due_polls(states: Iterable[ChannelState], *, now: datetime) -> tuple[int, ...]:
    """Targets of the channels to poll in a pass that starts ``now``: all but those polled in the last ten minutes.

    A pass that was killed and is started again so goes on where it was.
    """
    return tuple(s.target_id for s in states if s.last_polled_at is None or now - s.last_polled_at >= SHORTEST_INTERVAL)


def due_rechecks(
    states: Iterable[ArticleState], *, now: datetime, zone: ZoneInfo, days: int = RECHECK_DAYS
) -> tuple[ArticleState, ...]:
    """Articles to look at again: first seen on one of the ``days`` local days before, not yet looked at today."""
    today = now.astimezone(zone).date()
    oldest = today - timedelta(days=days)
    due = []
    for state in states:
        seen_on = state.first_seen_at.astimezone(zone).date()
        looked_on = state.last_looked_at.astimezone(zone).date()
        if oldest <= seen_on < today and looked_on < today:
            due.append(state)
    return tuple(due)
