"""How often a revision was seen again: good looks at the article's pages until another text came."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from domain.fetch import FetchOutcome, PageReading
from storage import Session, Store
from storage.frontier import target_by_id
from storage.revision_looks import LaterLooks, later_looks
from storage.tables import RevisionRow, TargetRow
from storage.unread import put_past_reading
from tests.storage.filling import HOST, NOW, fill, look, page_target, stored_fetch
from tests.storage.filling import store as put

HOUR = timedelta(hours=1)


def _looked(session: Session, after_h: float, outcome: FetchOutcome, reading: PageReading | None = None) -> None:
    at = NOW + after_h * HOUR
    target = target_by_id(session, session.scalars(select(TargetRow.id).where(TargetRow.url_key == f"{HOST}/a")).one())
    assert target is not None
    fetch_id = stored_fetch(session, look(target, outcome, at=at))
    if reading is not None:
        put_past_reading(session, fetch_id, reading, error=None)


def test_good_looks_count_for_the_revision_that_stood_then(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Mətn bir.")
        _looked(session, 1, FetchOutcome.NOT_MODIFIED)
        _looked(session, 2, FetchOutcome.SAME_CONTENT)
        _looked(session, 3, FetchOutcome.OK, PageReading.ARTICLE)
        put(session, "Mətn iki.", at=NOW + 4 * HOUR)
        _looked(session, 5, FetchOutcome.NOT_MODIFIED)

        for fetch_id in session.scalars(select(RevisionRow.fetch_id)):
            put_past_reading(session, fetch_id, PageReading.ARTICLE, error=None)

    store.write(work)
    with store.read() as session:
        assert later_looks(session, 1) == {1: LaterLooks(3, NOW + 3 * HOUR), 2: LaterLooks(1, NOW + 5 * HOUR)}


def test_looks_that_failed_or_showed_no_article_prove_nothing(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Mətn bir.")
        _looked(session, 1, FetchOutcome.HTTP_ERROR)
        _looked(session, 2, FetchOutcome.OK, PageReading.CHALLENGE)
        other = page_target(session, "/b", now=NOW + 3 * HOUR)
        stored_fetch(session, look(other, FetchOutcome.NOT_MODIFIED, at=NOW + 3 * HOUR))

    store.write(work)
    with store.read() as session:
        assert later_looks(session, 1) == {}
