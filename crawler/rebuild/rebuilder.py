"""Takes what the archive tells in turn: decisions at once, looks in batches, each batch stored and then read.

A batch holds no target twice and ends with the first channel that is to be read, so that what follows from a list is
there before the looks that came of it. Pages of a batch are read side by side, as a crawl does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

import structlog

from crawler.archive import NoteToWrite, read_record
from crawler.decisions import journaled_catalogue
from crawler.from_warc import read_copied
from crawler.journal import CATALOGUE, GAP, MERGE, GapLine, read_gap, read_merge
from crawler.reading import Reader
from crawler.reading.room import ReadingRoom
from crawler.rebuild.dropped import read_as_noted, read_as_parsed
from crawler.rebuild.events import DecisionTold, LookTold, Losses, RecordFound, told
from crawler.rebuild.looks import put_found_record, put_told_look
from domain.errors import ArchiveError
from domain.fetch import FetchOutcome
from outlets.catalogue import Catalogue
from storage import Session
from storage.channels_by_name import channel_id_of
from storage.gaps import gap_under_way, put_gap
from storage.merge_decisions import redo

log = structlog.get_logger()

MOST_LOOKS = 200
Look = LookTold | RecordFound
T = TypeVar("T")
Written = TypeVar("Written", str, NoteToWrite)


@dataclass(slots=True)
class Rebuilt:
    """What was told and what came of it. ``unplaced``: looks at what no catalogue named; ``unknown``: notes by kind."""

    looks: int = 0
    read: int = 0
    catalogues: int = 0
    gaps: int = 0
    merges: int = 0
    unplaced: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)
    last_at: datetime | None = None


class Rebuilder:
    """Fills an empty store. ``put_catalogue`` puts one in force; ``now`` of a found record's reading is its own."""

    def __init__(
        self,
        room: ReadingRoom,
        *,
        workers: int,
        put_catalogue: Callable[[Catalogue, datetime], None],
        on_progress: Callable[[Rebuilt], None] = lambda _done: None,
    ) -> None:
        self._room = room
        self._workers = workers
        self._put_catalogue = put_catalogue
        self._on_progress = on_progress
        self._batch: dict[object, Look] = {}
        self._is_catalogue_known = False
        self.done = Rebuilt()

    def run(self) -> Rebuilt:
        """All that the archive tells; gives what it was."""
        with ThreadPoolExecutor(self._workers) as threads:
            for one in told(self._room.archive, self.done.losses):
                if isinstance(one, DecisionTold):
                    self._flush(threads)
                    self._decide(one.note)
                    continue
                self._take(one, threads)
            self._flush(threads)
        return self.done

    def _take(self, one: Look, threads: ThreadPoolExecutor) -> None:
        if not self._is_catalogue_known:  # an archive from before there was a journal
            self._put_in_force(self._room.catalogue, one.at)
        key: object = (one.line.outlet, one.line.key) if isinstance(one, LookTold) else one.record.record_id
        if key in self._batch or len(self._batch) >= MOST_LOOKS or _tells_by_others(one):
            self._flush(threads)
        self._batch[key] = one
        if isinstance(one, RecordFound) or (one.line.channel is not None and one.line.outcome is FetchOutcome.OK):
            self._flush(threads)

    def _flush(self, threads: ThreadPoolExecutor) -> None:
        batch = list(self._batch.values())
        self._batch.clear()
        if not batch:
            return
        stored = self._room.store.write(lambda session: [self._put(session, one) for one in batch])
        self.done.looks += len(batch)
        self.done.unplaced += stored.count(None)
        self.done.last_at = batch[-1].at
        to_read = [
            (one, fetch) for one, fetch in zip(batch, stored, strict=True) if fetch is not None and _has_body(one)
        ]
        self.done.read += sum(threads.map(self._read, to_read[:-1]))
        self.done.read += sum(map(self._read, to_read[-1:]))
        self._on_progress(self.done)

    def _read(self, one: tuple[Look, int]) -> bool:
        """Read a fetch as it was read at first; whether it was read."""
        told, fetch_id = one
        dropped = told.dropped if isinstance(told, LookTold) else None
        if dropped is not None and dropped.parsed is not None:
            return read_as_parsed(self._room, fetch_id, dropped.parsed)
        if dropped is not None:
            return self._room.store.write(lambda session: read_as_noted(session, fetch_id, dropped))
        if isinstance(told, LookTold) and told.line.is_past:
            outlet = self._room.catalogue.outlets.get(told.line.outlet)
            return outlet is not None and read_copied(self._room, fetch_id, outlet) is not None
        return Reader(self._room).read(fetch_id) is not None

    def _put(self, session: Session, one: Look) -> int | None:
        if isinstance(one, LookTold):
            catalogue = self._room.catalogue
            return put_told_look(session, one.line, one.record, catalogue, at=one.at, dropped=one.dropped)
        try:
            found = read_record(self._room.archive, one.record.file, one.record.offset)
        except ArchiveError as error:
            self.done.losses.problems.append(str(error))
            return None
        return put_found_record(session, found, one.record, self._room.catalogue)

    def _decide(self, note: NoteToWrite) -> None:
        if note.kind == CATALOGUE:
            for catalogue in self._readable(journaled_catalogue, [note], note.at):
                if not self._is_catalogue_known or catalogue.catalogue_hash != self._room.catalogue.catalogue_hash:
                    self._put_in_force(catalogue, note.at)
        elif note.kind == GAP:
            gaps = self._readable(read_gap, note.lines, note.at)
            self._room.store.write(lambda session: self._put_gaps(session, gaps))
        elif note.kind == MERGE:
            for decision in self._readable(read_merge, note.lines, note.at):
                self.done.merges += self._room.store.write(lambda session, told=decision: redo(session, told))  # type: ignore[misc]
        else:
            self.done.unknown[note.kind] = self.done.unknown.get(note.kind, 0) + 1

    def _readable(self, read: Callable[[Written], T], written: Iterable[Written], at: datetime) -> list[T]:
        """What was written, as it reads; what can't be read is told of and passed over."""
        found = []
        for one in written:
            try:
                found.append(read(one))
            except ValueError as error:
                self.done.losses.problems.append(f"a note of {at:%Y-%m-%d %H:%M} UTC: {error}")
        return found

    def _put_in_force(self, catalogue: Catalogue, at: datetime) -> None:
        self._put_catalogue(catalogue, at)
        self._room = replace(self._room, catalogue=catalogue)
        self._is_catalogue_known = True
        self.done.catalogues += 1

    def _put_gaps(self, session: Session, gaps: Iterable[GapLine]) -> None:
        for gap in gaps:
            channel_id = channel_id_of(session, gap.outlet, gap.channel)
            if channel_id is not None and gap_under_way(session, channel_id) is None:
                put_gap(session, channel_id, since=gap.since, until=gap.until, reason=gap.reason)
                self.done.gaps += 1


def _tells_by_others(one: Look) -> bool:
    """Whether what a look says depends on what other looks read before it: that a page is gone, or leads elsewhere."""
    outcomes = (FetchOutcome.NOT_FOUND, FetchOutcome.GONE, FetchOutcome.REDIRECTED)
    return isinstance(one, LookTold) and one.line.channel is None and one.line.outcome in outcomes


def _has_body(one: Look) -> bool:
    if isinstance(one, RecordFound):
        return True
    return one.line.outcome.has_body and (one.record is not None or one.dropped is not None)
