"""Posts and videos that go, through the whole pipeline: every step as it must be, and the same from the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import open_store
from storage.comparing import compare_stores
from storage.export_facts import ExportFilter
from storage.export_queries import StoredExports
from storage.history_queries import find_history
from storage.quota import quota_use
from storage.tables import ArticleRow, ArticleStateRow, ChannelRow, EntryRow, FetchRow, GapRow, RevisionRow, TargetRow
from tests.databases import sqlite_url
from tests.kinds.platforms.conftest import Crawled, parallax
from tests.kinds.platforms.leaving import STAGES, video_id
from tests.kinds.platforms.world import API, TELEGRAM

pytestmark = pytest.mark.slow
FIRST, SECOND, THIRD, FOURTH, FIFTH = STAGES
GEDIS = "https://t.me/GedisXeber/"
WATCH = "https://www.youtube.com/watch?v="
STEPS = [
    (f"{GEDIS}10", "suspected", THIRD, "not_shown", 1, FIRST),
    (f"{GEDIS}10", "suspected", FOURTH, "not_shown", 2, FIRST),
    (f"{GEDIS}10", "removed", FIFTH, "not_shown", 3, FIRST),
    (f"{GEDIS}25", "suspected", SECOND, "not_shown", 1, FIRST),
    (f"{GEDIS}25", "suspected", THIRD, "not_shown", 2, FIRST),
    (f"{GEDIS}25", "removed", FOURTH, "not_shown", 3, FIRST),
    (f"{GEDIS}25", "back", FIFTH, "served", 1, FIRST),
    (f"{GEDIS}41", "suspected", FOURTH, "not_shown", 1, THIRD),  # and seen at the next look: that was nothing
    (f"{WATCH}{video_id(2)}", "suspected", THIRD, "not_shown", 1, SECOND),
    (f"{WATCH}{video_id(2)}", "suspected", FOURTH, "not_shown", 2, SECOND),
    (f"{WATCH}{video_id(2)}", "removed", FIFTH, "not_shown", 3, SECOND),
]


def _steps(crawled: Crawled) -> list[tuple[Any, ...]]:
    query = (
        select(
            ArticleRow.url, ArticleStateRow.state, ArticleStateRow.at, ArticleStateRow.how, ArticleStateRow.looks,
            ArticleStateRow.last_seen_at,
        )
        .join(ArticleRow, ArticleRow.id == ArticleStateRow.article_id)
        .order_by(ArticleRow.url, ArticleStateRow.at)
    )  # fmt: skip
    return crawled.rows(query)


def test_what_goes_is_suspected_and_removed_and_what_returns_is_back(left: Crawled) -> None:
    assert _steps(left) == STEPS
    away = select(ArticleRow.url, ArticleRow.state, ArticleRow.state_at).where(ArticleRow.state != "live")
    assert left.rows(away.order_by(ArticleRow.url)) == [
        (f"{GEDIS}10", "removed", FIFTH),
        (f"{WATCH}{video_id(2)}", "removed", FIFTH),
    ]


def test_each_step_cites_the_look_that_showed_it(left: Crawled) -> None:
    query = select(ArticleStateRow.at, FetchRow.requested_at, FetchRow.reading, ChannelRow.slug)
    rows = left.rows(
        query.join(FetchRow, FetchRow.id == ArticleStateRow.fetch_id).join(
            ChannelRow, ChannelRow.id == FetchRow.channel_id
        )
    )

    assert len(rows) == len(STEPS)
    assert all(at == requested_at and reading == "listed" for at, requested_at, reading, _ in rows)


def test_one_request_shows_what_is_due_on_a_page_and_no_page_of_a_post_is_asked_for(left: Crawled) -> None:
    again = [path.removeprefix("/s/GedisXeber?before=") for path, _ in left.asked(TELEGRAM) if "before" in path]

    # Posts 7 to 29 are due on the second day, what is missing (10, 25) on the third, and 7 to 34 on the fifth.
    assert [sorted(again[start:end]) for start, end in ((0, 2), (2, 3), (3, None))] == [
        ["24", "40"],
        ["27"],
        ["24", "40"],
    ]
    assert not left.rows(select(TargetRow.url).where(TargetRow.url.like("https://t.me/%")))


def test_an_edit_of_a_post_that_left_the_newest_page_is_a_revision(left: Crawled) -> None:
    edited = (
        select(ArticleRow.url, RevisionRow.number, RevisionRow.first_seen_at, RevisionRow.absent_at)
        .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
        .where(RevisionRow.number > 1)
    )

    assert left.rows(edited) == [(f"{GEDIS}12", 2, THIRD, FIRST)]


def test_posts_that_no_poll_listed_are_left_to_the_polls(left: Crawled) -> None:
    query = select(EntryRow.url).where(EntryRow.url.like(f"{GEDIS}%"))
    numbers = sorted(int(url.rpartition("/")[2]) for (url,) in left.rows(query))

    assert numbers == list(range(7, 61))


def test_a_channel_that_closes_its_previews_removes_nothing_and_is_not_asked_for_older_posts(left: Crawled) -> None:
    gaps = select(GapRow.from_at, GapRow.to_at, GapRow.reason)

    assert left.rows(gaps) == [(FIRST, None, "previews_off")]
    assert {path for path, _ in left.asked(TELEGRAM) if "bagli" in path} == {"/s/bagli_az"}
    assert left.rows(select(EntryRow.missed_at).where(EntryRow.url.like("https://t.me/bagli%")).distinct()) == [(None,)]


def test_videos_are_asked_for_together_and_an_answer_without_any_says_nothing(left: Crawled) -> None:
    again = (
        select(ChannelRow.outlet, FetchRow.requested_at, FetchRow.reading, FetchRow.url)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id)
        .where(FetchRow.reason == "recheck", ChannelRow.kind == "youtube")
        .order_by(ChannelRow.outlet, FetchRow.requested_at)
    )
    said = [(outlet, at, reading, url.rpartition("id=")[2]) for outlet, at, reading, url in left.rows(again)]

    def ids(*numbers: int) -> str:
        return ",".join(video_id(number) for number in numbers)

    assert said == [
        ("lent", SECOND, "listed", ids(1, 2, 3)),
        ("lent", THIRD, "listed", ids(1, 2, 3, 4, 5)),
        ("lent", FOURTH, "listed", ids(2, 4)),  # what is missing, and one that is shown
        ("lent", FIFTH, "listed", ids(1, 2, 3, 4, 5)),
        ("sonuk", SECOND, "listed", ids(7, 8)),
        *(("sonuk", at, "empty_channel", ids(7, 8, 9)) for at in (THIRD, FOURTH, FIFTH)),
    ]


def test_looks_at_videos_count_against_the_quota(left: Crawled) -> None:
    asked = [path for path, _ in left.asked(API) if path != "/robots.txt"]
    (host,) = {row[0] for row in left.rows(select(TargetRow.host).where(TargetRow.url.like(f"http://{API}%")))}

    with left.store.read() as session:
        assert quota_use(session, host, FIRST).requests == len(asked)


def test_views_are_observed_at_looks_again_too(left: Crawled) -> None:
    with left.store.read() as session:
        rows = list(StoredExports(session).views(ExportFilter(outlets=frozenset({"lent"}))))

    assert sorted((row.observed_at, row.views) for row in rows if row.url == f"{WATCH}{video_id(1)}") == [
        (FIRST, 100),
        (SECOND, 101),
        (THIRD, 102),
        (FIFTH, 104),
    ]


def test_a_history_tells_of_it(left: Crawled) -> None:
    with left.store.read() as session:
        (number,) = session.scalars(select(ArticleRow.id).where(ArticleRow.url == f"{GEDIS}25"))
        history = find_history(session, article_id=number)

    assert history is not None
    assert [state.state for state in history.states] == ["suspected", "suspected", "removed", "back"]
    looks = history.looks_by_id
    assert all(
        state.fetch_id in looks and looks[state.fetch_id].channel == "gedis/telegram" for state in history.states
    )


def test_the_commands_say_it(left: Crawled) -> None:
    words = "its platform shows others of the channel, and not it"

    assert f"removed: {words} (3 looks in a row)" in parallax(left.home, "history", f"{GEDIS}10")
    assert "removed" in parallax(left.home, "show", f"{GEDIS}10")
    why = parallax(left.home, "why", f"{WATCH}{video_id(2)}")
    assert "removed" in why
    digest = parallax(left.home, "digest", "--day", "2026-03-05", "--format", "markdown")
    assert f"{GEDIS}10" in digest
    assert "others of its channel, and not it on 3 looks" in digest


def test_a_database_made_anew_from_the_archive_says_the_same(left: Crawled, tmp_path: Path) -> None:
    into = sqlite_url(tmp_path)
    parallax(left.home, "rebuild", "--into", into)
    anew = Crawled(left.home, open_store(into))
    try:
        assert _steps(anew) == STEPS
        if left.store.dialect == "sqlite":
            found = {table.table for table in compare_stores(left.store, anew.store) if table.differences}
            assert found == {"run", "host", "fetch"}  # who worked on a host when
    finally:
        anew.store.close()


def test_a_replay_of_the_archive_comes_to_the_same(left: Crawled, tmp_path: Path) -> None:
    home = tmp_path / "again"
    parallax(left.home, "replay", str(left.home / "archive"), "--home", str(home))
    again = Crawled(home, open_store(f"sqlite:///{home / 'parallax.db'}"))
    try:
        assert _steps(again) == STEPS
    finally:
        again.store.close()
