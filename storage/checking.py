"""All checks of a store, one after the other, and how much of the archive was read for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from sqlalchemy import func, select

from storage.engine import Store
from storage.integrity import Finding, database_findings, index_findings, search_findings, text_findings
from storage.integrity_archive import ReadDigest, file_findings, overlap_findings, record_findings, sample_of
from storage.integrity_rows import (
    merge_findings,
    orphan_findings,
    pointer_findings,
    proof_findings,
    repeated_findings,
    todo_findings,
)
from storage.tables import RecordRow

OF_ROWS = (
    database_findings,
    text_findings,
    pointer_findings,
    merge_findings,
    repeated_findings,
    proof_findings,
    orphan_findings,
    search_findings,
    todo_findings,
)


@dataclass(slots=True)
class Checked:
    """What is wrong, and of how many archive records how many were read, and how many are there no more."""

    findings: list[Finding] = field(default_factory=list)
    records: int = 0
    records_read: int = 0
    records_dropped: int = 0  # by retention
    records_taken_down: int = 0

    def add(self, found: Iterable[Finding]) -> None:
        """Take findings in."""
        self.findings.extend(found)


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """How the archive is looked at. ``most_records``: about how many are read; None: all. ``shift`` chooses which."""

    folder: Path
    read_digest: ReadDigest
    most_records: int | None = None
    shift: int = 0


def check_store(store: Store, archive: ArchiveCheck | None) -> Checked:
    """Everything that is wrong with the store; ``archive`` None: it is not looked at.

    On SQLite writers wait while the full-text index is compared.
    """
    checked = Checked()
    with store.read() as session:
        checked.add(chain.from_iterable(check(session) for check in OF_ROWS))
        checked.records = session.scalar(select(func.count()).select_from(RecordRow)) or 0
        gone = select(RecordRow.is_taken_down, func.count()).where(RecordRow.dropped_at.is_not(None))
        counts = dict(session.execute(gone.group_by(RecordRow.is_taken_down)).all())
        checked.records_taken_down, checked.records_dropped = counts.get(True, 0), counts.get(False, 0)
    checked.add(store.write(index_findings))
    if archive is not None:
        _check_archive(store, archive, checked)
    return checked


def _check_archive(store: Store, archive: ArchiveCheck, checked: Checked) -> None:
    with store.read() as session:
        bad_files = dict(file_findings(session, archive.folder))
        checked.add(bad_files.values())
        checked.add(overlap_findings(session))
        sample = sample_of(session, archive.most_records, shift=archive.shift) if archive.most_records else None
        for finding in record_findings(session, archive.read_digest, sample, but=bad_files.keys()):
            checked.records_read += 1
            if finding is not None:
                checked.findings.append(finding)
