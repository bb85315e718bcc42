"""A poll as fetched becomes entries, the texts they carry, and pages to look at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.fetch import PageReading, Reason
from domain.frontier import TargetState
from domain.outlet import FeedBody
from storage.tables import (
    ArticleRow,
    ChannelRow,
    EntryRow,
    ExtractionRow,
    FetchRow,
    GapRow,
    RevisionRow,
    TargetRow,
)
from tests.unit.crawler.small_crawl import HOST, NOW, SENTENCES, SmallCrawl, feed, item, outlet, page, paragraphs

LATER = NOW + timedelta(hours=4)
STILL_LATER = NOW + timedelta(hours=9)
CHANGED = (*SENTENCES[:3], "Son cümlə indi tamam başqa şey deyir.")


@pytest.fixture
def full_feed(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The outlet's feed carries whole texts."""
    reading_crawl.outlet = outlet(body=FeedBody.FULL)
    return reading_crawl


def _pages(crawl: SmallCrawl) -> dict[str, str]:
    return {row.url.removeprefix(f"https://{HOST}"): row.state for row in crawl.rows(TargetRow) if not row.channel_id}


def test_each_new_entry_makes_its_page_a_target(reading_crawl: SmallCrawl) -> None:
    result = reading_crawl.read(None, feed(item("/a"), item("/b")))

    assert result is not None
    assert (result.reading, result.new_entries) == (PageReading.LISTED, 2)
    assert _pages(reading_crawl) == {"/a": TargetState.DUE, "/b": TargetState.DUE}


def test_a_known_entry_brings_no_second_look(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, feed(item("/a")))
    reading_crawl.read("/a", page())
    reading_crawl.read(None, feed(item("/a"), item("/b")), at=LATER)

    assert _pages(reading_crawl) == {"/a": TargetState.IDLE, "/b": TargetState.DUE}


def _atom(title: str, updated: str) -> bytes:
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Xəbər</title><id>tag:x</id><updated>2026-03-02T09:00:00Z</updated>"
        f"<entry><title>{title}</title><id>https://{HOST}/a</id><link href='https://{HOST}/a'/>"
        f"<published>2026-03-02T04:00:00Z</published><updated>{updated}</updated></entry></feed>"
    ).encode()


@pytest.mark.parametrize(
    ("title", "updated", "state"),
    [
        ("Körpü açılıb", "2026-03-02T04:00:00Z", TargetState.IDLE),
        ("Körpü hələ açılmayıb", "2026-03-02T04:00:00Z", TargetState.DUE),
        ("Körpü açılıb", "2026-03-02T08:30:00Z", TargetState.DUE),
    ],
)
def test_an_entry_that_says_it_changed_has_its_page_looked_at_again(
    reading_crawl: SmallCrawl, title: str, updated: str, state: TargetState
) -> None:
    reading_crawl.read(None, _atom("Körpü açılıb", "2026-03-02T04:00:00Z"))
    reading_crawl.read("/a", page())
    reading_crawl.read(None, _atom(title, updated), at=LATER)

    assert _pages(reading_crawl) == {"/a": state}


def test_a_page_that_was_looked_at_while_its_list_was_read_is_not_asked_for_twice(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, feed(item("/a")))
    reading_crawl.read("/a", page())
    poll = reading_crawl.fetched(None, feed(item("/a", "Başqa başlıq")), at=LATER)
    reading_crawl.read("/a", page(), at=LATER + timedelta(seconds=1), reason=Reason.RECHECK)
    reading_crawl.reader.read(poll)

    assert _pages(reading_crawl) == {"/a": TargetState.IDLE}


def test_an_entry_stands_between_the_last_good_look_without_it_and_the_first_with_it(
    reading_crawl: SmallCrawl,
) -> None:
    reading_crawl.read(None, feed(item("/a")))
    reading_crawl.read(None, feed(item("/a"), item("/b")), at=LATER)
    first, second = reading_crawl.rows(EntryRow)

    assert (first.absent_at, first.first_seen_at) == (None, NOW)
    assert (second.absent_at, second.first_seen_at) == (NOW, LATER)


def test_an_empty_feed_is_a_good_look(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, feed())
    (channel,) = reading_crawl.rows(ChannelRow)

    assert (channel.last_ok_at, channel.last_outcome, channel.failures) == (NOW, "empty_channel", 0)
    assert reading_crawl.rows(GapRow) == []


@pytest.mark.parametrize("body", [b"<!doctype html><html><body><h1>Salam</h1></body></html>", b"", b"\x00\xff" * 50])
def test_what_is_no_feed_opens_a_gap_and_is_typed(reading_crawl: SmallCrawl, body: bytes) -> None:
    reading_crawl.read(None, feed(item("/a")))
    fetch_id = reading_crawl.fetched(None, body, at=LATER)
    reading_crawl.reader.read(fetch_id)
    (gap,) = reading_crawl.rows(GapRow)

    assert (gap.from_at, gap.to_at, gap.reason) == (NOW, None, "not_a_feed")
    assert reading_crawl.fetch(fetch_id).reading == "not_a_feed"
    assert reading_crawl.waits() == []


def test_the_next_good_poll_closes_the_gap(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, feed(item("/a")))
    reading_crawl.read(None, b"<html></html>", at=LATER)
    reading_crawl.read(None, feed(item("/a"), item("/b")), at=STILL_LATER)
    (gap,) = reading_crawl.rows(GapRow)

    assert (gap.from_at, gap.to_at) == (NOW, STILL_LATER)


def test_a_poll_says_how_many_of_its_entries_were_known(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, feed(item("/a")))
    reading_crawl.read(None, feed(item("/a"), item("/b"), item("/c")), at=LATER)

    assert [(row.listed, row.known) for row in reading_crawl.rows(FetchRow)] == [(1, 0), (3, 1)]


def test_an_entry_without_a_link_is_kept_and_leads_nowhere(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, feed("<item><title>Linksiz</title></item>"))

    assert [row.url for row in reading_crawl.rows(EntryRow)] == [None]
    assert _pages(reading_crawl) == {}


def test_a_text_that_its_feed_carries_is_an_article_without_a_look_at_its_page(full_feed: SmallCrawl) -> None:
    result = full_feed.read(None, feed(item("/a", text=paragraphs())))

    assert result is not None
    assert result.new_articles == 1
    assert [row.text_source for row in full_feed.rows(ExtractionRow)] == ["feed"]
    assert _pages(full_feed) == {}


def test_a_text_changed_in_the_feed_is_an_edit(full_feed: SmallCrawl) -> None:
    full_feed.read(None, feed(item("/a", text=paragraphs())))
    full_feed.read(None, feed(item("/a", text=paragraphs(*CHANGED))), at=LATER)

    assert [row.number for row in full_feed.rows(RevisionRow)] == [1, 2]


def test_a_feeds_text_stays_the_feeds_whatever_its_page_says(full_feed: SmallCrawl) -> None:
    full_feed.read(None, feed(item("/a", text=paragraphs())))
    full_feed.read("/a", page(*SENTENCES, "Səhifədə bir cümlə artıqdır."), at=LATER, reason=Reason.RECHECK)
    full_feed.read("/a", page(*SENTENCES, "Səhifədə cümlə başqadır."), at=STILL_LATER, reason=Reason.RECHECK)

    assert [row.number for row in full_feed.rows(RevisionRow)] == [1]


def test_once_the_feed_lists_it_no_more_its_page_is_compared_with_its_page(full_feed: SmallCrawl) -> None:
    full_feed.read(None, feed(item("/a", text=paragraphs())))
    full_feed.read("/a", page(*SENTENCES, "Səhifədə bir cümlə artıqdır."), at=LATER, reason=Reason.RECHECK)
    full_feed.read(None, feed(item("/b", text=paragraphs(*CHANGED))), at=STILL_LATER)
    after = STILL_LATER + timedelta(hours=1)
    full_feed.read("/a", page(*SENTENCES, "Səhifədə cümlə başqadır."), at=after, reason=Reason.RECHECK)
    article = full_feed.rows(ArticleRow)[0]

    assert article.revisions == 2


def test_a_mere_summary_in_the_feed_has_its_page_looked_at(full_feed: SmallCrawl) -> None:
    full_feed.read(None, feed(item("/a", text="<p>Qısa… daha ətraflı</p>")))

    assert full_feed.rows(RevisionRow) == []
    assert _pages(full_feed) == {"/a": TargetState.DUE}


def test_an_outlet_whose_pages_refuse_us_is_not_asked_for_pages(reading_crawl: SmallCrawl) -> None:
    reading_crawl.outlet = outlet(body=None, page_fetch=False)
    reading_crawl.read(None, feed(item("/a", text=paragraphs()), item("/b")))

    assert _pages(reading_crawl) == {}
    assert len(reading_crawl.rows(ArticleRow)) == 1


def test_reading_a_poll_twice_changes_nothing(full_feed: SmallCrawl) -> None:
    fetch_id = full_feed.fetched(None, feed(item("/a", text=paragraphs()), item("/b")))
    full_feed.reader.read(fetch_id)
    before = [len(full_feed.rows(table)) for table in (EntryRow, RevisionRow, TargetRow)]

    assert full_feed.reader.read(fetch_id) is None
    assert [len(full_feed.rows(table)) for table in (EntryRow, RevisionRow, TargetRow)] == before
    assert full_feed.rows(ChannelRow)[0].polls == 1
