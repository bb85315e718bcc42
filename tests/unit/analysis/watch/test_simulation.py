"""A small part of ``make bench-watch``: swaps of real templates are told, and weeks without one are quiet."""

from __future__ import annotations

import pytest

from analysis.watch import Thresholds
from tests.watch_simulation.measure import months_of_quiet, swaps_seen


@pytest.mark.slow
def test_swaps_of_templates_are_told_within_two_polls() -> None:
    seen = swaps_seen(81, 10, Thresholds())

    assert sum(one.polls is not None for one in seen) >= 9


@pytest.mark.slow
def test_a_fortnight_of_twenty_outlets_gives_no_false_alert() -> None:
    false, _ = months_of_quiet(81, 44, Thresholds())

    assert [alert.summary for alert in false] == []
