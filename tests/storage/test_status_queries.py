"""What waits to be done is counted alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from storage import Session, Store
from storage.status_queries import TodoCount, todo_counts
from storage.todos import MOST_ATTEMPTS, add_todo, mark_failed

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)


def test_what_waits_and_what_failed_for_good_are_told_apart(store: Store) -> None:
    def work(session: Session) -> None:
        for subject in (1, 2):
            add_todo(session, "index", subject, now=NOW)
        add_todo(session, "mentions", 1, now=NOW)
        for _ in range(MOST_ATTEMPTS):
            mark_failed(session, "index", 2, "no luck")

    store.write(work)

    with store.read() as session:
        assert todo_counts(session) == (TodoCount("index", 1, 1), TodoCount("mentions", 1, 0))


def test_nothing_waits_in_an_empty_store(store: Store) -> None:
    with store.read() as session:
        assert todo_counts(session) == ()
