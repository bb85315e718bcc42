"""Telegram channels of the world of platforms, through the whole pipeline: every row as it must be."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from storage.tables import (
    ArticleRow,
    ChannelRow,
    EntryRow,
    EntryViewsRow,
    ExtractionRow,
    FetchRow,
    GapRow,
    RevisionRow,
    TargetRow,
    TextRow,
)
from tests.kinds.platforms.conftest import Crawled
from tests.kinds.platforms.world import STAGES, TELEGRAM

pytestmark = pytest.mark.slow
FIRST, SECOND, THIRD = STAGES
SAHIL = "https://t.me/SahilXeber/"


def _telegram(crawled: Crawled, *columns: Any) -> list[tuple[Any, ...]]:
    """Columns of the entries that Telegram channels listed."""
    query = select(*columns).join(ChannelRow, ChannelRow.id == EntryRow.channel_id)
    return crawled.rows(query.where(ChannelRow.kind == "telegram").order_by(EntryRow.url))


def test_each_post_is_an_entry_with_what_the_page_tells_of_it(crawled: Crawled) -> None:
    found = _telegram(
        crawled, EntryRow.url, EntryRow.first_seen_at, EntryRow.duration_s, EntryRow.forwarded_from, EntryRow.is_edited,
        EntryRow.links,
    )  # fmt: skip

    assert found == [
        (f"{SAHIL}41", FIRST, None, None, False, []),
        (f"{SAHIL}43", FIRST, 754, None, False, []),
        (f"{SAHIL}44", FIRST, None, "Порт сегодня", False, ["https://liman.example/a?x=1&y=2"]),
        (f"{SAHIL}45", FIRST, None, None, True, []),
        (f"{SAHIL}46", SECOND, None, None, False, []),
        ("https://t.me/dalga_az/7", THIRD, None, None, False, []),
    ]


def test_views_are_kept_as_observed_where_they_changed(crawled: Crawled) -> None:
    query = (
        select(EntryRow.url, EntryViewsRow.observed_at, EntryViewsRow.views)
        .join(EntryRow, EntryRow.id == EntryViewsRow.entry_id)
        .where(EntryRow.url.like("https://t.me/%"))
        .order_by(EntryRow.url, EntryViewsRow.observed_at)
    )

    assert crawled.rows(query) == [
        (f"{SAHIL}41", FIRST, 853),
        (f"{SAHIL}43", FIRST, 1200),
        (f"{SAHIL}44", FIRST, 2650),
        (f"{SAHIL}45", FIRST, 97),
        (f"{SAHIL}45", SECOND, 1300),
        (f"{SAHIL}46", SECOND, 12),
        ("https://t.me/dalga_az/7", THIRD, 40),
    ]


def test_each_text_is_an_article_and_an_edit_its_second_revision(crawled: Crawled) -> None:
    query = (
        select(ArticleRow.url, RevisionRow.number, RevisionRow.first_seen_at, RevisionRow.language, TextRow.body)
        .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .where(ArticleRow.url.like("https://t.me/%"))
        .order_by(ArticleRow.url, RevisionRow.number)
    )

    russian = "Жители посёлка вышли к воротам порта и требуют встречи с его начальником. Подробнее"
    plan = "Bakı limanının yeni planı açıqlanıb.\n\nSakinlər iclasa"
    assert crawled.rows(query) == [
        (f"{SAHIL}41", 1, FIRST, "az", "Gəmi səhər tezdən limana daxil olub."),
        (f"{SAHIL}44", 1, FIRST, "ru", russian),
        (f"{SAHIL}45", 1, FIRST, "az", f"{plan} çağırılmayıb."),
        (f"{SAHIL}45", 2, SECOND, "az", f"{plan} sabah çağırılacaq."),
        (f"{SAHIL}46", 1, SECOND, "az", "Təcili!"),
        ("https://t.me/dalga_az/7", 1, THIRD, "az", "Dəniz qırağında yeni istirahət zonası açılacaq."),
    ]


def test_a_post_has_no_headline_and_its_own_time(crawled: Crawled) -> None:
    query = (
        select(ArticleRow.title, ArticleRow.published_at, ArticleRow.published_source, ArticleRow.text_source)
        .where(ArticleRow.url == f"{SAHIL}45")
    )  # fmt: skip

    (found,) = crawled.rows(query)
    assert (found[0], found[1].isoformat(), *found[2:]) == (None, "2026-03-01T04:40:00+00:00", "feed", "feed")


def test_posts_are_read_by_a_reader_of_their_own(crawled: Crawled) -> None:
    query = (
        select(ExtractionRow.extractor)
        .join(ArticleRow, ArticleRow.id == ExtractionRow.article_id)
        .where(ArticleRow.url.like("https://t.me/%"))
    )

    assert set(crawled.rows(query)) == {("parallax-post/1",)}


def test_no_page_of_a_post_is_asked_for(crawled: Crawled) -> None:
    paths = {path for path, _ in crawled.asked(TELEGRAM)}

    assert paths == {"/robots.txt", "/s/SahilXeber", "/s/dalga_az", "/s/yoxkanal", "/yoxkanal"}
    assert not crawled.rows(select(TargetRow.url).where(TargetRow.url.like("https://t.me/%")))


def test_each_look_has_its_outcome_and_what_failed_its_gap_in_words(crawled: Crawled) -> None:
    looks = (
        select(FetchRow.outlet, FetchRow.requested_at, FetchRow.outcome, FetchRow.reading)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id)
        .where(ChannelRow.kind == "telegram", FetchRow.outcome != "redirected")
        .order_by(FetchRow.outlet, FetchRow.requested_at)
    )
    gaps = (
        select(ChannelRow.outlet, GapRow.from_at, GapRow.to_at, GapRow.reason, GapRow.detail)
        .join(ChannelRow, ChannelRow.id == GapRow.channel_id)
        .where(ChannelRow.kind == "telegram")
        .order_by(ChannelRow.outlet)
    )

    assert crawled.rows(looks) == [
        ("dalga", FIRST, "ok", "previews_off"),
        ("dalga", SECOND, "ok", "previews_off"),
        ("dalga", THIRD, "ok", "listed"),
        *(("sahil", at, "ok", "listed") for at in STAGES),
        *(("yoxdur", at, "ok", "no_channel") for at in STAGES),
    ]
    closed = "the page names 12 345 subscribers and shows no posts: previews are off"
    unknown = "no public channel has this name: it is unknown, private, renamed, or a person's"
    assert crawled.rows(gaps) == [
        ("dalga", FIRST, THIRD, "previews_off", closed),
        ("yoxdur", FIRST, None, "no_channel", unknown),
    ]
