"""One archive file beside the rows that name its records, both in order of offset."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.archive import ArchivedResponse, read_record
from crawler.archive.decode import archived_note, archived_response, is_note, is_response
from crawler.archive.members import Member
from crawler.archive.walk import Damage, walk
from crawler.journal import LOOKS, read_look
from domain.errors import ArchiveError
from storage import Store
from storage.integrity import Finding
from storage.record_rows import NamedRecord, payload_at, rows_of_file
from storage.records import known_records

COMMIT_S = 3.0  # from a record on disk to its row: a batch and its transaction


@dataclass(slots=True)
class Verified:
    """What was looked at. ``findings`` are wrong; ``remarks`` are worth knowing and nothing is lost by them."""

    files: int = 0
    bytes: int = 0
    records: int = 0
    revisits: int = 0
    notes: int = 0
    takedowns: int = 0  # on the list beside the archive
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)


class FileCheck:
    """Looks at one file. ``takes`` says which records are told of."""

    def __init__(
        self,
        store: Store,
        archive: Path,
        file: str,
        takes: Callable[[str | None, datetime | None], bool],
        *,
        is_newest: bool,
        sleep: Callable[[float], None],
    ) -> None:
        self._store = store
        self._archive = archive
        self._file = file
        self._takes = takes
        self._is_newest = is_newest
        self._sleep = sleep
        self._unnamed: dict[str, int] = {}  # record id: offset
        self._last_named = -1

    def run(self, tally: Verified) -> None:
        """Look at all of it. Raises ArchiveError when it can't be opened."""
        rows = rows_of_file(self._store, self._file)
        row = next(rows, None)
        end = 0
        for found in walk(self._archive, self._file):
            begin = found.offset
            end = found.end if isinstance(found, Member) else (found.end or self._size())
            while row is not None and row.record.offset < begin:
                tally.findings += self._lost(row, "changed", "no record begins there")
                row = next(rows, None)
            if isinstance(found, Damage):
                row = self._damaged(found, end, row, rows, tally)
                continue
            own = row if row is not None and row.record.offset == begin else None
            self._member(found, own, tally)
            row = next(rows, None) if own is not None else row
        self._left(row, rows, tally)
        self._ask_again(tally)
        tally.files += 1
        tally.bytes += end

    def _damaged(
        self, damage: Damage, end: int, row: NamedRecord | None, rows: Iterator[NamedRecord], tally: Verified
    ) -> NamedRecord | None:
        """Tell of bytes that are no record, and of the rows that point into them; gives the row after."""
        begin, is_tail, hit = damage.offset, damage.end is None, 0
        while row is not None and row.record.offset < end:
            tally.findings += self._lost(row, "changed", damage.problem)
            hit += 1
            row = next(rows, None)
        place = f"{self._file}: {end - begin} bytes at {begin} are no whole record ({damage.problem})"
        if hit:
            return row
        if is_tail and self._is_newest:
            tally.remarks.append(Finding("cut", f"{place}; a writer is at it, or was killed: the next one cuts it off"))
        else:
            tally.findings.append(Finding("cut" if is_tail else "changed", place))
        return row

    def _member(self, member: Member, row: NamedRecord | None, tally: Verified) -> None:
        try:
            if is_response(member):
                self._response(archived_response(self._file, member), row, tally)
            elif is_note(member):
                self._note(member)
                tally.notes += 1
            elif member.fields.get("warc-type") == "warcinfo" or _is_raw(member):
                _check_block(member)
            else:
                kind = member.fields.get("warc-type", "no type")
                tally.findings.append(Finding("foreign", f"{self._at(member.offset)} is a {kind} record, not of ours"))
        except ValueError as error:
            tally.findings += (
                self._lost(row, "changed", str(error))
                if row
                else [Finding("changed", f"{self._at(member.offset)}: {error}")]
            )

    def _response(self, found: ArchivedResponse, row: NamedRecord | None, tally: Verified) -> None:
        place, provenance = found.place, found.provenance
        if row is None:
            if self._takes(provenance.outlet, found.response.requested_at):
                self._unnamed[place.record_id] = place.offset
            return
        self._last_named = place.offset
        if not self._takes(provenance.outlet, found.response.requested_at):
            return
        tally.records += 1
        tally.revisits += int(place.is_revisit)
        said = row.record
        kind = "revisit" if place.is_revisit else "response"
        wrong = [
            f"{name} {is_there} where the row says {stated}"
            for name, is_there, stated in (
                ("id", place.record_id, said.record_id),
                ("length", place.length, said.length),
                ("kind", kind, said.kind),
                ("digest", place.payload_sha256, said.payload_sha256),
            )
            if is_there != stated
        ]
        if wrong:
            tally.findings.append(Finding("changed", f"{self._at(place.offset)}, row {row.row_id}: {'; '.join(wrong)}"))
        if found.refers_to is not None:
            tally.findings += self._original(found)

    def _original(self, found: ArchivedResponse) -> Iterator[Finding]:
        """The record that holds a revisit's body: a row of the same digest, or else the record itself is read."""
        ref = found.refers_to
        assert ref is not None
        stated = self._store.ask(lambda session: payload_at(session, ref.file, ref.offset))
        if stated == found.place.payload_sha256 and (self._archive / ref.file).exists():
            return
        try:
            read_record(self._archive, found.place.file, found.place.offset)
        except ArchiveError as error:
            yield Finding("missing", f"{self._at(found.place.offset)}: {error}")

    def _note(self, member: Member) -> None:
        note = archived_note(self._file, member).note
        for line in note.lines if note.kind == LOOKS else ():
            read_look(line)

    def _left(self, row: NamedRecord | None, rows: Iterator[NamedRecord], tally: Verified) -> None:
        """Rows behind the end that was looked at: written meanwhile, or cut where the file is no longer."""
        size = self._size()
        while row is not None:
            if row.record.offset + row.record.length > size:
                tally.findings += self._lost(row, "cut", f"the file ends at {size}")
            row = next(rows, None)

    def _ask_again(self, tally: Verified) -> None:
        """What no row named when its file was read; a living crawl gives it one within seconds."""
        for wait_s in (0.0, COMMIT_S) if self._is_newest else (0.0,):
            if not self._unnamed:
                return
            self._sleep(wait_s)
            ids = list(self._unnamed)
            for start in range(0, len(ids), 500):
                known = self._store.ask(lambda session, part=ids[start : start + 500]: known_records(session, part))  # type: ignore[misc]
                for record_id in known:
                    del self._unnamed[record_id]
        behind = {i for i, offset in self._unnamed.items() if self._is_newest and offset > self._last_named}
        if behind:
            said = f"{self._file}: {len(behind)} whole records behind the last that a row names"
            tally.remarks.append(Finding("unnamed", f"{said}; a killed crawl left them, the next gives them rows"))
        for record_id, offset in self._unnamed.items():
            if record_id not in behind:
                problem = f"{self._at(offset)} is a whole record that no row names"
                tally.findings.append(Finding("foreign", problem))

    def _lost(self, row: NamedRecord, check: str, problem: str) -> Iterator[Finding]:
        if self._takes(row.outlet, row.requested_at):
            of = f" of {row.outlet}" if row.outlet else ""
            yield Finding(check, f"{self._at(row.record.offset)}, row {row.row_id}{of}: {problem}")

    def _size(self) -> int:
        return (self._archive / self._file).stat().st_size

    def _at(self, offset: int) -> str:
        return f"{self._file} at {offset}"


def _is_raw(member: Member) -> bool:
    """Whether it is what a page was made of that a browser showed: it lies before that page, and no row names it."""
    return member.fields.get("warc-type") == "response" and "warc-warcinfo-id" in member.fields


def _check_block(member: Member) -> None:
    stated = member.fields.get("warc-block-digest", "")
    if stated != f"sha256:{hashlib.sha256(member.block).hexdigest()}":
        raise ValueError("the bytes do not have the digest that the record names")
