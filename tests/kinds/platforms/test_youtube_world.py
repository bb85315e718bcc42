"""YouTube channels of the world of platforms, through the whole pipeline: every row as it must be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.archive import archive_files, scan
from storage.export_facts import ExportFilter
from storage.export_queries import StoredExports
from storage.quota import QuotaUse, quota_use
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    ChannelRow,
    EntryRow,
    EntryViewsRow,
    FetchRow,
    GapRow,
    RevisionRow,
    TargetRow,
    TextRow,
)
from tests.kinds.platforms.api import KEY
from tests.kinds.platforms.conftest import Crawled
from tests.kinds.platforms.world import API, STAGES, VIDEOS

pytestmark = pytest.mark.slow
FIRST, SECOND, THIRD = STAGES
WATCH = "https://www.youtube.com/watch?v="


def test_each_video_is_an_entry_with_its_duration_and_views_over_time(crawled: Crawled) -> None:
    entries = (
        select(EntryRow.url, EntryRow.first_seen_at, EntryRow.duration_s, EntryRow.links)
        .where(EntryRow.url.like(f"{WATCH}%"))
        .order_by(EntryRow.url)
    )
    views = (
        select(EntryRow.url, EntryViewsRow.observed_at, EntryViewsRow.views)
        .join(EntryRow, EntryRow.id == EntryViewsRow.entry_id)
        .where(EntryRow.url.like(f"{WATCH}%"))
        .order_by(EntryRow.url, EntryViewsRow.observed_at)
    )

    assert crawled.rows(entries) == [
        (f"{WATCH}kanal000001", FIRST, 59, []),
        (f"{WATCH}toplu000001", FIRST, 754, ["https://sahil.example/su?a=1&b=2"]),
        (f"{WATCH}toplu000002", SECOND, None, []),
    ]
    assert crawled.rows(views) == [
        (f"{WATCH}toplu000001", FIRST, 97),
        (f"{WATCH}toplu000001", SECOND, 2650),
        (f"{WATCH}toplu000002", SECOND, 5),
    ]


def test_views_are_exported_as_they_were_observed(crawled: Crawled) -> None:
    with crawled.store.read() as session:
        rows = list(StoredExports(session).views(ExportFilter(outlets=frozenset({"toplu"}))))

    found = [(row.channel, row.url, row.observed_at, row.views, row.duration_s, row.is_edited) for row in rows]
    assert sorted(found) == [
        ("youtube", f"{WATCH}toplu000001", FIRST, 97, 754, None),
        ("youtube", f"{WATCH}toplu000001", SECOND, 2650, 754, None),
        ("youtube", f"{WATCH}toplu000002", SECOND, 5, None, None),
    ]


def test_a_video_is_an_article_of_its_title_and_description(crawled: Crawled) -> None:
    query = (
        select(ArticleRow.url, RevisionRow.number, RevisionRow.first_seen_at, RevisionRow.title, TextRow.body)
        .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .where(ArticleRow.url.like(f"{WATCH}%"))
        .order_by(ArticleRow.url, RevisionRow.number)
    )

    more = "Ətraflı: https://sahil.example/su?a=1&b=2"
    assert crawled.rows(query) == [
        (f"{WATCH}kanal000001", 1, FIRST, "Qısa xəbər", "Qısa xəbər"),
        (f"{WATCH}toplu000001", 1, FIRST, "Su yoxdur", f"Su yoxdur\n\nRayonda su üç gündür kəsilib.\n\n{more}"),
        (f"{WATCH}toplu000001", 2, SECOND, "Su yoxdur", f"Su yoxdur\n\nRayonda su dörd gündür kəsilib.\n\n{more}"),
        (f"{WATCH}toplu000002", 1, SECOND, "Canlı: iclas", "Canlı: iclas\n\nİclas davam edir."),
    ]


def test_a_video_has_the_key_that_its_address_has_anywhere(crawled: Crawled) -> None:
    query = select(ArticleUrlRow.url_key).where(ArticleUrlRow.url == f"{WATCH}toplu000001")

    assert crawled.rows(query) == [("youtube.com/watch?v=toplu000001",)]


def test_each_look_has_its_outcome_and_what_failed_its_gap_in_words(crawled: Crawled) -> None:
    looks = (
        select(ChannelRow.outlet, ChannelRow.slug, FetchRow.requested_at, FetchRow.outcome, FetchRow.reading)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id)
        .where(ChannelRow.kind == "youtube", FetchRow.part_of.is_(None))
        .order_by(ChannelRow.outlet, ChannelRow.slug, FetchRow.requested_at, FetchRow.id)
    )
    gaps = (
        select(ChannelRow.outlet, ChannelRow.slug, GapRow.from_at, GapRow.to_at, GapRow.reason, GapRow.detail)
        .join(ChannelRow, ChannelRow.id == GapRow.channel_id)
        .where(ChannelRow.kind == "youtube")
        .order_by(ChannelRow.outlet, ChannelRow.slug)
    )

    assert crawled.rows(looks) == [
        *(("kanal", "old-name", at, "ok", "no_channel") for at in STAGES),
        ("kanal", "youtube", FIRST, "ok", "resolved"),
        *(("kanal", "youtube", at, "ok", "listed") for at in STAGES),
        ("toplu", "youtube", FIRST, "ok", "listed"),
        ("toplu", "youtube", SECOND, "ok", "listed"),
        ("toplu", "youtube", THIRD, "quota_spent", None),
    ]
    spent = "the API says that the key's quota is used up: 403 quotaExceeded"
    assert crawled.rows(gaps) == [
        ("kanal", "old-name", FIRST, None, "no_channel", "YouTube knows no channel of this name"),
        ("toplu", "youtube", SECOND, None, "quota_spent", spent),
    ]


def test_a_handle_is_asked_about_once(crawled: Crawled) -> None:
    asked = [path for path, _ in crawled.asked(API) if "forHandle" in path]
    query = select(ChannelRow.platform_id).where(ChannelRow.outlet == "kanal", ChannelRow.slug == "youtube")

    assert asked == ["/youtube/v3/channels?part=id&maxResults=1&forHandle=@KanalOn"]
    assert crawled.rows(query) == [("UCinvented0000000000000b",)]


def test_no_page_of_a_video_is_asked_for(crawled: Crawled) -> None:
    assert not crawled.rows(select(TargetRow.url).where(TargetRow.url.like(f"{WATCH}%")))
    assert crawled.asked(VIDEOS) == []


def test_what_was_asked_counts_against_the_quota(crawled: Crawled) -> None:
    asked = [path for path, _ in crawled.asked(API) if path != "/robots.txt"]
    (host,) = {row[0] for row in crawled.rows(select(TargetRow.host).where(TargetRow.url.like(f"http://{API}%")))}

    with crawled.store.read() as session:
        assert quota_use(session, host, FIRST) == QuotaUse(len(asked) - 1, is_refused=True)
        assert quota_use(session, host, SECOND + timedelta(seconds=1)) == QuotaUse(5, is_refused=True)
        assert quota_use(session, host, THIRD + timedelta(days=1)) == QuotaUse(0, is_refused=False)


def test_the_key_goes_in_a_header_to_the_api_and_is_nowhere_else(crawled: Crawled) -> None:
    sent = {path.partition("?")[0]: headers.get("x-goog-api-key") for path, headers in crawled.asked(API)}
    methods = {f"/youtube/v3/{method}": KEY for method in ("channels", "playlistItems", "videos")}

    assert sent == {"/robots.txt": None, **methods}
    assert all(KEY not in path for path, _ in crawled.asked(API))
    assert _files_with_the_key(crawled.home) == []
    archive = crawled.home / "archive"
    records = [record for file in archive_files(archive) for record in scan(archive, file)]
    assert records
    assert not [record for record in records if KEY in str(record)]


def _files_with_the_key(home: Path) -> list[str]:
    """Of all that was written: database, archive, catalogue and log; the world's own notes are left out."""
    files = [file for file in home.rglob("*") if file.is_file() and file.name != "requests"]
    return [str(file) for file in files if KEY.encode() in file.read_bytes()]


def test_without_a_key_nothing_is_asked_and_each_channel_says_that_it_needs_one(
    crawled_with: Callable[..., Crawled],
) -> None:
    crawled = crawled_with("PARALLAX_YOUTUBE_API_KEY=")
    looks = select(ChannelRow.outlet, FetchRow.outcome).join(ChannelRow, ChannelRow.id == FetchRow.channel_id)
    gaps = select(GapRow.from_at, GapRow.to_at, GapRow.reason).where(GapRow.reason == "needs_key")

    assert crawled.asked(API) == []
    assert sorted(crawled.rows(looks.where(ChannelRow.kind == "youtube"))) == [
        *[("kanal", "needs_key")] * 2,
        ("toplu", "needs_key"),
    ]
    assert crawled.rows(gaps) == [(FIRST, None, "needs_key")] * 3


def test_a_key_that_is_refused_is_no_refusal_of_the_outlet(crawled_with: Callable[..., Crawled]) -> None:
    crawled = crawled_with("PARALLAX_YOUTUBE_API_KEY=another-key-000")
    query = (
        select(FetchRow.outcome, FetchRow.error, GapRow.reason)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id)
        .join(GapRow, GapRow.channel_id == ChannelRow.id)
        .where(ChannelRow.outlet == "toplu")
    )

    said = "the API does not take the key: 400 badRequest, API_KEY_INVALID"
    assert crawled.rows(query) == [("key_refused", said, "key_refused")]


def test_when_the_quota_is_used_up_the_channels_say_so_without_asking(crawled_with: Callable[..., Crawled]) -> None:
    crawled = crawled_with("PARALLAX_YOUTUBE_DAILY_QUOTA=2")
    query = (
        select(FetchRow.outcome, FetchRow.error)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id)
        .where(ChannelRow.kind == "youtube", FetchRow.outcome == "quota_spent")
    )

    assert len([path for path, _ in crawled.asked(API) if path != "/robots.txt"]) == 2
    said = "today's units (2 by the settings) are used up; the next begin at midnight in California"
    assert set(crawled.rows(query)) == {("quota_spent", said)}
    assert crawled.rows(select(GapRow.reason).where(GapRow.reason == "quota_spent"))


def test_the_feeds_are_asked_only_as_far_as_robots_allow(crawled_with: Callable[..., Crawled]) -> None:
    crawled = crawled_with("PARALLAX_YOUTUBE_BY=feed")
    gaps = (
        select(ChannelRow.outlet, ChannelRow.slug, GapRow.reason)
        .join(ChannelRow, ChannelRow.id == GapRow.channel_id)
        .where(ChannelRow.kind == "youtube")
        .order_by(ChannelRow.outlet)
    )
    unread = select(ChannelRow.not_crawled).where(ChannelRow.outlet == "kanal", ChannelRow.slug == "youtube")

    assert [path for path, _ in crawled.asked(VIDEOS)] == ["/robots.txt"]
    assert crawled.asked(API) == []
    assert crawled.rows(gaps) == [
        ("kanal", "old-name", "robots_disallowed"),
        ("toplu", "youtube", "robots_disallowed"),
    ]
    assert crawled.rows(unread) == [("its feed is asked for by an id, and the catalogue has a handle",)]
