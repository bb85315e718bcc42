"""What a tick does: plans polls that have no time yet, and puts those that are due on the frontier."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from domain.planning import ChannelState, PlannedPoll
from schedules.plan import Pace, catch_up, next_poll, spread_first_polls
from storage import Store
from storage.polls import (
    hand_out_due_polls,
    is_any_due,
    move_polls,
    move_waits,
    overdue_channels,
    put_plans,
    unplanned_channels,
)

log = structlog.get_logger()

MOST_A_TICK = 200  # rows a write; what is left is taken at the next tick
STOPPAGE = timedelta(minutes=5)  # nobody looked for so long: what fell due meanwhile is caught up with, not pressed
FIRST_POLL_STEP_S = 5.0


def tick(store: Store, now: datetime, pace: Pace) -> int:
    """Plan and hand out what is due at ``now``; gives the number of polls handed out."""
    unplanned = store.ask(lambda session: unplanned_channels(session, limit=MOST_A_TICK))
    if unplanned:
        plans = _planned(unplanned, now, pace)
        store.write(lambda session: put_plans(session, plans))
    if not store.ask(lambda session: is_any_due(session, now=now)):  # most ticks: nothing is written
        return 0
    handed = store.write(lambda session: hand_out_due_polls(session, now=now, limit=MOST_A_TICK))
    log.debug("polls.handed_out", polls=len(handed))
    return len(handed)


def _planned(states: list[ChannelState], now: datetime, pace: Pace) -> list[PlannedPoll]:
    plans = [next_poll(state, now=now, pace=pace) for state in states]
    first = [i for i, state in enumerate(states) if state.last_polled_at is None]
    spread = spread_first_polls([plans[i] for i in first], [states[i].host for i in first], step_s=FIRST_POLL_STEP_S)
    for place, plan in zip(first, spread, strict=True):
        plans[place] = plan
    return plans


def resume(store: Store, now: datetime) -> int:
    """Spread what fell due while nobody looked, most perishable first; gives the number of channels."""
    with store.read() as session:
        overdue = overdue_channels(session, now=now)
    moved = catch_up(overdue, now=now)
    if moved:
        store.write(lambda session: move_polls(session, moved))
        log.info("polls.resumed", overdue=len(moved))
    return len(moved)


def set_back(store: Store, now: datetime, by: timedelta) -> int:
    """After a clock was set back by ``by``: nothing waits longer for that; gives how many waits were shortened."""
    moved = store.write(lambda session: move_waits(session, now=now, by=by))
    log.info("waits.moved", waits=moved, by_s=by.total_seconds())
    return moved
