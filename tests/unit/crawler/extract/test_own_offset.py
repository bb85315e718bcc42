"""The outlet's own offset: the moment stays, the clock that readers were shown is kept."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.own_offset import with_own_offset
from domain.times import Precision, StatedTime, TimeSource

ZONE = ZoneInfo("Asia/Baku")


def at(text: str, *, precision: Precision = Precision.SECOND) -> StatedTime:
    stated = datetime.fromisoformat(text)
    stated = stated if stated.tzinfo else stated.replace(tzinfo=ZONE)
    return StatedTime(stated, precision, TimeSource.META, text)


@pytest.mark.parametrize(
    ("other", "own"),
    [
        ("2026-02-21T22:15:40-05:00", "2026-02-21T22:15:40-05:00"),
        ("2026-02-21T22:15:00-05:00", "2026-02-21T22:15:40-05:00"),
        ("2026-02-21T22:15:40", "2026-02-21T22:15:40-05:00"),
        ("2026-02-22T09:00:40", "2026-02-22T09:00:40+05:45"),
        ("2026-02-22T08:45:40", "2026-02-22T08:45:40+05:30"),
        ("2026-02-22T15:15:40-12:00", "2026-02-22T03:15:40+00:00"),  # another moment
        ("2026-02-21T22:16:40", "2026-02-22T03:15:40+00:00"),  # another minute
        ("2026-02-21T22:15:41", "2026-02-22T03:15:40+00:00"),  # another second
        ("2026-02-21T15:15:40", "2026-02-22T03:15:40+00:00"),  # half a day: a lost "pm"
        ("2026-02-22T03:30:40", "2026-02-22T03:15:40+00:00"),  # no offset in use
        ("2026-02-22T03:15:40", "2026-02-22T03:15:40+00:00"),
    ],
)
def test_a_moment_in_utc_takes_the_clock_that_states_it_too(other: str, own: str) -> None:
    assert with_own_offset(at("2026-02-22T03:15:40+00:00"), [at(other)], zone=ZONE).isoformat() == own


def test_a_clock_without_seconds_is_compared_to_the_minute() -> None:
    printed = at("2026-02-22T07:15", precision=Precision.MINUTE)
    assert with_own_offset(at("2026-02-22T03:15:40+00:00"), [printed], zone=ZONE).isoformat() == (
        "2026-02-22T07:15:40+04:00"
    )


@pytest.mark.parametrize("stated", ["2026-02-22T03:15:40+04:00", "2026-02-22T03:15:40"])
def test_a_time_with_an_offset_or_in_the_outlets_zone_stays(stated: str) -> None:
    assert with_own_offset(at(stated), [at("2026-02-21T22:15:40")], zone=ZONE) == at(stated)


def test_a_day_says_nothing_of_an_offset() -> None:
    day = at("2026-02-21", precision=Precision.DAY)
    stated = at("2026-02-22T03:15:40+00:00")
    assert with_own_offset(stated, [day], zone=ZONE) == stated
