"""How far a listing reaches back by its own dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from crawler.reading.measures import measured_of
from domain.entry import ChannelReading, Entry, ParsedChannel
from domain.times import Precision, StatedTime, TimeSource
from storage.entries import PlacedEntry

NOW = datetime(2026, 3, 4, 5, 5, tzinfo=UTC)


def _depth_s(ages_s: Sequence[float]) -> int | None:
    entries = [
        PlacedEntry(
            Entry(
                f"https://a.example/{number}",
                None,
                None,
                published=StatedTime(NOW - timedelta(seconds=age_s), Precision.SECOND, TimeSource.FEED, ""),
            ),
            f"a.example/{number}",
            "a",
        )
        for number, age_s in enumerate(ages_s)
    ]
    return measured_of(ParsedChannel(ChannelReading.OK), entries, max_age_s=None, now=NOW).depth_s


def test_a_list_reaches_back_to_its_oldest_entry_that_is_not_pinned() -> None:
    assert _depth_s([3600 * n for n in range(8)] + [10**7]) == 7 * 3600
    assert _depth_s([3600 * n for n in range(10)] + [10**7, 10**8]) == 9 * 3600


def test_a_list_that_dates_its_entries_when_it_is_asked_for_says_nothing_of_its_depth() -> None:
    assert _depth_s([0.0, 1.0, 2.0, 2.0, 3.0]) is None


def test_three_dates_say_nothing_either() -> None:
    assert _depth_s([0.0, 3600.0, 7200.0]) is None
