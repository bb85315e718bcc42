"""The rows that name records, file by file: what ``parallax verify`` holds against the archive. Short reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.dumps import needed_files
from storage.engine import Store
from storage.records import StoredRecord, stored_record
from storage.tables import FetchRow, RecordRow

_ROWS = 500


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record as its row names it; outlet and time are its fetch's, None where that was folded."""

    row_id: int
    record: StoredRecord
    outlet: str | None
    requested_at: datetime | None


def named_files(store: Store) -> dict[str, int]:
    """Archive files that rows name, with the bytes these need."""
    needed = store.ask(lambda session: needed_files(session.connection()))
    return {one.file: one.needed_bytes for one in needed}


def rows_of_file(store: Store, file: str) -> Iterator[NamedRecord]:
    """Rows that name bytes of ``file``, by offset; read in pages, so that no writer's log grows meanwhile."""
    after = -1
    while True:
        page = store.ask(lambda session, after=after: _page(session, file, after))  # type: ignore[misc]
        yield from page
        if len(page) < _ROWS:
            return
        after = page[-1].record.offset


def _page(session: Session, file: str, after: int) -> list[NamedRecord]:
    query = (
        select(RecordRow, FetchRow.outlet, FetchRow.requested_at)
        .join(FetchRow, FetchRow.record_id == RecordRow.id, isouter=True)
        .where(RecordRow.file == file, RecordRow.offset > after, RecordRow.dropped_at.is_(None))
        .order_by(RecordRow.offset)
        .limit(_ROWS)
    )
    return [NamedRecord(row.id, stored_record(row), outlet, at) for row, outlet, at in session.execute(query)]


def payload_at(session: Session, file: str, offset: int) -> str | None:
    """Digest of the body that a row says stands at a place; None where no row names one that holds it itself."""
    return session.scalar(
        select(RecordRow.payload_sha256).where(
            RecordRow.file == file,
            RecordRow.offset == offset,
            RecordRow.kind == "response",
            RecordRow.dropped_at.is_(None),
        )
    )
