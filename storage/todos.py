"""What must still happen: rows written in the transaction that made it necessary, deleted when it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import TodoRow

MOST_ATTEMPTS = 5


def insert_ignoring(session: Session, table: type, values: list[dict[str, object]], index: list[str]) -> int:
    """Insert rows, leaving out those whose ``index`` columns already exist; gives the number of the new ones."""
    if not values:
        return 0
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(values).on_conflict_do_nothing(index_elements=index)
    done = session.execute(statement.execution_options(preserve_rowcount=True))
    return int(cast("CursorResult[Any]", done).rowcount)


def add_todo(session: Session, kind: str, subject_id: int, *, now: datetime) -> None:
    """Note that ``kind`` must happen to ``subject_id``; noting it twice is noting it once."""
    row: dict[str, object] = {"kind": kind, "subject_id": subject_id, "created_at": now, "attempts": 0}
    insert_ignoring(session, TodoRow, [row], ["kind", "subject_id"])


def pending(session: Session, kind: str, *, limit: int, after_id: int = 0) -> list[tuple[int, int]]:
    """(todo id, subject id) of what must still happen, oldest first; what failed five times waits for a person.

    On PostgreSQL without what another transaction has taken.
    """
    query = (
        select(TodoRow.id, TodoRow.subject_id)
        .where(TodoRow.kind == kind, TodoRow.attempts < MOST_ATTEMPTS, TodoRow.id > after_id)
        .order_by(TodoRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(row.id, row.subject_id) for row in session.execute(query)]


def take(session: Session, kind: str, subject_ids: Iterable[int]) -> list[int]:
    """Those of the subjects that are still to be done and that nobody else has taken, for this transaction alone."""
    query = (
        select(TodoRow.subject_id)
        .where(TodoRow.kind == kind, TodoRow.subject_id.in_(list(subject_ids)))
        .order_by(TodoRow.id)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def mark_done(session: Session, kind: str, subject_ids: Iterable[int]) -> None:
    """Forget what was done."""
    session.execute(delete(TodoRow).where(TodoRow.kind == kind, TodoRow.subject_id.in_(list(subject_ids))))


def mark_failed(session: Session, kind: str, subject_id: int, error: str) -> None:
    """Keep what failed, with its error, to be tried again."""
    session.execute(
        update(TodoRow)
        .where(TodoRow.kind == kind, TodoRow.subject_id == subject_id)
        .values(attempts=TodoRow.attempts + 1, error=error)
    )
