"""The simulated clock, its spelling, and how children take it over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallax.clock import (
    CLOCK_VARIABLE,
    ClockSetting,
    SimulatedClock,
    SystemClock,
    clock_from_env,
    parse_clock,
    start_clock,
)

BAKU = ZoneInfo("Asia/Baku")
MORNING = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)


class Seconds:
    """A counter of seconds that the test moves."""

    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T09:05+04:00@60", ClockSetting(MORNING, 60.0)),
        ("2026-03-02T05:05Z", ClockSetting(MORNING, 1.0)),
        ("2026-03-02T09:05", ClockSetting(MORNING, 1.0)),
        (" 2026-03-02 09:05 @ 0.5 ", ClockSetting(MORNING, 0.5)),
        ("2026-03-02", ClockSetting(datetime(2026, 3, 1, 20, tzinfo=UTC), 1.0)),
        ("2026-03-02T09:05@0", ClockSetting(MORNING, 0.0)),
        ("2026-03-02T09:05@60@1700000000.25", ClockSetting(MORNING, 60.0, 1700000000.25)),
    ],
)
def test_a_clock_is_spelled_time_at_rate(text: str, expected: ClockSetting) -> None:
    assert parse_clock(text, BAKU) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "@60", "noon", "2026-02-30T00:00", "2026-03-02T09:05@", "2026-03-02T09:05@fast"),
        *("2026-03-02@-1", "2026-03-02@nan", "2026-03-02@inf", "2026-03-02@86401", "2026-03-02@1@2@3"),
        *("0001-01-01T00:00+14:00", "2026-03-02@1@soon"),
    ],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_clock(text, BAKU)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.floats(0, 86_400),
    st.none() | st.floats(0, 4e9),
)
def test_a_setting_is_read_back_from_its_own_text(at: datetime, rate: float, since: float | None) -> None:
    setting = ClockSetting(at, rate, since)
    assert parse_clock(str(setting), BAKU) == setting


def test_a_simulated_clock_runs_at_its_rate() -> None:
    monotonic = Seconds(1000.0)
    clock = start_clock(ClockSetting(MORNING, 60.0), epoch=Seconds(0.0), monotonic=monotonic)
    assert clock.now() == MORNING
    monotonic.at += 90
    assert clock.now() == MORNING + timedelta(minutes=90)


def test_a_rate_of_zero_stands_still() -> None:
    monotonic = Seconds(1000.0)
    clock = start_clock(ClockSetting(MORNING, 0.0), monotonic=monotonic)
    monotonic.at += 3600
    assert clock.now() == MORNING


def test_a_child_started_later_tells_its_parents_time() -> None:
    epoch, monotonic = Seconds(1_700_000_000.0), Seconds(50.0)
    parent = start_clock(ClockSetting(MORNING, 60.0), epoch=epoch, monotonic=monotonic)
    epoch.at += 30
    monotonic.at += 30
    handed = parse_clock(parent.to_env()[CLOCK_VARIABLE], BAKU)
    child = start_clock(handed, epoch=epoch, monotonic=monotonic)
    assert child.now() == parent.now() == MORNING + timedelta(minutes=30)
    assert child.to_env() == parent.to_env()


def test_a_system_time_set_back_does_not_move_the_clock_before_its_anchor() -> None:
    handed = ClockSetting(MORNING, 60.0, 1_700_000_000.0)
    assert start_clock(handed, epoch=Seconds(1_600_000_000.0)).now() >= MORNING


def test_a_started_process_goes_on_with_the_same_time() -> None:
    parent = start_clock(ClockSetting(MORNING, 1000.0))
    program = (
        "import os, json; from zoneinfo import ZoneInfo; from parallax.clock import clock_from_env;"
        "print(json.dumps(clock_from_env(os.environ, ZoneInfo('UTC')).now().isoformat()))"
    )
    before = parent.now()
    told = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | parent.to_env(), capture_output=True, check=True
    )
    # Both read the system's time once; a step of it in between would be seen here, a second is allowed for.
    assert before - timedelta(seconds=1000) <= datetime.fromisoformat(json.loads(told.stdout)) <= parent.now()


def test_without_a_setting_the_systems_time_is_told() -> None:
    clock = clock_from_env({}, BAKU)
    assert isinstance(clock, SystemClock)
    assert abs(clock.now().timestamp() - time.time()) < 5
    assert clock.now().tzinfo is UTC
    assert clock.to_env() == {}


def test_a_clock_in_the_environment_is_simulated() -> None:
    clock = clock_from_env({CLOCK_VARIABLE: "2026-03-02T09:05@0"}, BAKU)
    assert isinstance(clock, SimulatedClock)
    assert clock.now() == MORNING


def test_a_clock_jumps_when_it_is_told_to_and_so_does_that_of_a_child() -> None:
    setting = parse_clock("2026-03-02T09:05+04:00@60@1000@10:86400,20:-86400", BAKU)
    passed = [1000.0]
    clock = start_clock(setting, epoch=lambda: passed[0], monotonic=lambda: passed[0])
    told = []
    for passed[0] in (1009.0, 1010.0, 1020.0):
        child = start_clock(parse_clock(str(setting), BAKU), epoch=lambda: passed[0], monotonic=lambda: 5.0)
        told.append((clock.now() - MORNING, child.now() == clock.now()))

    day = timedelta(days=1)
    assert told == [(timedelta(minutes=9), True), (timedelta(minutes=10) + day, True), (timedelta(minutes=20), True)]
