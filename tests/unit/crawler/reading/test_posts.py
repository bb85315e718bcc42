"""Posts as their channel shows them: revisions where the outlet edits, none where our own reader changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.fetch import PageReading
from domain.outlet import Channel, ChannelKind
from storage import Session
from storage.readings import sha256_of
from storage.tables import ArticleRow, EntryRow, ExtractionRow, GapRow, RevisionRow, TargetRow, TextRow
from tests.kinds.platforms.telegram_pages import Shown, closed_page, page
from tests.unit.crawler.small_crawl import HOST, HTML, NOW, SmallCrawl, feed, item, outlet

LATER = NOW + timedelta(hours=4)
AT = "2026-03-02T04:00:00+00:00"
TEXT = "Liman bu gün səhər açılıb."


@pytest.fixture
def telegram(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The outlet's channel is one of Telegram; where it is asked plays no part in how it is read."""
    reading_crawl.outlet = replace(outlet(), channels=(Channel("feed", ChannelKind.TELEGRAM, "sahil"),))
    return reading_crawl


def _read(crawl: SmallCrawl, *messages: Shown, hours: int = 0) -> PageReading:
    result = crawl.read(None, page("sahil", messages).encode(), at=NOW + timedelta(hours=hours), headers=HTML)
    assert result is not None
    return result.reading


def _texts(crawl: SmallCrawl) -> int:
    return len(crawl.rows(RevisionRow))


def test_a_post_is_an_article_however_short_and_no_page_is_asked_for(telegram: SmallCrawl) -> None:
    assert _read(telegram, Shown(7, AT, "Təcili!"), Shown(8, AT, TEXT), Shown(9, AT, None)) is PageReading.LISTED

    assert [row.url for row in telegram.rows(ArticleRow)] == ["https://t.me/sahil/8", "https://t.me/sahil/7"]
    assert len(telegram.rows(EntryRow)) == 3
    assert [row.url for row in telegram.rows(TargetRow) if row.channel_id is None] == []


def test_an_edited_post_is_a_revision_and_a_new_count_of_views_is_none(telegram: SmallCrawl) -> None:
    _read(telegram, Shown(7, AT, TEXT, views="12"))
    _read(telegram, Shown(7, AT, TEXT, views="1.2K"), hours=1)
    assert _texts(telegram) == 1

    _read(telegram, Shown(7, AT, "Liman bu gün axşam açılıb.", is_edited=True), hours=2)
    assert [row.number for row in telegram.rows(RevisionRow)] == [1, 2]


def test_what_telegram_changes_around_a_text_is_no_edit(telegram: SmallCrawl) -> None:
    _read(telegram, Shown(7, AT, "Liman <b>bu gün</b> açılıb.<br/>Gəlin."))
    _read(telegram, Shown(7, AT, "Liman <strong>bu gün</strong> açılıb. <br><br> Gəlin.", quoted="Nə vaxt?"), hours=1)

    assert _texts(telegram) == 1


def test_a_text_that_a_new_reader_of_ours_reads_otherwise_is_no_edit(telegram: SmallCrawl) -> None:
    _read(telegram, Shown(7, AT, TEXT))
    _as_an_earlier_reader_left_it(telegram, "Liman bu gün")
    _read(telegram, Shown(7, AT, TEXT), Shown(8, AT, "Yeni."), hours=1)
    assert [row.number for row in telegram.rows(RevisionRow) if row.article_id == 1] == [1]

    _read(telegram, Shown(7, AT, f"{TEXT} Sonra bağlanıb."), Shown(8, AT, "Yeni."), hours=2)
    assert [row.number for row in telegram.rows(RevisionRow) if row.article_id == 1] == [1, 2]


def _as_an_earlier_reader_left_it(crawl: SmallCrawl, body: str) -> None:
    """Have the one stored text be another reading of the same post."""

    def work(session: Session) -> None:
        session.add(TextRow(sha256=sha256_of(body), body=body, chars=len(body)))
        session.flush()
        session.execute(update(ExtractionRow).values(extractor_hash="0" * 64, text_sha256=sha256_of(body)))
        session.execute(update(RevisionRow).values(text_sha256=sha256_of(body)))
        session.execute(update(EntryRow).values(content_sha256="1" * 64))

    crawl.store.write(work)


def test_a_channel_that_closes_its_previews_has_a_gap_and_keeps_its_articles(telegram: SmallCrawl) -> None:
    _read(telegram, Shown(7, AT, TEXT))
    result = telegram.read(None, closed_page("sahil").encode(), at=LATER, headers=HTML)

    assert result is not None
    assert result.reading is PageReading.PREVIEWS_OFF
    (gap,) = telegram.rows(GapRow)
    assert (gap.from_at, gap.to_at, gap.reason) == (NOW, None, "previews_off")
    assert len(telegram.rows(ArticleRow)) == 1


def test_a_feed_that_links_to_posts_and_videos_has_no_page_of_theirs_asked_for(reading_crawl: SmallCrawl) -> None:
    links = "".join(
        f"<item><title>{n}</title><link>{url}</link></item>"
        for n, url in enumerate(("https://t.me/sahil/7", "https://www.youtube.com/watch?v=a", "https://youtu.be/a"))
    )
    reading_crawl.read(None, feed(links, item("/a")))

    pages = [row.url for row in reading_crawl.rows(TargetRow) if row.channel_id is None]
    assert pages == [f"https://{HOST}/a"]
    assert len(reading_crawl.rows(EntryRow)) == 4
