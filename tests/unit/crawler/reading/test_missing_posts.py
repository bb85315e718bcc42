"""Posts that their channel's page passes over: suspected, removed and back; and what must not be taken for that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.fetch import PageReading
from domain.outlet import Channel, ChannelKind
from domain.sameness import Evidence
from storage.merging import merge
from storage.sameness import Join
from storage.tables import ArticleRow, ArticleStateRow, ChannelRow, EntryRow, FetchRow
from tests.kinds.platforms.telegram_pages import Shown, closed_page, page
from tests.unit.crawler.small_crawl import HTML, NOW, SmallCrawl, outlet

AT = "2026-03-02T04:00:00+00:00"
HOUR = timedelta(hours=1)


@pytest.fixture
def telegram(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The outlet's channel is one of Telegram."""
    reading_crawl.outlet = replace(outlet(), channels=(Channel("feed", ChannelKind.TELEGRAM, "sahil"),))
    reading_crawl.store.write(lambda session: session.execute(update(ChannelRow).values(kind="telegram")))
    return reading_crawl


def shown(*numbers: int) -> list[Shown]:
    return [Shown(number, AT, f"Xəbər {number}.") for number in numbers]


def look(crawl: SmallCrawl, hour: float, *messages: Shown) -> PageReading:
    """Look at the page so many hours after the first look."""
    result = crawl.read(None, page("sahil", messages).encode(), at=NOW + hour * HOUR, headers=HTML)
    assert result is not None
    return result.reading


def steps(crawl: SmallCrawl) -> list[tuple[str, str, float, str, int, float]]:
    """Number of the post, state, hour, how, looks, hour of the last good look."""
    urls = {row.id: row.url.rpartition("/")[2] for row in crawl.rows(ArticleRow)}  # type: ignore[attr-defined]
    return [
        (urls[row.article_id], row.state, (row.at - NOW) / HOUR, row.how, row.looks, (row.last_seen_at - NOW) / HOUR)  # type: ignore[attr-defined]
        for row in crawl.rows(ArticleStateRow, ArticleStateRow.at, ArticleStateRow.article_id)
    ]


def states(crawl: SmallCrawl) -> dict[str, str]:
    return {row.url.rpartition("/")[2]: row.state for row in crawl.rows(ArticleRow)}  # type: ignore[attr-defined]


def test_three_pages_over_two_days_that_pass_a_post_over_remove_it_and_one_that_shows_it_brings_it_back(
    telegram: SmallCrawl,
) -> None:
    look(telegram, 0, *shown(7, 8, 9))
    look(telegram, 1, *shown(7, 8, 9, 10))
    for hour in (2, 3, 20, 50):
        look(telegram, hour, *shown(7, 9, 10))
    assert states(telegram) == {"7": "live", "8": "removed", "9": "live", "10": "live"}

    look(telegram, 60, *shown(7, 9, 10))
    look(telegram, 70, *shown(7, 8, 9, 10))
    assert steps(telegram) == [
        ("8", "suspected", 2, "not_shown", 1, 1),
        ("8", "suspected", 20, "not_shown", 2, 1),
        ("8", "removed", 50, "not_shown", 3, 1),
        ("8", "back", 70, "served", 1, 1),
    ]
    assert set(states(telegram).values()) == {"live"}
    cited = {row.fetch_id for row in telegram.rows(ArticleStateRow)}  # type: ignore[attr-defined]
    pages = {row.id: (row.requested_at - NOW) / HOUR for row in telegram.rows(FetchRow)}  # type: ignore[attr-defined]
    assert sorted(pages[one] for one in cited) == [2, 20, 50, 70]


def test_a_post_at_the_edge_of_a_page_or_beyond_is_not_judged(telegram: SmallCrawl) -> None:
    look(telegram, 0, *shown(5, 6, 7, 8, 9))
    look(telegram, 1, *shown(7, 8))

    assert steps(telegram) == []
    assert {row.missed_at for row in telegram.rows(EntryRow)} == {None}  # type: ignore[attr-defined]


def test_a_post_that_comes_and_goes_is_no_step_each_time(telegram: SmallCrawl) -> None:
    look(telegram, 0, *shown(7, 8, 9))
    for hour in range(1, 16, 2):
        look(telegram, hour, *shown(7, 9))
        look(telegram, hour + 1, *shown(7, 8, 9))

    assert [row[:3] for row in steps(telegram)] == [("8", "suspected", 1), ("8", "suspected", 13)]
    assert states(telegram)["8"] == "live"


def test_a_post_that_is_shown_again_after_one_look_was_nothing(telegram: SmallCrawl) -> None:
    look(telegram, 0, *shown(7, 8, 9))
    look(telegram, 1, *shown(7, 9))
    look(telegram, 2, *shown(7, 8, 9))

    assert [row[:3] for row in steps(telegram)] == [("8", "suspected", 1)]
    assert states(telegram)["8"] == "live"


@pytest.mark.parametrize(
    "body",
    [
        closed_page("sahil").encode(),
        page("sahil", []).encode(),
        page("sahil", [Shown(7, AT, "ad dəyişdi", is_service=True), Shown(9, AT, "şəkil", is_service=True)]).encode(),
        (whole := page("sahil", shown(7, 9)))[: whole.rindex("<time")].encode(),
        b"<html><body>Checking your browser</body></html>",
    ],
)
def test_a_page_without_posts_or_half_of_one_says_nothing(telegram: SmallCrawl, body: bytes) -> None:
    look(telegram, 0, *shown(7, 8, 9))
    telegram.read(None, body, at=NOW + HOUR, headers=HTML)

    assert steps(telegram) == []


def test_a_page_with_the_very_bytes_of_the_last_one_counts_again(telegram: SmallCrawl) -> None:
    look(telegram, 0, *shown(7, 8, 9))
    for hour in (1, 20, 60):
        look(telegram, hour, *shown(7, 9))

    assert [row[1] for row in steps(telegram)] == ["suspected", "suspected", "removed"]


def test_a_post_within_an_album_is_shown_and_one_whose_text_stands_under_the_next_number_only_moved(
    telegram: SmallCrawl,
) -> None:
    picture = '<a class="grouped_media_wrap" href="https://t.me/sahil/{}?single"></a>'
    look(telegram, 0, *shown(6, 8, 12, 30))
    look(telegram, 1, Shown(6, AT, "Xəbər 6."), Shown(7, AT, "Albom.", media=picture.format(8)), *shown(20, 30))
    assert [row[0] for row in steps(telegram)] == ["12"]

    look(telegram, 2, *shown(6), Shown(9, AT, "Albom."), *shown(20, 30))
    assert [row[0] for row in steps(telegram)] == ["12", "8"]


def test_an_article_that_another_post_shows_is_not_missing(telegram: SmallCrawl) -> None:
    look(telegram, 0, *shown(7, 8, 9, 10))
    ids = {row.url.rpartition("/")[2]: row.id for row in telegram.rows(ArticleRow)}  # type: ignore[attr-defined]
    join = Join(ids["8"], Evidence.PERSON, "One.")
    telegram.store.write(lambda session: merge(session, ids["7"], join, at=NOW))
    look(telegram, 1, *shown(6, 7, 9, 10))
    look(telegram, 2, *shown(9, 11))
    assert steps(telegram) == [("10", "suspected", 2, "not_shown", 1, 1)]

    look(telegram, 14, *shown(6, 9, 11))
    assert [row[:3] for row in steps(telegram)[1:]] == [("10", "suspected", 14), ("8", "suspected", 14)]


def test_a_page_that_is_read_after_a_later_one_says_nothing(telegram: SmallCrawl) -> None:
    look(telegram, 0, *shown(7, 8, 9))
    early = telegram.fetched(None, page("sahil", shown(7, 9)).encode(), at=NOW + HOUR, headers=HTML)
    look(telegram, 2, *shown(7, 8, 9))
    telegram.reader.read(early)

    assert steps(telegram) == []
    assert states(telegram)["8"] == "live"


def test_a_shown_post_was_seen_then(telegram: SmallCrawl) -> None:
    look(telegram, 0, *shown(7, 8))
    look(telegram, 3, *shown(8, 9))

    seen = {row.url.rpartition("/")[2]: (row.last_seen_at - NOW) / HOUR for row in telegram.rows(ArticleRow)}  # type: ignore[attr-defined]
    assert seen == {"7": 0, "8": 3, "9": 3}
