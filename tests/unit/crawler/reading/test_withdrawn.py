"""Entries that a feed drops before their time while their pages live; by real polls and real readers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.fetch import Reason
from storage.tables import ArticleRow, ArticleStateRow, EntryRow, TargetRow
from tests.unit.crawler.small_crawl import HOST, NOW, RSS, SENTENCES, SmallCrawl, feed, item, page

HOUR = timedelta(hours=1)
Told = list[tuple[str, float, str, int]]


def polled(crawl: SmallCrawl, hour: float, *numbers: int) -> int:
    """A poll that lists these, first the newest."""
    fetch_id = crawl.fetched(None, feed(*(item(f"/x{n}", f"Hadisə {n}") for n in numbers)), at=NOW + hour * HOUR)
    crawl.reader.read(fetch_id)
    return fetch_id


def history(crawl: SmallCrawl) -> None:
    """Seven entries, one a poll; the fifth is a stored article."""
    for newest in range(1, 8):
        polled(crawl, newest, *range(newest, 0, -1))
    crawl.read("/x5", page(*SENTENCES, title="Hadisə 5"), at=NOW + 7.5 * HOUR)


def told(crawl: SmallCrawl) -> Told:
    rows = crawl.rows(ArticleStateRow)
    return [(r.state, (r.at - NOW) / HOUR, r.how, r.looks) for r in rows]  # type: ignore[attr-defined]


def looked(crawl: SmallCrawl, hour: float, *, status: int = 200) -> None:
    """The page of the fifth, looked at once more."""
    body = page(*SENTENCES, title="Hadisə 5") if status == 200 else b"gone"
    fetch_id = crawl.fetched("/x5", body, at=NOW + hour * HOUR, status=status, reason=Reason.RECHECK)
    if status == 200:
        crawl.reader.read(fetch_id)


def due(crawl: SmallCrawl) -> list[str]:
    rows = crawl.rows(TargetRow)
    return [t.url_key for t in rows if t.state == "due" and t.reason == "recheck"]  # type: ignore[attr-defined]


def test_an_entry_taken_out_is_withdrawn_once_its_page_was_seen_and_listed_when_it_comes_again(
    reading_crawl: SmallCrawl,
) -> None:
    crawl = reading_crawl
    history(crawl)
    polled(crawl, 8, 8, 7, 6, 4, 3, 2, 1)
    assert due(crawl) == []  # missing once
    poll = polled(crawl, 9, 9, 8, 7, 6, 4, 3, 2)
    assert due(crawl) == [f"{HOST}/x5"]
    assert told(crawl) == []
    looked(crawl, 9.5)
    assert told(crawl) == [("withdrawn", 9.5, "dropped", 2)]
    (row,) = crawl.rows(ArticleStateRow)
    assert (row.fetch_id, row.last_seen_at) == (poll, NOW + 7 * HOUR)  # type: ignore[attr-defined]
    assert [a.state for a in crawl.rows(ArticleRow)] == ["live"]  # type: ignore[attr-defined]
    looked(crawl, 10)
    polled(crawl, 11, 9, 8, 7, 6, 5, 4, 3, 2)
    assert told(crawl)[1:] == [("listed", 11, "listed", 1)]


def test_an_unchanged_list_is_the_second_poll_too(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    history(crawl)
    polled(crawl, 8, 8, 7, 6, 4, 3, 2, 1)
    body = feed(*(item(f"/x{n}", f"Hadisə {n}") for n in (8, 7, 6, 4, 3, 2, 1)))
    crawl.fetched(None, body, at=NOW + 9 * HOUR, headers=RSS)  # the very same bytes

    assert due(crawl) == [f"{HOST}/x5"]


def test_a_poll_that_was_unchanged_still_listed_it(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    history(crawl)
    body = feed(*(item(f"/x{n}", f"Hadisə {n}") for n in range(7, 0, -1)))
    crawl.fetched(None, body, at=NOW + 8 * HOUR, headers=RSS)
    polled(crawl, 9, 8, 7, 6, 4, 3, 2, 1)

    assert due(crawl) == []


def test_what_aged_out_is_not_withdrawn(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    history(crawl)
    polled(crawl, 8, 12, 11, 10, 9, 8, 7, 6)
    polled(crawl, 9, 13, 12, 11, 10, 9, 8, 7)

    assert due(crawl) == []


def test_pinned_entries_do_not_make_what_aged_out_withdrawn(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    history(crawl)
    polled(crawl, 8, 1, 2, 12, 11, 10, 9, 8)
    polled(crawl, 9, 1, 2, 13, 12, 11, 10, 9)

    assert due(crawl) == []


@pytest.mark.parametrize("between", [(), (9, 8)])
def test_a_list_that_was_emptied_tells_nothing(reading_crawl: SmallCrawl, between: tuple[int, ...]) -> None:
    crawl = reading_crawl
    history(crawl)
    polled(crawl, 8, *between)
    polled(crawl, 9, 9, 8, 7, 6, 4, 3, 2)

    assert due(crawl) == []


def test_a_page_that_is_gone_was_not_withdrawn(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    history(crawl)
    polled(crawl, 8, 8, 7, 6, 4, 3, 2, 1)
    polled(crawl, 9, 9, 8, 7, 6, 4, 3, 2)
    looked(crawl, 9.5, status=410)

    assert [row[0] for row in told(crawl)] == ["suspected"]


def test_a_suspected_article_is_not_looked_at_for_what_its_list_dropped(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    history(crawl)
    looked(crawl, 7.6, status=410)
    polled(crawl, 8, 8, 7, 6, 4, 3, 2, 1)
    polled(crawl, 9, 9, 8, 7, 6, 4, 3, 2)
    assert due(crawl) == []
    looked(crawl, 20)

    assert [row[0] for row in told(crawl)] == ["suspected", "withdrawn"]


def test_an_entry_without_a_stored_article_is_let_be(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    history(crawl)
    polled(crawl, 8, 8, 7, 5, 4, 3, 2, 1)
    polled(crawl, 9, 9, 8, 7, 5, 4, 3, 2)

    assert due(crawl) == []
    assert [e.dropped_at for e in crawl.rows(EntryRow) if e.dropped_at] == []  # type: ignore[attr-defined]
