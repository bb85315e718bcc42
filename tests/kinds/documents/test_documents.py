"""Documents and long texts through the whole pipeline, on both databases: what is stored is the truth, row by row."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import select

from storage import Store
from storage.checking import check_store
from storage.export_facts import ExportFilter
from storage.export_queries import StoredExports
from storage.show_queries import ShownArticle, find_article
from storage.tables import ArticleRow, ExtractionRow, FetchRow, RevisionRow, TextRow
from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.kinds.documents import texts
from tests.kinds.documents.texts import Truth
from tests.kinds.documents.world import PAGES, RELEASE_PATH, REPORT_PATH, Unread
from tests.world_run import ROOT

TRUTHS = [truth for _, truth in PAGES.values() if isinstance(truth, Truth)]
UNREAD = [(path, truth) for (_, path), (_, truth) in PAGES.items() if isinstance(truth, Unread)]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The world crawled on two days, in a process of its own, which forks freely."""
    home = tmp_path_factory.mktemp("documents")
    with ExitStack() as stack:
        url = sqlite_url(home)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        with migrated_store(url):
            pass
        command = [sys.executable, "-m", "tests.kinds.documents.crawl", str(home), url]
        subprocess.run(command, cwd=ROOT, check=True, timeout=280)
        yield stack.enter_context(migrated_store(url))


def _shown(store: Store, title: str) -> ShownArticle:
    with store.read() as session:
        (article_id,) = session.scalars(select(ArticleRow.id).where(ArticleRow.title == title))
        found = find_article(session, article_id=article_id)
    assert found is not None
    return found


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.title[:24])
def test_a_text_is_stored_as_it_is(crawled: Store, truth: Truth) -> None:
    article = _shown(crawled, truth.title)
    (revision,) = article.revisions

    assert revision.text == truth.text
    assert (article.outlet, article.language, article.kind) == (truth.outlet, truth.language, truth.kind)
    assert (article.published.isoformat() if article.published else None) == truth.published
    assert (str(article.published.source) if article.published else None) == truth.source
    assert revision.authors == truth.authors
    assert article.external_id == truth.external_id


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.title[:24])
def test_sections_and_footnotes_stand_beside_the_text(crawled: Store, truth: Truth) -> None:
    (revision,) = _shown(crawled, truth.title).revisions

    assert tuple((s["level"], s["title"]) for s in revision.sections) == truth.sections
    assert all(revision.text[int(s["start"]) :].startswith(str(s["title"])) for s in revision.sections)
    assert revision.footnotes == truth.footnotes
    assert (revision.pages, len(revision.parts)) == (truth.pages, truth.parts)


def test_nothing_else_is_an_article_and_nothing_was_edited(crawled: Store) -> None:
    with crawled.read() as session:
        titles = set(session.scalars(select(ArticleRow.title)))
        revisions = len(list(session.scalars(select(RevisionRow.id))))

    assert titles == {truth.title for truth in TRUTHS}
    assert revisions == len(TRUTHS)


@pytest.mark.parametrize(("path", "truth"), UNREAD, ids=[path for path, _ in UNREAD])
def test_a_document_without_text_has_a_typed_outcome_in_words(crawled: Store, path: str, truth: Unread) -> None:
    with crawled.read() as session:
        looks = session.execute(
            select(FetchRow.reading, FetchRow.error).where(FetchRow.url.endswith(path)).order_by(FetchRow.id)
        ).all()

    assert looks
    assert all(reading == truth.reading and error.startswith(truth.error) for reading, error in looks)


def test_a_scanned_document_is_not_asked_for_again_by_itself(crawled: Store) -> None:
    with crawled.read() as session:
        looks = list(session.scalars(select(FetchRow.id).where(FetchRow.url.endswith("/files/scan.pdf"))))

    assert len(looks) == 1


def test_all_parts_of_a_text_are_cited_and_lead_to_it(crawled: Store) -> None:
    article = _shown(crawled, texts.IN_PARTS.title)
    kinds = [(address.kind, address.url.rpartition("?")[2]) for address in article.addresses]

    assert kinds[0][0] == "listed"
    assert kinds[1:] == [("part", "page=2"), ("part", "page=3")]


def test_a_report_and_its_release_are_linked(crawled: Store) -> None:
    report, release = _shown(crawled, texts.REPORT.title), _shown(crawled, texts.RELEASE.title)

    assert report.url.endswith(REPORT_PATH)
    assert release.url.endswith(RELEASE_PATH)
    assert (report.releases, release.reports) == ((release.article_id,), (report.article_id,))


def test_exports_carry_kinds_sections_and_footnotes(crawled: Store) -> None:
    with crawled.read() as session:
        source = StoredExports(session)
        articles = {row.title: row for row in source.articles(ExportFilter())}
        sections = [(row.level, row.title) for row in source.sections(ExportFilter(outlets=frozenset({"haqq-watch"})))]
        footnotes = [row.footnote for row in source.footnotes(ExportFilter())]

    assert articles[texts.REPORT.title].kind == "report"
    assert articles[texts.RELEASE.title].report_id == articles[texts.REPORT.title].article_id
    assert sections == list(texts.REPORT.sections)
    assert sorted(footnotes) == sorted((*texts.REPORT.footnotes, *texts.PDF.footnotes))


def test_the_store_is_sound(crawled: Store) -> None:
    with crawled.read() as session:
        bodies = select(TextRow.sha256).join(ExtractionRow, ExtractionRow.text_sha256 == TextRow.sha256)
        assert len(set(session.scalars(bodies))) == len(TRUTHS)
    assert check_store(crawled, None).findings == []
