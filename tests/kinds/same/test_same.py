"""Five days of this world, crawled through the real pipeline, end in exactly what its truth says; on both databases."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import Session, Store
from storage.checking import check_store
from storage.digest_queries import StoredFacts
from storage.export_facts import ExportFilter
from storage.export_queries import StoredExports
from storage.search import search
from storage.show_queries import find_article
from storage.tables import ArticleMergeRow, ArticleRow, ArticleUrlRow, FetchRow, TodoRow
from storage.translations import translations
from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.kinds.same import truth
from tests.kinds.same.sentences import headline, paragraphs
from tests.kinds.same.world import MOMENTS
from tests.world_run import ROOT
from text.search import search_query, to_fts5, to_tsquery

pytestmark = pytest.mark.slow
WINDOW = (MOMENTS[0] - timedelta(days=1), MOMENTS[-1] + timedelta(days=1))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store after five crawls on five days."""
    home = tmp_path_factory.mktemp("same")
    with ExitStack() as stack:
        url = sqlite_url(home)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        store = stack.enter_context(migrated_store(url))
        subprocess.run(
            [sys.executable, "-m", "tests.kinds.same.crawl", str(home), url], cwd=ROOT, check=True, timeout=300
        )
        yield store


def _plain(key: str) -> str:
    return re.sub(r":\d+(?=/)", "", key, count=1)


def _addresses(session: Session, article_id: int) -> tuple[str, ...]:
    found = find_article(session, article_id=article_id)
    assert found is not None
    keys = session.scalars(
        select(ArticleUrlRow.url_key)
        .join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
        .where((ArticleRow.id == found.article_id) | (ArticleRow.merged_into == found.article_id))
    )
    return tuple(sorted(_plain(key) for key in keys))


def _first(session: Session, article_id: int) -> str:
    key = session.scalar(
        select(ArticleUrlRow.url_key).where(ArticleUrlRow.article_id == article_id).order_by(ArticleUrlRow.id)
    )
    return _plain(key or "")


def _moment(at: datetime) -> int:
    return MOMENTS.index(at.astimezone(MOMENTS[0].tzinfo))


def _text(said: truth.Said) -> tuple[str, str, int]:
    body = "\n\n".join(paragraphs(said.name, said.language, edited=said.is_edited))
    return headline(said.name, said.language), body, said.moment


def test_each_article_stands_once_with_all_its_addresses_and_texts(crawled: Store) -> None:
    want = {tuple(sorted(keys)): [_text(said) for said in history] for keys, history in truth.ARTICLES.items()}
    with crawled.read() as session:
        got = {}
        for article_id in session.scalars(select(ArticleRow.id).where(ArticleRow.merged_into.is_(None))):
            shown = find_article(session, article_id=article_id)
            assert shown is not None
            assert [r.number for r in shown.revisions] == list(range(1, len(shown.revisions) + 1))
            said = [(r.title, _without_footer(r.text), _moment(r.first_seen_at)) for r in shown.revisions]
            got[_addresses(session, article_id)] = said

    assert got.keys() == want.keys()
    assert {keys: said for keys, said in got.items() if said != want[keys]} == {}


def _without_footer(text: str) -> str:
    """A text without the line that only its AMP and print forms have."""
    return "\n\n".join(p for p in text.split("\n\n") if not p.startswith("Bu səhifə telefonlar"))


def test_what_turned_out_to_be_one_late_is_merged_and_nothing_else(crawled: Store) -> None:
    with crawled.read() as session:
        got = {
            (_first(session, row.article_id), _first(session, row.into_id), row.evidence, _moment(row.decided_at))
            for row in session.scalars(select(ArticleMergeRow))
        }

    assert got == truth.MERGES


def test_translations_are_linked_and_stay_articles(crawled: Store) -> None:
    with crawled.read() as session:
        got = {
            (*sorted((_first(session, one.article_id), _first(session, one.other_id))), one.evidence)
            for one in translations(session)
        }
        exported = list(StoredExports(session).translations(ExportFilter()))

    assert got == truth.TRANSLATIONS
    assert len(exported) == len(got)


def test_the_digest_tells_each_edit_once(crawled: Store) -> None:
    with crawled.read() as session:
        facts = StoredFacts(session)
        edits = facts.edits(WINDOW)
        got = Counter(
            (_first(session, one.article_id), one.old_revision, one.new_revision, _moment(one.first_new_at))
            for one in edits
        )
        known = {first: keys for keys in truth.ARTICLES for first in keys}

    want = Counter((known[key], old, new, at) for key, old, new, at in truth.EDITS)
    assert Counter({(known[key], *rest): n for (key, *rest), n in got.items()}) == want


def test_counts_mentions_and_search_count_once(crawled: Store) -> None:
    with crawled.read() as session:
        facts = StoredFacts(session)
        told = {one.article_id for one in facts.articles(WINDOW)}
        mentioned = Counter(one.article_id for one in facts.mentions(WINDOW))
        counted = sum(one.articles for one in facts.day_counts([WINDOW]) if one.topic is None)
        exported = [one.article_id for one in StoredExports(session).articles(ExportFilter())]
        revisions = {one.article_id for one in StoredExports(session).revisions(ExportFilter())}
        query = search_query(" ".join(headline("gec").split()[:3]))
        found = search(session, fts5=to_fts5(query), tsquery=to_tsquery(query), limit=20)
        at_gec = {_addresses(session, one.article_id) for one in found if one.title == headline("gec")}
        assert len([one for one in found if one.title == headline("gec")]) == 1
        assert list(session.scalars(select(TodoRow.kind))) == []

    assert len(told) == counted == len(truth.ARTICLES)
    assert sorted(exported) == sorted(told) == sorted(revisions)
    assert mentioned.keys() <= told
    assert set(mentioned.values()) == {1}
    assert at_gec == {("tele.example/t-gec-1", "tele.example/t-gec-2")}


def test_a_text_in_three_languages_is_told_as_one(crawled: Store) -> None:
    with crawled.read() as session:
        texts = Counter(one.text_of for one in StoredFacts(session).articles(WINDOW) if one.text_of is not None)

    assert sorted(texts.values()) == [2, 2, 2, 3]


def test_what_was_not_believed_is_told_with_its_fetch(crawled: Store) -> None:
    with crawled.read() as session:
        rows = session.execute(
            select(FetchRow.url, FetchRow.error).where(FetchRow.reading == "article", FetchRow.error.is_not(None))
        )
        told = {_plain(url.removeprefix("http://")): error for url, error in rows}

    assert told.keys() >= truth.NOT_BELIEVED
    assert all(key.startswith("tele.example/") for key in told)
    assert any("names another" in error or "that page names" in error for error in told.values())


def test_nothing_is_wrong_with_the_store_and_nobody_is_suspected(crawled: Store) -> None:
    with crawled.read() as session:
        suspected = [
            _first(session, row) for row in session.scalars(select(ArticleRow.id).where(ArticleRow.state != "live"))
        ]

    assert check_store(crawled, None).findings == []
    assert suspected == []
