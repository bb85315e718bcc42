"""Records that retention moves and drops, as rows: each file's in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.errors import StorageError
from storage.records import StoredRecord
from storage.tables import RecordRow

_ROWS = 500


@dataclass(frozen=True, slots=True)
class DroppedRecord:
    """A record without its bytes, and when they went."""

    record: StoredRecord
    dropped_at: datetime


def rows_there(session: Session, file: str) -> int:
    """How many rows name bytes of a file."""
    query = select(func.count()).select_from(RecordRow).where(RecordRow.file == file, RecordRow.dropped_at.is_(None))
    return session.scalar(query) or 0


def move_records(
    session: Session,
    file: str,
    to: str,
    *,
    moves: Mapping[int, int],
    dropped: Mapping[int, datetime],
    taken_down: Collection[int] = (),
) -> None:
    """Have the rows of ``file`` name where its records lie now; ``dropped``: offsets, and when their bytes went;
    ``taken_down``: those of them that went with an article that was taken down.

    Raises StorageError where a row names neither: the file and its rows don't belong together.
    """
    rows = session.execute(
        select(RecordRow.id, RecordRow.offset).where(RecordRow.file == file, RecordRow.dropped_at.is_(None))
    ).all()
    strange = [offset for _, offset in rows if offset not in moves and offset not in dropped]
    if strange:
        raise StorageError(f"{file}: a row names a record at {strange[0]}, which is neither kept nor dropped")
    moved = [{"id": row_id, "file": to, "offset": moves[offset]} for row_id, offset in rows if offset in moves]
    gone = [
        {"id": row_id, "dropped_at": dropped[offset], "is_taken_down": offset in taken_down}
        for row_id, offset in rows
        if offset in dropped
    ]
    for values in (moved, gone):
        for start in range(0, len(values), _ROWS):
            session.execute(update(RecordRow), values[start : start + _ROWS])


def files_named(session: Session) -> Collection[str]:
    """Archive files of which rows name bytes."""
    return set(session.scalars(select(RecordRow.file).where(RecordRow.dropped_at.is_(None)).distinct()))
