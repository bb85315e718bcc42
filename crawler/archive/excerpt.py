"""Some records of the archive as one WARC file that stands alone: each copied byte for byte, nothing packed again.

With a record goes all that it refers to: the record whose body a revisit repeats, the response that a rendered page was
made of, and the first record of its file, which says who wrote it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.archive.decode import archived_response
from crawler.archive.members import GZIP_MAGIC, Member, NotARecordError, read_member
from crawler.archive.reader import opened_at, opened_file
from crawler.archive.records import ArchivedResponse
from crawler.archive.rounds import in_order
from domain.errors import ArchiveError

_MOST_HOPS = 8
_CHUNK_BYTES = 1024 * 1024
_END_OF_HEAD = b"\r\n\r\n"


Place = tuple[str, int]  # file, offset


@dataclass(frozen=True, slots=True)
class TakenRecord:
    """A record that goes into the excerpt, and where it lies in the archive.

    ``body_place``: of the record that holds its body, itself but for a revisit. ``head``: status line and headers as
    archived, a line each; of a rendered page those of the response that it was made of.
    """

    record_id: str
    kind: str  # response, revisit or conversion
    place: Place
    body_place: Place
    head: str


class Excerpt:
    """Records to be copied out of ``folder``. Take what is wanted, then ``write`` it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lengths: dict[Place, int] = {}  # bytes of the member at each place

    def __len__(self) -> int:
        """How many records it has, those that others refer to among them."""
        return len(self._lengths)

    def take(self, file: str, offset: int, record_id: str) -> TakenRecord:
        """Have the record at a place, as a row names it, in the excerpt, with what it refers to.

        Raises ArchiveError where it is not there, is another one or does not have its digests, or where what it refers
        to can't be had; then nothing is taken.
        """
        lengths: dict[Place, int] = {}
        taken = self._taken(file, offset, record_id, lengths, hops=_MOST_HOPS)
        for name in {file for file, _ in lengths}:
            lengths[name, 0] = self._first_length(name)
        self._lengths.update(lengths)
        return taken

    def write(self, path: Path) -> Mapping[Place, int]:
        """Write the excerpt to ``path``, on disk when this returns, in the archive's order; gives each one's offset.

        Raises ArchiveError where a file of the archive can't be read any more, OSError where ``path`` can't be written.
        """
        offsets = {}
        with path.open("wb") as writing:
            for file, offset in sorted(self._lengths, key=lambda place: (in_order(place[0]), place[1])):
                offsets[file, offset] = writing.tell()
                with opened_file(self._folder, file) as reading:
                    _copy(file, reading, writing, offset, self._lengths[file, offset])
            writing.flush()
            os.fsync(writing.fileno())
        return offsets

    def _taken(self, file: str, offset: int, record_id: str, lengths: dict[Place, int], *, hops: int) -> TakenRecord:
        opened, file, offset = opened_at(self._folder, file, offset)
        with opened:
            member, found = _read(file, opened, offset)
            if found.place.record_id != record_id:
                raise ArchiveError(file, "holds another record than its row says", offset=offset)
            lengths[file, offset] = member.length
            kind, block = member.fields["warc-type"], member.block
            if kind == "conversion":
                raw = _raw_before(file, opened, member)
                lengths[file, raw.offset] = raw.length
                block = raw.block
        body_place = (file, offset)
        if found.refers_to is not None:
            if hops == 0:
                raise ArchiveError(file, "a revisit that leads to no body", offset=offset)
            ref = found.refers_to
            body_place = self._taken(ref.file, ref.offset, ref.record_id, lengths, hops=hops - 1).body_place
        head = block.partition(_END_OF_HEAD)[0].decode("latin-1").replace("\r\n", "\n") + "\n"
        return TakenRecord(record_id, kind, (file, offset), body_place, head)

    def _first_length(self, file: str) -> int:
        with opened_file(self._folder, file) as opened:
            try:
                first = read_member(opened, 0)
            except NotARecordError as error:
                raise ArchiveError(file, f"its first record: {error}", offset=0) from error
        return first.length


def _read(file: str, opened: BinaryIO, offset: int) -> tuple[Member, ArchivedResponse]:
    try:
        member = read_member(opened, offset)
        return member, archived_response(file, member)
    except (NotARecordError, ValueError) as error:
        raise ArchiveError(file, str(error), offset=offset) from error


def _raw_before(file: str, opened: BinaryIO, page: Member) -> Member:
    """The response that a rendered page was made of: it lies right before it. Raises ArchiveError."""
    before = next((one for one in _backwards(opened, page.offset) if one.end == page.offset), None)
    if before is None or before.fields.get("warc-record-id") != page.fields.get("warc-refers-to"):
        raise ArchiveError(file, "what the rendered page was made of is not before it", offset=page.offset)
    return before


def _backwards(opened: BinaryIO, end: int) -> Iterator[Member]:
    """Whole records that begin before ``end``, the nearest first."""
    while end > 0:
        start = max(0, end - _CHUNK_BYTES)
        opened.seek(start)
        window = opened.read(end - start)
        at = window.rfind(GZIP_MAGIC)
        while at >= 0:
            with suppress(NotARecordError):
                yield read_member(opened, start + at)
            at = window.rfind(GZIP_MAGIC, 0, at)
        end = start + len(GZIP_MAGIC) - 1 if start else 0  # one may begin on the border


def _copy(file: str, reading: BinaryIO, writing: BinaryIO, offset: int, length: int) -> None:
    reading.seek(offset)
    left = length
    while left:
        chunk = reading.read(min(left, _CHUNK_BYTES))
        if not chunk:
            raise ArchiveError(file, "became shorter", offset=offset)
        writing.write(chunk)
        left -= len(chunk)
