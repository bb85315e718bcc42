"""A few simulated feeds over nine days: every gap is found, none is false. `make bench-gaps` runs 200 for a month."""

from __future__ import annotations

from functools import partial

import pytest

from bench.gaps import Steady, simulated
from schedules.plan import Pace, next_poll
from tests.simulation.feeds import make_feeds

pytestmark = pytest.mark.slow
DAYS = 9


@pytest.mark.parametrize("planner", ["steady", "adaptive"])
def test_every_gap_is_found_and_none_is_false(planner: str) -> None:
    feeds = make_feeds(7, [*range(0, 200, 28), 32, 57], days=DAYS)  # 32 and 57 show today's news only
    adaptive = partial(next_poll, pace=Pace())
    result, polls = simulated(feeds, adaptive if planner == "adaptive" else Steady(feeds), days=DAYS)

    assert polls > 50
    assert sum(result.true.values()) > 10
    assert (result.unfound, result.false) == ([], [])
    assert result.said_caught_up == 0
