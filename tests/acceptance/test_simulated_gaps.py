"""A few simulated feeds over nine days: every gap is found, none is false. `make bench-gaps` runs 200 for a month."""

from __future__ import annotations

import pytest

from bench.gaps import Steady, simulated
from tests.simulation.feeds import make_feeds

pytestmark = pytest.mark.slow
DAYS = 9


def test_every_gap_is_found_and_none_is_false() -> None:
    feeds = make_feeds(7, range(0, 200, 28), days=DAYS)
    result, polls = simulated(feeds, Steady(feeds), days=DAYS)

    assert polls > 50
    assert sum(result.true.values()) > 10
    assert (result.unfound, result.false) == ([], [])
    assert result.said_caught_up == 0
