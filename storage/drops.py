"""Looks whose archived bytes must go because an article was taken down: what is known of each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.records import StoredRecord, stored_record
from storage.tables import FetchRow, RecordRow, TodoRow
from storage.todos import mark_done


@dataclass(frozen=True, slots=True)
class WaitingDrop:
    """A look with bytes that must go; of a list only where it holds words of the article."""

    fetch_id: int
    row_id: int
    outlet: str
    record: StoredRecord
    is_list: bool
    outcome: str
    reading: str | None
    error: str | None
    listed: int | None
    known: int | None


def waiting_drops(session: Session) -> list[WaitingDrop]:
    """All of them, in the order of their looks."""
    query = (
        select(FetchRow, RecordRow)
        .join(TodoRow, TodoRow.subject_id == FetchRow.id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id)
        .where(TodoRow.kind == "drop", RecordRow.dropped_at.is_(None))
        .order_by(FetchRow.requested_at, FetchRow.id)
    )
    return [
        WaitingDrop(
            fetch_id=fetch.id,
            row_id=record.id,
            outlet=fetch.outlet,
            record=stored_record(record),
            is_list=fetch.channel_id is not None,
            outcome=fetch.outcome,
            reading=fetch.reading,
            error=fetch.error if fetch.channel_id is not None else None,
            listed=fetch.listed,
            known=fetch.known,
        )
        for fetch, record in session.execute(query)
    ]


def forget_done_drops(session: Session) -> None:
    """Forget what has no bytes any more, or never had."""
    query = (
        select(TodoRow.subject_id)
        .join(FetchRow, FetchRow.id == TodoRow.subject_id, isouter=True)
        .join(RecordRow, RecordRow.id == FetchRow.record_id, isouter=True)
        .where(TodoRow.kind == "drop", or_(RecordRow.id.is_(None), RecordRow.dropped_at.is_not(None)))
    )
    mark_done(session, "drop", session.scalars(query).all())


def had_these_bytes_dropped(session: Session, payload_sha256: str) -> bool:
    """Whether a record with this very body was dropped with an article that was taken down."""
    query = select(RecordRow.id).where(RecordRow.payload_sha256 == payload_sha256, RecordRow.is_taken_down)
    return session.scalar(query.limit(1)) is not None
