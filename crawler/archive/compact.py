"""An archive file written anew without some of its records: whole, on disk, and not yet under a name that counts.

What stays is copied byte for byte, in its order; nothing is packed again. The note of what was dropped comes second, so
that who reads from the beginning knows it before the looks that name those records.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crawler.archive.decode import is_response, response_place
from crawler.archive.encode import note_member
from crawler.archive.members import Member
from crawler.archive.records import NoteToWrite
from crawler.archive.rounds import TIDIED, DroppedLine, KeptLine, Tidied, next_name, note_lines, read_tidied, round_of
from crawler.archive.walk import walk
from domain.errors import ArchiveError

PART = ".part"
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Compacted:
    """A file that was written anew, as ``part``. ``moves``: where a response that stayed lay, and lies in ``name``."""

    part: Path
    name: str
    moves: Mapping[int, int]
    bytes_before: int
    bytes_after: int

    def put_in_place(self) -> None:
        """Give it its name; from here on it is a file of the archive."""
        self.part.rename(self.part.with_name(self.name))


class _Plan:
    """What of a file stays: spans of bytes, and offsets of its responses with where they will be from the first on."""

    def __init__(self, file: str, going: Mapping[int, DroppedLine]) -> None:
        self._file = file
        self._going = going
        self._raw: Member | None = None  # what a rendered page was made of; it goes with the page behind it
        self._length = 0
        self.found = 0
        self.first: Member | None = None
        self.before: Tidied | None = None  # the file's own note of what was dropped from it before
        self.spans: list[tuple[int, int]] = []
        self.responses: list[tuple[int, int]] = []

    def take(self, member: Member) -> None:
        """Look at the next record. Raises ArchiveError where it is not what it must be."""
        if self.first is None:
            if member.fields.get("warc-type") != "warcinfo":
                raise ArchiveError(self._file, "does not begin as our files do, and is left as it is")
            self.first = member
        elif self.before is None and round_of(self._file):
            self.before = read_tidied(self._file, member)
        else:
            self._behind_raw(member)
            if member.offset in self._going:
                _require_same(self._file, member, self._going[member.offset])
                self.found += 1
            elif _is_raw(member):
                self._raw = member
            else:
                self._keep(member)

    def end(self) -> Member:
        """The file's first record, once all are taken. Raises ArchiveError where not all was found that is to go."""
        if self._raw is not None:
            self._keep(self._raw)
        if self.first is None or self.found != len(self._going):
            raise ArchiveError(self._file, "does not hold all that is to be dropped, and is left as it is")
        return self.first

    def _behind_raw(self, member: Member) -> None:
        raw, self._raw = self._raw, None
        if raw is None:
            return
        is_of_it = member.fields.get("warc-refers-to") == raw.fields.get("warc-record-id")
        if member.offset not in self._going or not is_of_it:
            self._keep(raw)

    def _keep(self, member: Member) -> None:
        if is_response(member):
            self.responses.append((member.offset, self._length))
        if self.spans and self.spans[-1][1] == member.offset:
            self.spans[-1] = (self.spans[-1][0], member.end)
        else:
            self.spans.append((member.offset, member.end))
        self._length += member.length


def compact(
    folder: Path,
    file: str,
    dropped: Sequence[DroppedLine],
    *,
    at: datetime,
    retold: Callable[[DroppedLine], DroppedLine] = lambda line: line,
) -> Compacted:
    """Write ``file`` anew without the records ``dropped``, as they lie in it.

    ``retold``: how what its own note says of records that were dropped before is to be said from now on.

    Raises ArchiveError where the file is damaged, holds something else at a place than is to be dropped, or can't be
    written: it is left as it is then.
    """
    going = {line.offset: line for line in dropped}
    first, plan = _planned(folder, file, going)
    before = plan.before
    rounds = _rounds(before)
    kept = [KeptLine(kept=there, was=(*rounds.get(offset, ()), offset)) for offset, there in plan.responses]
    size = (folder / file).stat().st_size
    now_gone = [line.model_copy(update={"was": (*rounds.get(line.offset, ()), line.offset)}) for line in dropped]
    gone = (*(retold(line) for line in (before.dropped if before else ())), *now_gone)
    note = NoteToWrite(TIDIED, at, note_lines(size, gone, kept))
    warcinfo_id = first.fields["warc-record-id"].strip("<>")
    member = note_member(note, warcinfo_id=warcinfo_id)
    name = next_name(file)
    part = folder / f"{name}{PART}"
    try:
        after = _written(folder / file, part, (first.offset, first.end), member, plan.spans)
    except OSError as e:
        part.unlink(missing_ok=True)
        raise ArchiveError(file, f"can't be written anew: {e.strerror or e}") from e
    start = first.length + len(member)
    return Compacted(
        part=part,
        name=name,
        moves={offset: start + there for offset, there in plan.responses},
        bytes_before=size,
        bytes_after=after,
    )


def _planned(folder: Path, file: str, going: Mapping[int, DroppedLine]) -> tuple[Member, _Plan]:
    plan = _Plan(file, going)
    for found in walk(folder, file):
        if not isinstance(found, Member):
            raise ArchiveError(file, f"is damaged and left as it is: {found.problem}", offset=found.offset)
        plan.take(found)
    return plan.end(), plan


def _is_raw(member: Member) -> bool:
    return member.fields.get("warc-type") == "response" and not is_response(member)


def _require_same(file: str, member: Member, line: DroppedLine) -> None:
    """Raise unless the record that is to go is the one that its row names."""
    try:
        place = response_place(file, member)
    except ValueError as e:
        raise ArchiveError(file, str(e), offset=member.offset) from e
    if (place.record_id, place.payload_sha256) != (f"urn:uuid:{line.dropped}", line.sha256):
        raise ArchiveError(file, "holds another record than its row says, and is left as it is", offset=member.offset)


def _rounds(before: Tidied | None) -> Mapping[int, tuple[int, ...]]:
    """Where the responses of ``file`` lay in the rounds before it, by where they lie in it."""
    if before is None:
        return {}
    return {before.end + line.kept: line.was for line in before.kept}


def _written(source: Path, part: Path, first: tuple[int, int], note: bytes, spans: Sequence[tuple[int, int]]) -> int:
    with source.open("rb") as reading, part.open("wb") as writing:
        _copy(reading, writing, first)
        writing.write(note)
        for span in spans:
            _copy(reading, writing, span)
        writing.flush()
        os.fsync(writing.fileno())
        return writing.tell()


def _copy(reading: BinaryIO, writing: BinaryIO, span: tuple[int, int]) -> None:
    reading.seek(span[0])
    left = span[1] - span[0]
    while left:
        chunk = reading.read(min(left, _CHUNK_BYTES))
        if not chunk:
            raise OSError("the file became shorter")
        writing.write(chunk)
        left -= len(chunk)
