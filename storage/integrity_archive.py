"""Whether the archive holds what the database says: its files, and the bytes of records."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.errors import ArchiveError
from storage.dumps import needed_files
from storage.integrity import BATCH_ROWS, Finding
from storage.tables import RecordRow

_ROUND = re.compile(r"r\d+$")
ReadDigest = Callable[[str, int], str]  # file, offset → sha256 of the payload as received; raises ArchiveError


@dataclass(frozen=True, slots=True)
class Sample:
    """Which records are read: each ``every``-th by its number, from ``shift`` on. ``every`` 1: all of them."""

    every: int = 1
    shift: int = 0

    def takes(self, record_id: int) -> bool:
        """Whether this record is read."""
        return (record_id + self.shift) % self.every == 0


def sample_of(session: Session, most: int, *, shift: int) -> Sample:
    """A sample of about ``most`` records, spread over all; another ``shift`` gives other ones."""
    count = session.scalar(select(func.count()).select_from(RecordRow).where(RecordRow.dropped_at.is_(None))) or 0
    every = max(1, -(-count // most))
    return Sample(every, shift % every)


def file_findings(session: Session, archive: Path) -> Iterator[tuple[str, Finding]]:
    """Files that are missing or shorter than records need, by name; and records that lie in one another."""
    for needed in needed_files(session.connection()):
        path = archive / needed.file
        size = path.stat().st_size if path.is_file() else None
        if size is None and was_written_anew(archive, needed.file):
            continue  # its records are found by what retention noted
        if size is None:
            yield needed.file, Finding("archive", f"{needed.file} is missing; {needed.records} records name it")
        elif size < needed.needed_bytes:
            problem = f"{needed.file} has {size} bytes, its records need {needed.needed_bytes}"
            yield needed.file, Finding("archive", problem)


def was_written_anew(archive: Path, file: str) -> bool:
    """Whether retention wrote a file anew, under a name that begins as its own."""
    stem = _ROUND.sub("", file.removesuffix(".warc.gz"))
    return any(archive.glob(f"{stem}r*.warc.gz"))


def overlap_findings(session: Session) -> Iterator[Finding]:
    """Records that begin before the one before them ends."""
    end_before = func.lag(RecordRow.offset + RecordRow.length).over(
        partition_by=RecordRow.file, order_by=RecordRow.offset
    )
    there = RecordRow.dropped_at.is_(None)
    places = (
        select(RecordRow.id, RecordRow.file, RecordRow.offset, end_before.label("end_before")).where(there).subquery()
    )
    query = select(places.c.id, places.c.file, places.c.offset).where(places.c.offset < places.c.end_before)
    for record_id, file, offset in session.execute(query):
        yield Finding("archive", f"record {record_id} begins inside the one before it: {file} at {offset}")


def record_findings(
    session: Session, read_digest: ReadDigest, sample: Sample | None = None, *, but: Collection[str] = ()
) -> Iterator[Finding | None]:
    """Records that can't be read back or hold other bytes than their row says; None for each that is as it should be.

    Files named in ``but`` are passed over.
    """
    chosen = sample or Sample()
    columns = (RecordRow.id, RecordRow.file, RecordRow.offset, RecordRow.payload_sha256)
    query = select(*columns).where(RecordRow.dropped_at.is_(None)).order_by(RecordRow.id)
    for record_id, file, offset, payload_sha256 in session.execute(query.execution_options(yield_per=BATCH_ROWS)):
        if file in but or not chosen.takes(record_id):
            continue
        try:
            found = read_digest(file, offset)
        except ArchiveError as error:
            yield Finding("archive", str(error))
            continue
        is_same = found == payload_sha256
        yield None if is_same else Finding("archive", f"{file} at {offset} holds other bytes than row {record_id} says")
