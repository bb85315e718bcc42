"""This world's past caught up through the real command, on both databases, and its rows beside the truth."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import Session, Store, open_store
from storage.backfill import unread
from storage.caught_up import is_caught_up
from storage.digest_queries import articles
from storage.tables import ArticleRow, ChannelRow, EntryRow, FetchRow, GapRow, TargetRow
from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.kinds.backfill.running import World, served
from tests.kinds.backfill.stored import GAP, by_outlet, documents, looks, path, put_gaps, store_is_sound, stored
from tests.kinds.backfill.world import ARTICLES, DOCUMENTS, EXIT_CODES, NOW, SINCE, SITES, UNTIL

_DAYS = ("--since", SINCE.isoformat(), "--until", UNTIL.isoformat())


@dataclass(frozen=True)
class Caught:
    """The world after a crawl and a backfill of each outlet. ``polled``: articles before the backfill."""

    world: World
    store: Store
    runs: dict[str, subprocess.CompletedProcess[str]]
    polled: frozenset[tuple[str, str]]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def caught(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caught]:
    home = tmp_path_factory.mktemp("backfill")
    with ExitStack() as stack:
        url = sqlite_url(home)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        store = stack.enter_context(migrated_store(url))
        world = World(home, stack.enter_context(served()), url)
        crawl = world.run("crawl")
        assert crawl.returncode == 3, crawl.stderr  # one outlet forbids it
        polled = stored(store)
        store.write(put_gaps)
        runs = {site.slug: world.run("backfill", site.slug, *_DAYS, at=NOW + timedelta(minutes=10)) for site in SITES}
        yield Caught(world, store, runs, polled)


def test_the_articles_of_the_days_are_there_and_no_others(caught: Caught) -> None:
    assert by_outlet(stored(caught.store) - caught.polled) == ARTICLES


def test_only_documents_that_may_list_these_days_are_asked_for(caught: Caught) -> None:
    assert documents(caught.store) == DOCUMENTS


def test_each_run_says_what_it_asks_and_what_came_of_it(caught: Caught) -> None:
    assert {slug: run.returncode for slug, run in caught.runs.items()} == EXIT_CODES
    assert "sitemap · channel: its sitemaps" in caught.runs["xerite"].stdout
    assert "the page of each of 4 days" in caught.runs["gunler"].stdout
    assert "5 listed; 4 entries of these days listed" in caught.runs["kanal"].stdout
    assert "robots disallowed" in caught.runs["bagli"].stdout


def test_what_was_caught_up_is_no_news_of_today(caught: Caught) -> None:
    day = NOW.replace(hour=0).astimezone(UTC)
    with caught.store.read() as session:
        told = {(fact.outlet, path(fact.url)) for fact in articles(session, (day, day + timedelta(days=1)))}
        seen = {(r.outlet, path(r.url)): (r.absent_at, r.first_seen_at) for r in session.scalars(select(ArticleRow))}
    assert told == caught.polled
    for slug, places in ARTICLES.items():
        for place in places:
            absent_at, first_seen_at = seen[slug, place]
            assert absent_at is None, (slug, place)
            assert first_seen_at >= NOW.astimezone(UTC), (slug, place)


def test_it_is_no_poll_and_tells_of_no_gap(caught: Caught) -> None:
    with caught.store.read() as session:
        polls = dict(session.execute(select(ChannelRow.outlet, ChannelRow.polls)).all())
        gaps = session.scalars(select(ChannelRow.outlet).join(GapRow).where(GapRow.from_at > GAP[1])).all()
    assert polls == dict.fromkeys(ARTICLES, 1)
    assert sorted(gaps) == ["bagli", "gunler"]  # what the polls left: one is shut, one has no page of today


def test_a_gap_is_caught_up_where_a_walk_proves_it(caught: Caught) -> None:
    query = select(ChannelRow.outlet, is_caught_up()).join(GapRow, GapRow.channel_id == ChannelRow.id)
    with caught.store.read() as session:
        found = dict(session.execute(query.where(GapRow.from_at == GAP[0])).all())
    assert {outlet for outlet, is_proven in found.items() if is_proven} == {"sehifeler", "kanal"}
    assert len(found) == len(SITES)


def test_a_second_run_asks_nothing(caught: Caught) -> None:
    before = looks(caught.store)
    for site in SITES:
        caught.world.run("backfill", site.slug, *_DAYS, at=NOW + timedelta(hours=1))
    assert looks(caught.store) == before
    store_is_sound(caught.store)


def test_killed_anywhere_it_goes_on_and_asks_nothing_twice(tmp_path: Path) -> None:
    with served() as port, migrated_store(sqlite_url(tmp_path)) as store:
        world = World(tmp_path, port, sqlite_url(tmp_path), delay_s=0.3)
        for number, after_s in enumerate((4.0, 5.0, 6.0)):
            world.killed("backfill", "sehifeler", *_DAYS, after_s=after_s, at=NOW + timedelta(minutes=number))
        ended = world.run("backfill", "sehifeler", *_DAYS, at=NOW + timedelta(minutes=5))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert by_outlet(stored(store))["sehifeler"] == ARTICLES["sehifeler"]
        assert documents(store)["sehifeler"] == DOCUMENTS["sehifeler"]
        with store.read() as session:
            targets = Counter(session.scalars(select(FetchRow.target_id)))
        assert set(targets.values()) == {1}
        store_is_sound(store)


def test_what_a_killed_run_fetched_and_did_not_read_is_read_by_the_next(tmp_path: Path) -> None:
    """The first document leads to all the others: until it is read nothing waits and nothing is due."""
    with served() as port, migrated_store(sqlite_url(tmp_path)) as store:
        world = World(tmp_path, port, sqlite_url(tmp_path))
        process = world.started("backfill", "sehifeler", *_DAYS)
        while not _unread(store):
            assert process.poll() is None, "it was read before it was seen to be fetched"
        process.kill()
        process.communicate()
        ended = world.run("backfill", "sehifeler", *_DAYS, at=NOW + timedelta(minutes=5))
        assert (ended.returncode, by_outlet(stored(store))["sehifeler"]) == (0, ARTICLES["sehifeler"]), ended.stdout
        store_is_sound(store)


def _unread(store: Store) -> int:
    return store.ask(lambda session: unread(session, "sehifeler", now=NOW + timedelta(hours=1)))


def test_a_budget_ends_a_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with served() as port, migrated_store(sqlite_url(tmp_path)) as store:
        world = World(tmp_path, port, sqlite_url(tmp_path))
        first = world.run("backfill", "sehifeler", *_DAYS, "--max", "3")
        assert (first.returncode, looks(store)) == (3, 3)
        assert "the budget is spent" in first.stdout
        daily = {"PARALLAX_BACKFILL_DAILY_REQUESTS": "5"}
        assert world.run("backfill", "sehifeler", *_DAYS, **daily).returncode == 3
        assert looks(store) == 5
        tomorrow = NOW + timedelta(days=1)
        assert world.run("backfill", "sehifeler", *_DAYS, at=tomorrow).returncode == 0
        assert by_outlet(stored(store))["sehifeler"] == ARTICLES["sehifeler"]


def test_a_crawl_spends_nothing_of_what_waits(tmp_path: Path) -> None:
    with served() as port, migrated_store(sqlite_url(tmp_path)) as store:
        world = World(tmp_path, port, sqlite_url(tmp_path))
        world.run("backfill", "sehifeler", *_DAYS, "--max", "1")
        world.run("crawl", "sehifeler")
        with store.read() as session:
            reasons = Counter(session.scalars(select(FetchRow.reason)))
        assert reasons["backfill"] == 1


def test_a_poll_that_falls_due_meanwhile_goes_first(tmp_path: Path) -> None:
    with served() as port, migrated_store(sqlite_url(tmp_path)) as store:
        world = World(tmp_path, port, sqlite_url(tmp_path), delay_s=0.4)
        days = ("--since", "2026-02-09", "--until", "2026-03-10")
        with world.started("backfill", "sehifeler", *days) as backfill:
            wait_for_looks(store, 4)
            due_at = make_poll_due(store)
            backfill.wait(timeout=120)
        with store.read() as session:
            asked = session.execute(select(FetchRow.reason, FetchRow.requested_at).order_by(FetchRow.id)).all()
        poll_at = next(at for reason, at in asked if reason == "poll")
        assert poll_at - due_at < timedelta(seconds=4)
        overtaken = [at for reason, at in asked if reason == "backfill" and due_at < at < poll_at]
        assert len(overtaken) <= 5
        assert sum(at > poll_at for reason, at in asked if reason == "backfill") > 10


def wait_for_looks(store: Store, least: int) -> None:
    deadline = time.monotonic() + 60
    while looks(store) < least and time.monotonic() < deadline:
        time.sleep(0.1)


def make_poll_due(store: Store) -> datetime:
    """As a service does it: the channel's poll is due now, by the clock of the last look."""

    def work(session: Session) -> datetime:
        last = session.scalars(select(func.max(FetchRow.received_at))).one()
        is_poll = TargetRow.url_key == "poll:channel"
        target = session.scalars(select(TargetRow).where(is_poll, TargetRow.outlet == "sehifeler")).one()
        target.state, target.reason, target.priority, target.next_at = "due", "poll", 0, last
        return last

    return store.write(work)


def test_entries_of_other_days_are_left_to_the_polls(caught: Caught) -> None:
    with caught.store.read() as session:
        query = select(EntryRow.url).join(ChannelRow).join(FetchRow, FetchRow.id == EntryRow.first_fetch_id)
        urls = session.scalars(query.where(ChannelRow.outlet == "sehifeler", FetchRow.reason == "backfill")).all()
    assert {path(url or "") for url in urls} == ARTICLES["sehifeler"]


def test_a_database_made_anew_from_the_archive_says_the_same(caught: Caught, tmp_path: Path) -> None:
    into = sqlite_url(tmp_path)
    made = caught.world.run("rebuild", "--into", into)
    assert made.returncode == 0, made.stdout + made.stderr
    store = open_store(into)
    try:
        assert stored(store) == stored(caught.store)
        assert documents(store) == documents(caught.store)
        with store.read() as session:
            polls = dict(session.execute(select(ChannelRow.outlet, ChannelRow.polls)).all())
        assert polls == dict.fromkeys(ARTICLES, 1)
    finally:
        store.close()
