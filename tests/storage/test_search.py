"""Full-text search on both databases: one word, any spelling, the latest text only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.topic import Topic
from schedules.aftercare import Aftercare
from storage import Session, Store
from storage.catalogue import put_catalogue
from storage.integrity import search_findings
from storage.search import search
from storage.tables import MentionRow, TodoRow
from storage.todos import mark_done
from tests.storage.filling import NOW, catalogue, fill
from tests.storage.filling import store as put
from text.search import search_query, to_fts5, to_tsquery

LATER = NOW + timedelta(hours=4)


def _found(store: Store, query: str) -> list[int]:
    asked = search_query(query)
    with store.read() as session:
        return [f.article_id for f in search(session, fts5=to_fts5(asked), tsquery=to_tsquery(asked), limit=10)]


@pytest.fixture
def filled(store: Store) -> Store:
    """Two articles, indexed."""

    def work(session: Session) -> None:
        fill(session)
        put(session, "İclas Şəkidə keçirilib. Hüseynov danışıb.", title="Ağsu bəndi")
        put(session, "Совещание прошло в Шеки, ёлку убрали.", path="/b", title="Плотина")

    store.write(work)
    Aftercare(store).run()
    return store


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Huseynov", [1]),
        ("HÜSEYNOV", [1]),
        ("sekide", [1]),
        ("елку", [2]),
        ("агсу OR agsu", [1]),
        ('"iclas sekide"', [1]),
        ("iclas NOT huseynov", []),
        ("совещ*", [2]),
        ("iclas совещание", []),
    ],
)
def test_a_word_is_found_in_any_spelling(filled: Store, query: str, found: list[int]) -> None:
    assert _found(filled, query) == found


def test_only_the_latest_text_is_found(filled: Store) -> None:
    filled.write(lambda session: put(session, "Yığıncaq Qubada keçirilib.", at=LATER))
    Aftercare(filled).run()

    assert _found(filled, "huseynov") == []
    assert _found(filled, "qubada") == [1]
    with filled.read() as session:
        assert list(search_findings(session)) == []


def test_a_text_that_waits_to_be_indexed_is_no_fault_and_one_that_is_forgotten_is(filled: Store) -> None:
    filled.write(lambda session: put(session, "Başqa mətn tamam.", at=LATER))
    with filled.read() as session:
        assert list(search_findings(session)) == []
        revision_id = session.scalars(select(TodoRow.subject_id).where(TodoRow.kind == "index")).one()
    filled.write(lambda session: mark_done(session, "index", [revision_id]))
    with filled.read() as session:
        assert [finding.check for finding in search_findings(session)] == ["search"]


def test_a_topic_added_later_is_found_in_what_is_stored(filled: Store) -> None:
    topic = Topic("iclas", "Meetings", {"az": "iclas", "ru": "совещание"})
    filled.write(lambda session: put_catalogue(session, catalogue(topics=(topic,)), now=LATER))
    Aftercare(filled).run()

    with filled.read() as session:
        assert {m.surface for m in session.scalars(select(MentionRow))} == {"Совещание", "İclas"}
