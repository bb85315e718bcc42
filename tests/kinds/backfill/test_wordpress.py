"""Outlets on WordPress caught up through the real command, on both databases, and their rows beside the truth."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import Store, open_store
from storage.tables import ChannelRow, EntryRow, GapRow
from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.kinds.backfill.running import World, served
from tests.kinds.backfill.stored import by_outlet, documents, looks, put_gaps, store_is_sound, stored
from tests.kinds.backfill.wordpress import ARTICLES, DOCUMENTS, EXIT_CODES, FEED_TITLE, SITES, call
from tests.kinds.backfill.world import NOW, SINCE, UNTIL

_DAYS = ("--since", SINCE.isoformat(), "--until", UNTIL.isoformat())


@dataclass(frozen=True)
class Caught:
    """The outlets after a crawl and a backfill of each. ``polled``: articles before the backfill."""

    world: World
    store: Store
    runs: dict[str, subprocess.CompletedProcess[str]]
    polled: frozenset[tuple[str, str]]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def caught(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caught]:
    home = tmp_path_factory.mktemp("wordpress")
    with ExitStack() as stack:
        url = sqlite_url(home)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        store = stack.enter_context(migrated_store(url))
        world = World(home, stack.enter_context(served()), url, sites=SITES)
        crawl = world.run("crawl")
        assert crawl.returncode == 0, crawl.stderr
        polled = stored(store)
        store.write(put_gaps)
        runs = {site.slug: world.run("backfill", site.slug, *_DAYS, at=NOW + timedelta(minutes=10)) for site in SITES}
        yield Caught(world, store, runs, polled)


def test_the_posts_of_the_days_are_there_and_no_others(caught: Caught) -> None:
    assert by_outlet(stored(caught.store) - caught.polled, SITES) == ARTICLES


def test_the_api_is_asked_where_it_was_named_until_its_list_ends(caught: Caught) -> None:
    assert documents(caught.store, SITES) == DOCUMENTS


def test_what_could_not_be_had_is_said_in_words(caught: Caught) -> None:
    told = {slug: run.stdout for slug, run in caught.runs.items()}
    assert {slug: run.returncode for slug, run in caught.runs.items()} == EXIT_CODES
    assert "wordpress · channel: its front page" in told["sade"]
    assert f"{call(1)}: robots disallowed" in told["yasaq"]
    assert "wordpress · channel: its posts, which the catalogue says it serves" in told["nesrler"]
    assert "WordPress REST is not open to everybody: 401 rest_not_logged_in" in told["nesrler"]
    assert "not a feed (a page of HTML, no JSON)" in told["nesrler"]


def test_what_robots_close_is_never_asked(caught: Caught) -> None:
    assert not [path for host, path in caught.world.asked() if host == "yasaq.example" and "wp-json" in path]


def test_what_the_feed_said_of_an_entry_stands_beside_the_api(caught: Caught) -> None:
    query = select(EntryRow.title, EntryRow.published_at, EntryRow.published_source)
    query = query.join(ChannelRow, ChannelRow.id == EntryRow.channel_id).where(ChannelRow.outlet == "basliq")
    with caught.store.read() as session:
        listed = session.execute(query.where(EntryRow.url.endswith("/yazi/lentde"))).one()
        added = session.execute(query.where(EntryRow.url.endswith("/yazi/onunda"))).one()
    assert listed.title == FEED_TITLE
    assert tuple(added) == ("Körpü “2”", datetime(2026, 2, 10, 9, tzinfo=UTC), "feed")


def test_it_is_no_poll_and_proves_nothing_of_a_gap(caught: Caught) -> None:
    with caught.store.read() as session:
        polls = dict(session.execute(select(ChannelRow.outlet, ChannelRow.polls)).all())
        assert session.scalars(select(GapRow.caught_up_at)).all() == [None] * len(SITES)
    assert polls == dict.fromkeys(ARTICLES, 1)


def test_a_second_run_asks_nothing(caught: Caught) -> None:
    before = looks(caught.store)
    for site in SITES[:2]:
        caught.world.run("backfill", site.slug, *_DAYS, at=NOW + timedelta(hours=1))
    assert looks(caught.store) == before
    store_is_sound(caught.store)


def test_a_database_made_anew_from_the_archive_says_the_same(caught: Caught, tmp_path: Path) -> None:
    into = sqlite_url(tmp_path)
    made = caught.world.run("rebuild", "--into", into)
    assert made.returncode == 0, made.stdout + made.stderr
    store = open_store(into)
    try:
        assert stored(store) == stored(caught.store)
        assert documents(store, SITES) == documents(caught.store, SITES)
    finally:
        store.close()
