"""Writing the archive: one open file a slot, whole batches, on disk before they are acknowledged.

A file only ever grows by whole records. What a killed writer left unfinished at its end is cut off by the next writer
of the slot; it was never acknowledged. Damage before whole records is never cut: the file is left as it is, a new one
begun.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from crawler.archive.encode import note_member, raw_member, rendered_member, response_member, warcinfo_member
from crawler.archive.members import end_of_whole_members, file_id, next_whole_member
from crawler.archive.records import NoteToWrite, RecordPlace, RecordToWrite
from crawler.archive.slot import Checkpoint, Slot, sync_folder
from domain.errors import ArchiveError, ArchiveFullError, SlotHeldError

MAX_FILE_BYTES = 512 * 1024 * 1024
MOST_SLOTS = 32


@dataclass(frozen=True, slots=True)
class TornTail:
    """What was cut off a file: the unfinished record of a writer that was killed."""

    file: str
    offset: int
    cut_bytes: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A file's name: sortable by the time of its first record, unique by the slot's serial number."""

    file: str
    day: date  # UTC
    serial: int
    is_anew: bool = False  # written by retention, not by this slot
    warcinfo_id: str = ""  # of the file's first record; made up for a new file, so that nobody can know it


class ArchiveWriter:
    """The one writer of a slot. Close it, or use it as a context manager."""

    def __init__(
        self,
        folder: Path,
        slot: str,
        *,
        max_file_bytes: int = MAX_FILE_BYTES,
        software: str = "Parallax",
        user_agent: str | None = None,
        wait_s: float = 1.0,
    ) -> None:
        """Take ``slot`` and cut a torn tail off its last file.

        ``max_file_bytes`` is where a new file is begun, counted before a batch. ``wait_s`` is for an owner that is
        just dying, or starting a program (until that runs it shares the lock). Raises SlotHeldError when another
        writer holds the slot, ArchiveError when the folder can't be written.
        """
        self._slot = Slot(folder, slot, wait_s=wait_s)
        self._folder = folder
        self._max_file_bytes = max_file_bytes
        self._software = software
        self._user_agent = user_agent
        self._name: _Name | None = None  # the file that is open for more
        self._descriptor = -1
        self._length = 0  # of the open file, all of it whole records on disk
        self.torn_tail: TornTail | None = None
        try:
            self._take_up_last_file()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give the slot back. Harmless to repeat."""
        self._close_file()
        self._slot.release()

    @property
    def slot(self) -> str:
        """The name of its slot."""
        return self._slot.name

    @property
    def folder(self) -> Path:
        """The archive folder."""
        return self._folder

    def has_file(self, file: str) -> bool:
        """Whether ``file`` lies in this folder."""
        return (self._folder / file).exists()

    def append(
        self, records: Iterable[RecordToWrite], notes: Iterable[NoteToWrite] = (), *, at: datetime | None = None
    ) -> tuple[RecordPlace, ...]:
        """Write ``records`` in order, then ``notes``; returns where the records lie, once all is on disk.

        All or none: when a record can't be written, the file is cut back to where it was, ArchiveError is raised
        (ArchiveFullError where the disk is full), and the writer can be used again. The day and name of a new file come
        from ``at``, else from the first record's ``received_at`` or the first note's time.
        """
        batch, journal = tuple(records), tuple(notes)
        if not batch and not journal:
            return ()
        if not self._slot.is_held:
            raise ArchiveError(self._folder, f"this process does not hold the slot {self._slot.name!r}")
        try:
            began_at = at or (batch[0].response.received_at if batch else journal[0].at)
            name = self._file_for(began_at)
            places, length = self._write(name, batch, journal, began_at)
            os.fsync(self._descriptor)
        except (OSError, ValueError, OverflowError) as e:
            file = self._name.file if self._name else self._folder
            self._roll_back()
            is_full = isinstance(e, OSError) and e.errno in {errno.ENOSPC, errno.EDQUOT}
            kind = ArchiveFullError if is_full else ArchiveError
            raise kind(file, f"can't be written: {e}", offset=self._length) from e
        except BaseException:
            self._roll_back()
            raise
        self._length = length
        self._slot.keep(Checkpoint(name.file, self._length))
        return places

    def _write(
        self, name: _Name, batch: tuple[RecordToWrite, ...], journal: tuple[NoteToWrite, ...], began_at: datetime
    ) -> tuple[tuple[RecordPlace, ...], int]:
        """The places of the records, and how long the file is then."""
        offset = self._length
        warcinfo_id = name.warcinfo_id
        if offset == 0:
            warcinfo = warcinfo_member(
                name.file,
                warcinfo_id,
                created_at=began_at,
                software=self._software,
                user_agent=self._user_agent,
                slot=self._slot.name,
            )
            offset += self._write_all(warcinfo)
        places = []
        for record in map(_with_true_reference, batch):
            payload_sha256 = hashlib.sha256(record.response.body).hexdigest()
            is_revisit = record.duplicate_of is not None
            if record.raw is None or is_revisit:
                length = self._write_all(response_member(record, payload_sha256, warcinfo_id=warcinfo_id))
            else:
                raw_id = uuid4().urn
                offset += self._write_all(raw_member(record, raw_id, warcinfo_id=warcinfo_id))
                length = self._write_all(
                    rendered_member(record, payload_sha256, raw_id=raw_id, warcinfo_id=warcinfo_id)
                )
            places.append(RecordPlace(name.file, offset, length, record.record_id, payload_sha256, is_revisit))
            offset += length
        for note in journal:
            offset += self._write_all(note_member(note, warcinfo_id=warcinfo_id))
        return tuple(places), offset

    def _write_all(self, content: bytes) -> int:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        return len(content)

    def _file_for(self, at: datetime) -> _Name:
        """The open file, or a new one where it is full or of another day."""
        moment = at.astimezone(UTC)
        if self._name and self._name.day == moment.date() and self._length < self._max_file_bytes:
            return self._name
        self._close_file()
        return self._begin_file(moment)

    def _begin_file(self, moment: datetime) -> _Name:
        serial = max((name.serial for name in self._names()), default=0) + 1
        file = f"parallax-{self._slot.name}-{moment:%Y%m%d%H%M%S}-{serial:06}.warc.gz"
        self._descriptor = os.open(self._folder / file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        self._name, self._length = _Name(file, moment.date(), serial, warcinfo_id=uuid4().urn), 0
        sync_folder(self._folder)
        return self._name

    def _take_up_last_file(self) -> None:
        last = max(self._names(), key=lambda name: name.serial, default=None)
        if last is None or last.is_anew:
            return
        try:
            self._open_file(last)
        except OSError as e:
            raise ArchiveError(last.file, f"can't be taken up: {e.strerror}") from e

    def _open_file(self, last: _Name) -> None:
        """Open ``last`` for more, at the end of its whole records; leave it alone when whole ones follow damage."""
        with (self._folder / last.file).open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            good = end_of_whole_members(file, self._good_start(last.file, size))
            if good < size:
                if next_whole_member(file, good + 1) is not None:
                    return
                file.truncate(good)
                os.fsync(file.fileno())
                self.torn_tail = TornTail(last.file, good, size - good)
            warcinfo_id = (file_id(file) or "").strip("<>") or uuid4().urn
        self._descriptor = os.open(self._folder / last.file, os.O_RDWR)
        os.lseek(self._descriptor, good, os.SEEK_SET)
        self._name, self._length = replace(last, warcinfo_id=warcinfo_id), good

    def _good_start(self, file: str, size: int) -> int:
        """From where the file must be looked at: the checkpoint if it can be true, or else the beginning."""
        checkpoint = self._slot.checkpoint()
        if checkpoint is None or checkpoint.file != file or checkpoint.length > size:
            return 0
        return checkpoint.length

    def _roll_back(self) -> None:
        """Cut the open file back to its last good length; where even that fails, the next batch begins another file."""
        if self._name is None:
            return
        with suppress(OSError):  # a disk that refuses this too leaves a torn tail, which the next writer cuts
            os.ftruncate(self._descriptor, self._length)
            os.lseek(self._descriptor, self._length, os.SEEK_SET)
            os.fsync(self._descriptor)
            return
        self._close_file()

    def _close_file(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._name, self._length = -1, None, 0

    def _names(self) -> tuple[_Name, ...]:
        # A file that retention wrote anew (its name ends in a round) still has its number, and is never taken up.
        pattern = re.compile(rf"parallax-{re.escape(self._slot.name)}-(\d{{14}})-(\d{{6,}}?)(r\d+)?\.warc\.gz")
        matches = (pattern.fullmatch(path.name) for path in self._folder.iterdir())
        return tuple(
            _Name(m[0], datetime.strptime(m[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC).date(), int(m[2]), bool(m[3]))
            for m in matches
            if m
        )


def _with_true_reference(record: RecordToWrite) -> RecordToWrite:
    """``record`` as a revisit only where the bytes are the very same; bytes are never dropped on a mistaken word."""
    original = record.duplicate_of
    if original is None or hashlib.sha256(record.response.body).hexdigest() == original.payload_sha256:
        return record
    return replace(record, duplicate_of=None)


def open_writer(folder: Path, slot: str, *, user_agent: str | None = None) -> ArchiveWriter:
    """A writer under the first free slot of ``slot``, ``slot-2``, ``slot-3`` …: several crawls may share an archive.

    Raises SlotHeldError when all of them are taken, ArchiveError when the folder can't be written.
    """
    for number in range(1, MOST_SLOTS):
        try:
            return ArchiveWriter(folder, slot if number == 1 else f"{slot}-{number}", user_agent=user_agent)
        except SlotHeldError:
            continue
    return ArchiveWriter(folder, f"{slot}-{MOST_SLOTS}", user_agent=user_agent)
