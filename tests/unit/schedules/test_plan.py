"""What is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.planning import ArticleState, ChannelState
from schedules.plan import RECHECK_TURNS, due_polls, due_rechecks, recheck_turns

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 3, 4, 5, 5, tzinfo=UTC)  # 09:05 in Baku


def test_a_channel_is_polled_unless_it_was_in_the_last_ten_minutes() -> None:
    states = [
        ChannelState(1, 11, None),
        ChannelState(2, 12, NOW - timedelta(minutes=9)),
        ChannelState(3, 13, NOW - timedelta(minutes=10)),
    ]

    assert due_polls(states, now=NOW) == (11, 13)


def _article(first_seen: datetime, looked: datetime) -> ArticleState:
    return ArticleState(1, "xeber", "https://xeber.example/a", "xeber.example/a", 1, first_seen, looked)


@pytest.mark.parametrize(
    ("seen_days_ago", "looked_days_ago", "due"),
    [(1, 1, True), (3, 1, True), (4, 1, False), (0, 0, False), (1, 0, False)],
)
def test_an_article_is_looked_at_once_on_each_of_three_days(
    seen_days_ago: int, looked_days_ago: int, due: bool
) -> None:
    state = _article(NOW - timedelta(days=seen_days_ago), NOW - timedelta(days=looked_days_ago))

    assert bool(due_rechecks([state], now=NOW, zone=BAKU)) is due


def test_days_are_those_of_the_zone() -> None:
    late_yesterday = datetime(2026, 3, 3, 19, 50, tzinfo=UTC)  # 23:50 in Baku
    early_today = datetime(2026, 3, 3, 20, 10, tzinfo=UTC)  # 00:10 in Baku, the same day in UTC

    assert due_rechecks([_article(late_yesterday, late_yesterday)], now=early_today, zone=BAKU)


def test_with_no_days_nothing_is_looked_at_again() -> None:
    assert due_rechecks([_article(NOW - timedelta(days=1), NOW - timedelta(days=1))], now=NOW, zone=BAKU, days=0) == ()


def test_a_service_looks_at_articles_again_by_turns_over_the_day() -> None:
    seen = NOW - timedelta(days=1)
    states = [replace(_article(seen, seen), article_id=number) for number in range(460)]
    midnight = datetime(2026, 3, 3, 20, tzinfo=UTC)

    def due_at(hours: float) -> int:
        now = midnight + timedelta(hours=hours)
        return len(due_rechecks(states, now=now, zone=BAKU, turns=recheck_turns(now, BAKU)))

    assert [due_at(hours) for hours in (0, 0.4, 0.5, 12, 22.5, 23.9)] == [10, 10, 20, 250, 460, 460]


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_all_turns_come_on_days_of_23_and_25_hours(day: datetime) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    last_minute = day.replace(tzinfo=berlin) + timedelta(hours=23, minutes=59)

    assert recheck_turns(last_minute.astimezone(UTC), berlin) == RECHECK_TURNS


@pytest.mark.parametrize("url", ["https://t.me/sahil/7", "https://www.youtube.com/watch?v=a"])
def test_a_post_or_video_is_not_looked_at_outside_its_channel(url: str) -> None:
    seen = NOW - timedelta(days=1)

    assert due_rechecks([replace(_article(seen, seen), url=url)], now=NOW, zone=BAKU) == ()
