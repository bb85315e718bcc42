"""Polls of one feed as they are fetched and read: which of them leave a gap, and what is noted beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from storage.tables import FetchRow, GapRow
from tests.unit.crawler.small_crawl import NOW, SmallCrawl, feed, item

HOUR = timedelta(hours=1)


def at(hours: int) -> datetime:
    return NOW + hours * HOUR


def entries(numbers: Iterable[int], prefix: str = "") -> bytes:
    return feed(*(item(f"/{prefix}{n}", f"Xəbər {n}") for n in numbers))


def gaps(crawl: SmallCrawl) -> list[tuple[float, float | None, str]]:
    with crawl.store.read() as session:
        rows = session.execute(select(GapRow.from_at, GapRow.to_at, GapRow.reason).order_by(GapRow.id)).all()
    return [((a - NOW) / HOUR, None if b is None else (b - NOW) / HOUR, reason) for a, b, reason in rows]


def last_fetch(crawl: SmallCrawl) -> FetchRow:
    (*_, last) = crawl.rows(FetchRow)
    assert isinstance(last, FetchRow)
    return last


def test_a_feed_that_rolled_over_between_two_polls_is_a_gap(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries(range(10)), at=at(0))
    reading_crawl.read(None, entries(range(5, 15)), at=at(1))
    assert gaps(reading_crawl) == []
    reading_crawl.read(None, entries(range(20, 30)), at=at(2))

    assert gaps(reading_crawl) == [(1, 2, "rollover")]


def test_a_poll_of_the_same_content_in_between_moves_the_start_of_the_gap(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries(range(10)), at=at(0))
    reading_crawl.fetched(None, entries(range(10)), at=at(3))
    reading_crawl.read(None, entries(range(20, 30)), at=at(4))

    assert gaps(reading_crawl) == [(3, 4, "rollover")]


def test_a_failure_in_between_is_one_gap_that_was_not_caught_up(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries(range(10)), at=at(0))
    reading_crawl.fetched(None, b"", at=at(1), status=500)
    reading_crawl.read(None, entries(range(20, 30)), at=at(2))

    assert gaps(reading_crawl) == [(0, 2, "http_error")]
    assert last_fetch(reading_crawl).known == 0


def test_an_empty_list_in_between_hides_no_rollover(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries(range(10)), at=at(0))
    reading_crawl.read(None, entries(()), at=at(1))
    reading_crawl.read(None, entries(range(20, 30)), at=at(2))

    assert gaps(reading_crawl) == [(0, 2, "rollover")]


def test_what_is_pinned_on_a_page_of_today_does_not_say_that_yesterday_was_seen(reading_crawl: SmallCrawl) -> None:
    """At midnight the page keeps its pinned entry alone, which then stands beside what is new."""
    reading_crawl.read(None, entries([0]), at=at(0))
    reading_crawl.read(None, entries([0, *range(1, 9)]), at=at(8))
    reading_crawl.read(None, entries([0]), at=at(16))
    reading_crawl.fetched(None, b"", at=at(18), status=500)
    reading_crawl.read(None, entries([0, *range(20, 27)]), at=at(40))

    assert last_fetch(reading_crawl).known == 0


def test_what_is_new_on_a_page_of_today_says_that_nothing_was_missed(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries([0, *range(1, 9)]), at=at(8))
    reading_crawl.read(None, entries([0, 20]), at=at(16))
    reading_crawl.read(None, entries([0, *range(20, 27)]), at=at(22))

    assert last_fetch(reading_crawl).known == 2


def test_a_feed_that_was_empty_from_the_start_lost_nothing(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries(()), at=at(0))
    reading_crawl.read(None, entries(range(10)), at=at(1))

    assert gaps(reading_crawl) == []


def test_new_links_under_old_titles_are_noted_and_count_as_known(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries(range(10)), at=at(0))
    reading_crawl.read(None, entries(range(1, 11), prefix="new/"), at=at(1))
    last = last_fetch(reading_crawl)

    assert gaps(reading_crawl) == []
    assert (last.listed, last.known, last.error) == (10, 9, "9 of 10 entries stand under new addresses")


def test_a_poll_read_later_than_the_next_one_says_nothing(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, entries(range(10)), at=at(0))
    late = reading_crawl.fetched(None, entries(range(20, 30)), at=at(1))
    reading_crawl.read(None, entries(range(25, 35)), at=at(2))
    reading_crawl.reader.read(late)

    assert gaps(reading_crawl) == [(0, 2, "rollover")]
