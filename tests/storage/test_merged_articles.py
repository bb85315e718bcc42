"""What is told of articles that were merged: each once, by what was seen at any of their addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy
from sqlalchemy import select

from crawler.decide import decide
from domain.extraction import ArticleKind
from domain.fetch import FetchOutcome
from domain.intents import AddRevision, KeepReading, Touch
from domain.sameness import Evidence
from domain.times import Precision, StatedTime, TimeSource
from domain.topic import Topic
from storage import Session, Store
from storage.articles import store_text
from storage.catalogue import put_catalogue
from storage.digest_queries import StoredFacts
from storage.export_facts import ExportFilter
from storage.export_queries import StoredExports
from storage.merging import merge, merge_by_hand, unmerge
from storage.releases import link_reports
from storage.sameness import Join
from storage.show_queries import find_article
from storage.status_queries import topic_statuses
from storage.tables import ArticleRow, ReportReleaseRow, TopicRow
from storage.text_parts import latest_part
from storage.topics import NewMention, put_mentions
from storage.worked_queries import WORKED_QUERIES
from tests.storage.filling import HOST, NOW, _target_at, catalogue, fill, look, stored_fetch
from tests.storage.filling import store as put
from tests.storage.merged import EDITED, LATER, OTHER, TEXT, read_at, store_at, two_apart


def test_only_the_last_address_that_is_gone_makes_an_article_suspected(store: Store) -> None:
    def work(session: Session) -> list[str]:
        two_apart(session)
        merge(session, 1, Join(2, Evidence.PERSON, "One."), at=LATER)
        states = []
        for hours, path in enumerate(("/b", "/a"), 5):
            at = NOW + timedelta(hours=hours)
            stored_fetch(session, look(_target_at(session, path, at), FetchOutcome.NOT_FOUND, at=at, status=404))
            session.expire_all()
            states.append(session.get_one(ArticleRow, 1).state)
        return states

    assert store.write(work) == ["live", "suspected"]


def test_a_merged_article_was_last_seen_unchanged_where_it_is_read(store: Store) -> None:
    edited_at, unchanged_at = LATER + timedelta(hours=2), LATER + timedelta(hours=1)

    def work(session: Session) -> None:
        two_apart(session)
        store_at(session, TEXT, "/b", ("/a", "canonical"), at=LATER)
        unchanged = look(_target_at(session, "/b", unchanged_at), FetchOutcome.SAME_CONTENT, at=unchanged_at)
        stored_fetch(session, unchanged)
        session.expire_all()
        assert isinstance(store_at(session, EDITED, "/b", at=edited_at).intent, AddRevision)

    store.write(work)
    with store.read() as session:
        (edit,) = StoredFacts(session).edits((LATER, LATER + timedelta(days=1)))
    assert (edit.last_old_at, edit.first_new_at) == (unchanged_at, edited_at)


def test_a_copy_of_years_ago_is_not_what_the_next_look_is_compared_with(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, TEXT, path="/a")
        put(session, OTHER, path="/b", at=NOW + timedelta(minutes=1))
        merge_by_hand(session, 1, 2, "One.", at=LATER)
        assert isinstance(put(session, EDITED, path="/b", at=NOW - timedelta(days=900)).intent, KeepReading)
        latest = latest_part(session, "xeber", f"{HOST}/b")
        assert latest is not None
        assert latest.requested_at == NOW + timedelta(minutes=1)
        assert isinstance(put(session, OTHER, path="/b", at=LATER).intent, Touch)

    store.write(work)


def test_each_look_without_the_article_counts_at_whatever_of_its_addresses(store: Store) -> None:
    def work(session: Session) -> None:
        two_apart(session)
        put(session, EDITED, path="/b", at=LATER - timedelta(hours=1))
        merge(session, 1, Join(2, Evidence.PERSON, "One."), at=LATER)
        for hours, path in enumerate(("/a", "/b", "/b", "/b"), 5):
            at = NOW + timedelta(hours=hours)
            stored_fetch(session, look(_target_at(session, path, at), FetchOutcome.NOT_FOUND, at=at, status=404))

    store.write(work)
    with store.read() as session:
        (gone,) = StoredFacts(session).removals((NOW, NOW + timedelta(days=1)))
        shown = find_article(session, article_id=1)
        assert shown is not None
    assert (gone.looks_gone, gone.last_gone_at) == (3, NOW + timedelta(hours=8))
    assert [r.number for r in shown.revisions if r.text_sha256 == gone.text_sha256] == [gone.revision] == [3]


def test_the_article_that_stands_is_what_its_latest_text_is(store: Store) -> None:
    def kinds(session: Session) -> list[str]:
        session.flush()
        return list(session.scalars(select(ArticleRow.kind).order_by(ArticleRow.id)))

    def work(session: Session) -> tuple[list[str], list[str]]:
        fill(session)
        put(session, TEXT, path="/a")
        read = read_at(session, TEXT, "/b", at=NOW + timedelta(minutes=1))
        store_text(session, replace(read, extraction=replace(read.extraction, kind=ArticleKind.REPORT)), decide)
        merge_by_hand(session, 1, 2, "One.", at=LATER)
        together = kinds(session)
        unmerge(session, 2, "Two.", at=LATER)
        return together, kinds(session)

    assert store.write(work) == (["report", "report"], ["article", "report"])


def test_a_report_and_its_release_stay_together_whatever_they_are_merged_into(store: Store) -> None:
    def work(session: Session) -> None:
        two_apart(session)
        put(session, OTHER, path="/c", at=NOW + timedelta(minutes=2))
        put(session, OTHER, path="/d", at=NOW + timedelta(minutes=3))
        session.add(ReportReleaseRow(report_id=2, release_id=4, linked_in="release", noted_at=NOW))
        merge_by_hand(session, 1, 2, "One.", at=LATER)
        merge_by_hand(session, 3, 4, "One.", at=LATER)

    store.write(work)
    with store.read() as session:
        report, release = find_article(session, article_id=1), find_article(session, article_id=3)
        exported = {row.article_id: row.report_id for row in StoredExports(session).articles(ExportFilter())}
    assert report is not None
    assert release is not None
    assert (report.releases, release.reports, exported) == ((3,), (1,), {1: None, 3: 1})


def test_a_release_that_names_an_address_of_a_merged_article_announces_the_one_that_stands(store: Store) -> None:
    def read(session: Session, text: str, path: str, kind: ArticleKind, *links: str) -> int:
        one = read_at(session, text, path)
        said = replace(one.extraction, kind=kind, links=links, published=stated)
        applied = store_text(session, replace(one, extraction=said), decide)
        assert applied.article_id is not None
        return applied.article_id

    def work(session: Session) -> None:
        fill(session)
        read(session, TEXT, "/a", ArticleKind.REPORT)
        merged = read(session, TEXT, "/b", ArticleKind.REPORT)
        merge_by_hand(session, 1, merged, "One.", at=LATER)
        release = read(session, OTHER, "/c", ArticleKind.ARTICLE, f"https://{HOST}/b")
        for article_id in (release, merged):
            link_reports(session, article_id, host_aliases={}, now=LATER)

    stated = StatedTime(NOW, Precision.MINUTE, TimeSource.META, "")
    store.write(work)
    with store.read() as session:
        assert session.execute(select(ReportReleaseRow.report_id, ReportReleaseRow.release_id)).all() == [(1, 3)]


def test_a_topic_counts_an_article_once_however_many_were_merged_into_it(store: Store) -> None:
    topic = Topic("political-prisoners", "Anbar", {"any": "anbar"})  # the topic that the worked query asks for

    def work(session: Session) -> None:
        put_catalogue(session, catalogue(topics=(topic,)), now=NOW)
        put(session, TEXT, path="/a")
        put(session, TEXT, path="/b", at=NOW + timedelta(minutes=1))
        merge_by_hand(session, 1, 2, "One.", at=LATER)
        version = session.scalar(select(TopicRow.current_version_id))
        latest = session.scalar(select(ArticleRow.latest_revision_id).where(ArticleRow.id == 1))
        assert version is not None
        assert latest is not None
        put_mentions(session, [NewMention(version, latest, "text", 0, 5, "anbar")])

    store.write(work)
    with store.read() as session:
        (status,) = topic_statuses(session)
        assert len(session.execute(sqlalchemy.text(WORKED_QUERIES[0].sql)).all()) == 1
    assert (status.articles, status.stored) == (1, 1)
