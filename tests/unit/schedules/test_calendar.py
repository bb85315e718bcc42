"""Times of day across changes of clocks and leap days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.calendar import Daily, Every, parse_time

BERLIN = ZoneInfo("Europe/Berlin")


def _days(daily: Daily, start: datetime, count: int) -> list[datetime]:
    found, moment = [], start
    for _ in range(count):
        moment = daily.after(moment)
        found.append(moment)
    return found


@pytest.mark.parametrize("at", [time(0), time(2, 30), time(3), time(6)])
@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24), date(2028, 2, 28)])
def test_each_local_day_has_one_run(at: time, day: date) -> None:
    daily = Daily(at, BERLIN)
    start = datetime.combine(day, time(), BERLIN).astimezone(UTC) - timedelta(seconds=1)

    found = [moment.astimezone(BERLIN).date() for moment in _days(daily, start, 4)]

    assert found == [day + timedelta(days=n) for n in range(4)]


def test_a_time_that_is_left_out_is_due_as_much_later() -> None:
    found = Daily(time(2, 30), BERLIN).after(datetime(2026, 3, 29, tzinfo=UTC))

    assert found.astimezone(BERLIN).time() == time(3, 30)


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    found = Daily(time(2, 30), BERLIN).after(datetime(2026, 10, 24, 22, tzinfo=UTC))

    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times(),
    st.sampled_from(["Europe/Berlin", "Asia/Baku", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
)
def test_the_next_time_lies_ahead_and_within_two_days(moment: datetime, at: time, zone: str) -> None:
    due = Daily(at.replace(second=0, microsecond=0, tzinfo=None), ZoneInfo(zone)).after(moment)

    assert moment < due <= moment + timedelta(hours=49)


def test_the_day_before_a_digest_ended_at_local_midnight() -> None:
    daily = Daily(time(6), ZoneInfo("Asia/Baku"))

    assert daily.day_ended_before(daily.after(datetime(2026, 3, 4, 12, tzinfo=UTC))) == datetime(
        2026, 3, 4, 20, tzinfo=UTC
    )


def test_every_five_minutes_is_counted_from_the_hour() -> None:
    every = Every(timedelta(minutes=5))

    assert every.after(datetime(2026, 3, 4, 5, 5, tzinfo=UTC)) == datetime(2026, 3, 4, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["6:00", "24:00", "06:60", "", "06.00", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        parse_time(text)
