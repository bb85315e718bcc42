"""What follows from a revision happens once, whatever order it came in, and one bad row holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import func, select, text

from domain.errors import OutageError
from domain.topic import Topic
from schedules.aftercare import Aftercare
from storage import Session, Store
from storage.catalogue import put_catalogue
from storage.tables import MentionRow, RevisionRow, SearchDocumentRow, TodoRow
from storage.todos import MOST_ATTEMPTS, add_todo
from tests.databases import locked
from tests.storage.filling import NOW, catalogue
from tests.storage.filling import store as put

BRIDGE = Topic(slug="korpu", title="Bridges", queries={"az": "körpü"})


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    """As a crawl logs: a traceback as one field, not a picture of every local."""
    with structlog.testing.capture_logs():
        yield


def _fill(store: Store, *texts: str, topics: tuple[Topic, ...] = (BRIDGE,)) -> None:
    def work(session: Session) -> None:
        put_catalogue(session, catalogue(topics=topics), now=NOW)
        for number, body in enumerate(texts):
            put(session, body, path=f"/{number}")

    store.write(work)


def _count(store: Store, table: type) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _left(store: Store) -> list[tuple[str, int, str | None]]:
    with store.read() as session:
        rows = session.scalars(select(TodoRow).where(TodoRow.kind != "read").order_by(TodoRow.id))
        return [(row.kind, row.attempts, row.error) for row in rows]


def test_every_revision_is_indexed_and_asked_for_its_topics(store: Store) -> None:
    _fill(store, "Çay üzərində körpü açıldı.", "Yağış yağacaq.")
    Aftercare(store).run()

    assert (_count(store, SearchDocumentRow), _count(store, MentionRow), _left(store)) == (2, 1, [])


def test_doing_it_twice_changes_nothing(store: Store) -> None:
    _fill(store, "Çay üzərində körpü açıldı.")
    Aftercare(store).run()

    def again(session: Session) -> None:
        for revision in session.scalars(select(RevisionRow.id)):
            add_todo(session, "index", revision, now=NOW)
            add_todo(session, "mentions", revision, now=NOW)

    store.write(again)
    Aftercare(store).run()

    assert (_count(store, SearchDocumentRow), _count(store, MentionRow), _left(store)) == (1, 1, [])


def test_a_mention_names_the_very_words(store: Store) -> None:
    _fill(store, "Çay üzərindəki körpünün uzunluğu.")
    Aftercare(store).run()
    with store.read() as session:
        mention = session.scalars(select(MentionRow)).one()
        assert (mention.field, mention.surface) == ("text", "körpünün")
        assert "Çay üzərindəki körpünün uzunluğu."[mention.start : mention.end] == "körpünün"


def test_a_new_wording_of_a_topic_is_looked_for_in_what_is_stored(store: Store) -> None:
    _fill(store, "Çay üzərində körpü açıldı.", "Yağış yağacaq.")
    Aftercare(store).run()
    reworded = replace(BRIDGE, queries={"az": "yağış"})
    store.write(lambda session: put_catalogue(session, catalogue(topics=(reworded,), name="c2"), now=NOW))
    Aftercare(store).run()

    assert (_count(store, MentionRow), _left(store)) == (2, [])


def test_one_that_fails_is_kept_with_its_error_and_holds_up_no_other(store: Store) -> None:
    _fill(store)
    Aftercare(store).run()  # the topic itself is looked for, in nothing yet
    _fill(store, "Çay üzərində körpü açıldı.", "Yağış yağacaq.")
    refused = "CREATE TRIGGER refused BEFORE INSERT ON mention BEGIN SELECT RAISE(ABORT, 'refused'); END"
    if store.dialect == "postgresql":
        refused = "ALTER TABLE mention ADD CONSTRAINT refused CHECK (surface <> 'körpü')"
    store.write(lambda session: session.execute(text(refused)) and None)
    Aftercare(store).run()

    ((kind, attempts, error),) = _left(store)
    assert (kind, attempts) == ("mentions", MOST_ATTEMPTS)
    assert "refused" in (error or "")


def test_told_to_stop_it_leaves_the_rest_for_later(store: Store) -> None:
    _fill(store, "Çay üzərində körpü açıldı.")

    assert Aftercare(store).run(is_stopping=lambda: True) == 0
    assert len(_left(store)) >= 2


def test_a_locked_database_is_no_attempt(store: Store, database_url: str) -> None:
    _fill(store, "Çay üzərində körpü açıldı.")
    store.hurry(0.0)
    with locked(database_url, "todo"), pytest.raises(OutageError):
        Aftercare(store).run()

    assert {attempts for _, attempts, _ in _left(store)} == {0}
