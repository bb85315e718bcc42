"""Archive records as rows: where the bytes of a response stand."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import FetchRow, RecordRow


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """Where a response stands in the archive. ``payload_sha256`` is of the body as received."""

    record_id: str
    file: str
    offset: int
    length: int
    kind: str
    payload_sha256: str


def put_record(
    session: Session, record: StoredRecord, *, dropped_at: datetime | None = None, is_taken_down: bool = False
) -> int:
    """Store where a response stands, or stood until its bytes were dropped; gives the row's id."""
    row = RecordRow(
        record_id=record.record_id,
        file=record.file,
        offset=record.offset,
        length=record.length,
        kind=record.kind,
        payload_sha256=record.payload_sha256,
        dropped_at=dropped_at,
        is_taken_down=is_taken_down,
    )
    session.add(row)
    session.flush()
    return row.id


def stored_record(row: RecordRow) -> StoredRecord:
    """The record that a row names."""
    return StoredRecord(row.record_id, row.file, row.offset, row.length, row.kind, row.payload_sha256)


def known_records(session: Session, record_ids: Collection[str]) -> set[str]:
    """Which of these archive records a row names already."""
    return set(session.scalars(select(RecordRow.record_id).where(RecordRow.record_id.in_(record_ids))))


def record_with_payload(session: Session, payload: bytes, url: str) -> tuple[StoredRecord, datetime] | None:
    """The latest whole record of the same address with the very same payload, and when it was asked for.

    A new record can refer to it instead of holding the bytes again.
    """
    found = session.execute(
        select(RecordRow, FetchRow.requested_at)
        .join(FetchRow, FetchRow.record_id == RecordRow.id)
        .where(
            RecordRow.payload_sha256 == hashlib.sha256(payload).hexdigest(),
            RecordRow.kind == "response",
            RecordRow.dropped_at.is_(None),
            FetchRow.url == url,
        )
        .order_by(RecordRow.id.desc())
        .limit(1)
    ).one_or_none()
    return (stored_record(found[0]), found[1]) if found else None


def last_offset_named(session: Session, file: str) -> int:
    """Bytes of an archive file up to the end of the last record that a row names; 0 when none does."""
    row = session.execute(
        select(RecordRow.offset, RecordRow.length)
        .where(RecordRow.file == file, RecordRow.dropped_at.is_(None))
        .order_by(RecordRow.offset.desc())
        .limit(1)
    ).one_or_none()
    return row.offset + row.length if row else 0
