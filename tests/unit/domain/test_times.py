"""Stated times: precision, offset, and which one to believe."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from domain.times import Precision, StatedTime, TimeSource, best_stated, day_bounds, is_possible

BAKU = timezone(timedelta(hours=4))


def _stated(hour: int, precision: Precision, source: TimeSource) -> StatedTime:
    return StatedTime(datetime(2026, 3, 2, hour, tzinfo=BAKU), precision, source, "raw")


def test_a_day_prints_as_a_bare_date_in_the_outlets_zone() -> None:
    assert _stated(0, Precision.DAY, TimeSource.TEXT).isoformat() == "2026-03-02"


def test_a_time_keeps_the_sources_offset() -> None:
    stated = _stated(1, Precision.SECOND, TimeSource.FEED)

    assert stated.isoformat() == "2026-03-02T01:00:00+04:00"
    assert stated.utc == datetime(2026, 3, 1, 21, tzinfo=UTC)
    assert stated.offset_min == 240


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        StatedTime(datetime(2026, 3, 2), Precision.DAY, TimeSource.URL, "")  # noqa: DTZ001


def test_a_time_of_day_is_believed_before_a_bare_day_whatever_their_sources() -> None:
    day = _stated(0, Precision.DAY, TimeSource.STRUCTURED_DATA)
    minute = _stated(9, Precision.MINUTE, TimeSource.FEED)

    assert best_stated([day, None, minute]) is minute
    assert best_stated([None, None]) is None


def test_structured_data_is_believed_before_the_feed() -> None:
    feed = _stated(9, Precision.SECOND, TimeSource.FEED)
    page = _stated(8, Precision.SECOND, TimeSource.STRUCTURED_DATA)

    assert best_stated([feed, page]) is page


@pytest.mark.parametrize(
    ("at", "possible"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(2026, 3, 4, tzinfo=UTC), True),
        (datetime(2026, 3, 5, tzinfo=UTC), False),
        (datetime(1990, 1, 1, tzinfo=UTC), True),
    ],
)
def test_what_can_be_a_publication_time(at: datetime, possible: bool) -> None:
    assert is_possible(at, now=datetime(2026, 3, 2, 12, tzinfo=UTC)) is possible


def test_a_day_with_a_clock_change_has_23_hours() -> None:
    start, end = day_bounds(date(2026, 3, 29), ZoneInfo("Europe/Berlin"))

    assert end - start == timedelta(hours=23)
