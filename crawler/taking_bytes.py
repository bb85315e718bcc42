"""Drops the archived bytes of what was taken down: its pages, and lists that hold its words.

A file is written anew as retention does it, also a slot's last one while nobody else holds the slot. What a list told
of other articles is noted with it, so that a database made anew lacks nothing of theirs. Killed anywhere, a second run
ends it: what is still to go stands in the database until the transaction that moves the file's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from crawler.archive import ArchiveWriter, archive_files
from crawler.archive.compact import Compacted, compact
from crawler.archive.rounds import DroppedLine, in_order, last_rounds, round_of, tidied_note
from crawler.archive.slot import sync_folder
from crawler.archive.walk import serial_of, slot_of
from crawler.judging_lists import ListJudge
from crawler.reading.room import ReadingRoom
from crawler.settling import settle
from domain.errors import ArchiveError, InUseError, SlotHeldError
from storage import Session
from storage.archive_lock import only_retention, places_move
from storage.drops import WaitingDrop, forget_done_drops, waiting_drops
from storage.retention import move_records
from storage.todos import mark_done

log = structlog.get_logger()

PATIENCE_S = 60.0  # for those who go by places just now
SLOT_S = 2.0  # for a writer that is just ending


@dataclass(slots=True)
class BytesTaken:
    """What went. ``waiting``: looks whose bytes are still there; ``problems``: why, a line a file."""

    files: int = 0
    records: int = 0
    bytes: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


class TakingBytes:
    """One run over an archive folder. ``is_ours`` says whether this machine writes a slot."""

    def __init__(self, room: ReadingRoom, *, now: datetime, is_ours: Callable[[str], bool]) -> None:
        self._room = room
        self._store = room.store
        self._archive = room.archive
        self._now = now
        self._is_ours = is_ours
        self._judge = ListJudge(room)
        self.done = BytesTaken()

    def run(self) -> BytesTaken:
        """Drop what is to go. Raises InUseError when a retention is at this archive."""
        if self._archive.is_dir():
            with only_retention(self._archive):
                settle(self._store, self._archive, is_ours=self._is_ours)
                self._take_all()
        self._store.write(forget_done_drops)
        self.done.waiting = len(self._store.ask(waiting_drops))
        return self.done

    def _take_all(self) -> None:
        by_file: dict[str, list[tuple[WaitingDrop, str | None]]] = {}
        for one in self._store.ask(waiting_drops):
            verdict = self._judge.verdict(one)
            if verdict.goes:
                by_file.setdefault(one.record.file, []).append((one, verdict.told))
            elif verdict.is_settled:
                self._store.write(lambda session, one=one: mark_done(session, "drop", [one.fetch_id]))  # type: ignore[misc]
            elif verdict.problem is not None:
                self.done.problems.append(verdict.problem)
        files = {*by_file, *self._with_words_in_notes()}
        for file in sorted(files, key=in_order, reverse=True):  # a revisit before the body that it refers to
            self._take(file, by_file.get(file, []))

    def _with_words_in_notes(self) -> Iterator[str]:
        """Files whose note tells of a list that holds words of what was taken down since."""
        for file in last_rounds(archive_files(self._archive)):
            if not round_of(file) or not self._is_ours(slot_of(file)):
                continue
            note = tidied_note(self._archive, file)
            if note is not None and any(self._judge.retold(line) != line for line in note.dropped):
                yield file

    def _take(self, file: str, going: Sequence[tuple[WaitingDrop, str | None]]) -> None:
        try:
            with self._held(file):
                self._write_anew(file, going)
        except (ArchiveError, InUseError) as error:
            log.warning("takedown.file_left", file=file, error=str(error))
            self.done.problems.append(f"{file}: {error}")

    @contextmanager
    def _held(self, file: str) -> Iterator[None]:
        """While this is held nobody appends to ``file``. Raises InUseError where somebody does."""
        slot = slot_of(file)
        if not self._is_ours(slot):
            raise InUseError("another machine writes it; run `parallax takedown --finish` there")
        last = max((f for f in archive_files(self._archive) if slot_of(f) == slot), key=serial_of, default=None)
        if last is None or serial_of(last) != serial_of(file):
            yield
            return
        try:
            writer = ArchiveWriter(self._archive, slot, wait_s=SLOT_S)  # cuts off what a killed one left
        except SlotHeldError as error:
            raise InUseError("a crawl is writing it; it is done once that ends") from error
        with writer:
            yield

    def _write_anew(self, file: str, going: Sequence[tuple[WaitingDrop, str | None]]) -> None:
        lines = [_line(one, told, self._now) for one, told in going]
        made = compact(self._archive, file, lines, at=self._now, retold=self._judge.retold)
        try:
            with places_move(self._archive, wait_s=PATIENCE_S):
                self._put_in_place(file, made, [one for one, _ in going])
        finally:
            made.part.unlink(missing_ok=True)
        self.done.files += 1
        self.done.records += len(going)
        self.done.bytes += sum(one.record.length for one, _ in going)
        log.info("takedown.bytes_dropped", file=file, records=len(going))

    def _put_in_place(self, file: str, made: Compacted, going: Sequence[WaitingDrop]) -> None:
        dropped: Mapping[int, datetime] = {one.record.offset: self._now for one in going}
        made.put_in_place()
        sync_folder(self._archive)

        def work(session: Session) -> None:
            move_records(session, file, made.name, moves=made.moves, dropped=dropped, taken_down=dropped.keys())
            mark_done(session, "drop", [one.fetch_id for one in going])

        self._store.write(work)
        (self._archive / file).unlink()
        sync_folder(self._archive)


def _line(one: WaitingDrop, told: str | None, at: datetime) -> DroppedLine:
    said = one.record
    return DroppedLine(
        dropped=said.record_id.removeprefix("urn:uuid:"),
        file=said.file,
        offset=said.offset,
        length=said.length,
        kind=said.kind,
        sha256=said.payload_sha256,
        at=at.isoformat(),
        reading=one.reading,
        error=one.error,
        listed=one.listed,
        known=one.known,
        taken_down=True,
        outlet=one.outlet if one.is_list else None,
        parsed=told,
    )
