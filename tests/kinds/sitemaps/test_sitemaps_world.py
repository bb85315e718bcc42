"""This world crawled through the real pipeline, on both databases, and its rows beside the truth."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storage import Store
from storage.caught_up import is_caught_up
from storage.checking import check_store
from storage.digest_looks import channels
from storage.tables import ArticleRow, ChannelRow, EntryRow, FetchRow, GapRow, RevisionRow, TodoRow
from storage.translations import translations
from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.kinds.sitemaps.truth import DOCUMENTS, EDITS, ENTRIES, GAPS, LOOKS, TRANSLATIONS
from tests.kinds.sitemaps.world import MOMENTS
from tests.world_run import ROOT

_NUMBERS = {at.astimezone(UTC): number for number, at in enumerate(MOMENTS)}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store after the four moments."""
    home = tmp_path_factory.mktemp("sitemaps")
    with ExitStack() as stack:
        url = sqlite_url(home)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        store = stack.enter_context(migrated_store(url))
        words = ["-m", "tests.kinds.sitemaps.crawl", "--home", str(home), "--database-url", url]
        subprocess.run([sys.executable, *words], cwd=ROOT, check=True, timeout=300)
        yield store


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store after crawls that were killed six times at each moment before one came through."""
    home = tmp_path_factory.mktemp("killed")
    with migrated_store(sqlite_url(home)) as store:
        words = ["-m", "tests.kinds.sitemaps.crawl", "--home", str(home), "--database-url", sqlite_url(home)]
        subprocess.run([sys.executable, *words, "--kills", "6"], cwd=ROOT, check=True, timeout=280)
        yield store


def number(at: datetime | None) -> int | None:
    return _NUMBERS[at] if at is not None else None


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def test_each_document_is_asked_for_when_it_should_be(crawled: Store) -> None:
    with crawled.read() as session:
        rows = session.scalars(select(FetchRow).where(FetchRow.channel_id.is_not(None))).all()
        found = [
            (row.outlet, number(row.requested_at), path(row.url), row.part_of is not None, row.reading or row.outcome)
            for row in rows
        ]
    assert sorted(map(str, found)) == sorted(map(str, DOCUMENTS))


def test_each_entry_has_its_interval_and_only_news_has_a_page(crawled: Store) -> None:
    entries_are_right(crawled)


def entries_are_right(store: Store) -> None:
    with store.read() as session:
        articles = {(row.outlet, path(row.url)): row for row in session.scalars(select(ArticleRow))}
        rows = session.execute(select(EntryRow, ChannelRow.outlet).join(ChannelRow)).all()
        found = {
            (outlet, path(row.url or "")): (
                number(row.absent_at),
                number(row.first_seen_at),
                (outlet, path(row.url or "")) in articles,
            )
            for row, outlet in rows
        }
        times = {place: (number(row.absent_at), number(row.first_seen_at)) for place, row in articles.items()}
    assert found == ENTRIES
    assert times == {place: entry[:2] for place, entry in ENTRIES.items() if entry[2]}


def test_the_gaps_are_those_that_were(crawled: Store) -> None:
    gaps_are_right(crawled)


def gaps_are_right(store: Store) -> None:
    with store.read() as session:
        rows = session.execute(select(ChannelRow.outlet, GapRow, is_caught_up()).join(ChannelRow)).all()
        found = {
            (outlet, gap.reason, number(gap.from_at), number(gap.to_at), caught_up) for outlet, gap, caught_up in rows
        }
    assert found == GAPS


def test_looks_are_counted_by_polls_and_none_of_them_was_blind(crawled: Store) -> None:
    with crawled.read() as session:
        facts = channels(session, (MOMENTS[0], MOMENTS[-1].replace(hour=13)))
    assert {fact.outlet: fact.looks_good for fact in facts} == LOOKS
    # None but the first stretch, of which nobody knows anything, and the last, which no look ended.
    assert {fact.outlet: fact.blind_s // 3600 for fact in facts} == dict.fromkeys(LOOKS, 1)


def test_an_edit_that_a_sitemap_tells_of_is_a_revision(crawled: Store) -> None:
    with crawled.read() as session:
        rows = session.execute(select(ArticleRow, RevisionRow).join(RevisionRow).where(RevisionRow.number > 1)).all()
        found = {(article.outlet, path(article.url), number(revision.first_seen_at)) for article, revision in rows}
    assert found == EDITS


def test_versions_that_a_sitemap_names_are_translations(crawled: Store) -> None:
    translations_are_right(crawled)


def translations_are_right(store: Store) -> None:
    with store.read() as session:
        places = {row.id: path(row.url) for row in session.scalars(select(ArticleRow))}
        found = {
            (*sorted((places[one.article_id], places[one.other_id])), one.evidence, number(one.first_seen_at))
            for one in translations(session)
        }
    assert found == {(*sorted(pair), evidence, moment) for *pair, evidence, moment in TRANSLATIONS}


def test_nothing_is_left_to_do_and_the_store_is_sound(crawled: Store) -> None:
    store_is_sound(crawled)


@pytest.mark.slow
def test_crawls_that_are_killed_on_their_way_lose_nothing_and_double_nothing(killed: Store) -> None:
    entries_are_right(killed)
    translations_are_right(killed)
    gaps_are_right(killed)
    store_is_sound(killed)
    with killed.read() as session:
        looks = Counter(
            (row.target_id, row.part_of)
            for row in session.scalars(select(FetchRow).where(FetchRow.part_of.is_not(None)))
        )
    assert set(looks.values()) == {1}, "a further document was asked for twice by one poll"


def store_is_sound(store: Store) -> None:
    with store.read() as session:
        assert session.scalars(select(TodoRow.subject_id).where(TodoRow.kind == "read")).all() == []
    assert check_store(store, None).findings == []
