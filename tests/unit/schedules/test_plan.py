"""What is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.planning import ChannelState
from schedules.plan import due_polls

NOW = datetime(2026, 3, 4, 5, 5, tzinfo=UTC)


def test_a_channel_is_polled_unless_it_was_in_the_last_ten_minutes() -> None:
    states = [
        ChannelState(1, 11, None),
        ChannelState(2, 12, NOW - timedelta(minutes=9)),
        ChannelState(3, 13, NOW - timedelta(minutes=10)),
    ]

    assert due_polls(states, now=NOW) == (11, 13)
