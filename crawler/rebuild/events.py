"""What an archive tells, in the order in which it happened: looks, and decisions between them.

Each writer slot is one stream in order of writing; several streams are laid together by time. Decisions of a moment
come before its looks. No body is held.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.adopt import stored_place
from crawler.archive import NoteToWrite, archive_files
from crawler.archive.decode import archived_note, is_note, is_response, response_place
from crawler.archive.members import Member
from crawler.archive.metadata import read_metadata
from crawler.archive.rounds import TIDIED, DroppedLine, last_rounds, tidied
from crawler.archive.walk import Damage, serial_of, slot_of, walk
from crawler.journal import LOOKS, LookLine, read_look
from storage.records import StoredRecord


@dataclass(frozen=True, slots=True)
class LookTold:
    """A look that the journal tells of, with its record where it left one.

    ``dropped``: what retention noted of that record, whose bytes are gone.
    """

    at: datetime
    line: LookLine
    record: StoredRecord | None
    dropped: DroppedLine | None = None


@dataclass(frozen=True, slots=True)
class RecordFound:
    """A response that no line of the journal names: of a version without one, or behind damage."""

    at: datetime
    record: StoredRecord


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """A note of another kind than looks."""

    at: datetime
    note: NoteToWrite


Told = LookTold | RecordFound | DecisionTold


@dataclass(slots=True)
class Losses:
    """What could not be read, a line each, and lines that name a record which is not there."""

    problems: list[str] = field(default_factory=list)
    records_missing: int = 0


def told(archive: Path, losses: Losses) -> Iterator[Told]:
    """All that the archive tells, in order. What can't be read is added to ``losses`` and passed over."""
    slots: defaultdict[str, list[str]] = defaultdict(list)
    for file in last_rounds(archive_files(archive)):
        slots[slot_of(file)].append(file)
    streams = [_of_slot(archive, sorted(files, key=serial_of), losses) for _, files in sorted(slots.items())]
    return heapq.merge(*streams, key=lambda one: (one.at, not isinstance(one, DecisionTold)))


def _of_slot(archive: Path, files: list[str], losses: Losses) -> Iterator[Told]:
    for file in files:
        of_file = _OfFile({}, {})
        for found in walk(archive, file):
            if isinstance(found, Damage):
                losses.problems.append(f"{file} at {found.offset}: {found.problem}")
                continue
            try:
                yield from _of_member(file, found, of_file, losses)
            except ValueError as error:
                losses.problems.append(f"{file} at {found.offset}: {error}")
        yield from _unnamed(of_file.waiting)


@dataclass(frozen=True, slots=True)
class _OfFile:
    """What the notes of a file name by id: responses that came before, and records that were dropped from it."""

    waiting: dict[str, tuple[datetime, StoredRecord]]
    dropped: dict[str, DroppedLine]


def _of_member(file: str, member: Member, of_file: _OfFile, losses: Losses) -> Iterator[Told]:
    """A response waits for the note behind its batch, which names it."""
    if is_response(member):
        record = stored_place(response_place(file, member))
        of_file.waiting[record.record_id] = read_metadata(member.fields["warc-json-metadata"]).received_at, record
        return
    if not is_note(member):
        return
    archived = archived_note(file, member)
    note = archived.note
    if note.kind == TIDIED:
        of_file.dropped.update({line.dropped: line for line in tidied(archived, end=member.end).dropped})
        return
    if note.kind != LOOKS:
        yield DecisionTold(note.at, note)
        return
    looks = []
    for line in note.lines:
        try:
            looks.append(_look(note.at, read_look(line), of_file, losses))
        except ValueError as error:  # one that can't be read costs no other
            losses.problems.append(f"{file} at {member.offset}: {error}")
    yield from _unnamed(of_file.waiting)
    yield from looks


def _look(at: datetime, line: LookLine, of_file: _OfFile, losses: Losses) -> LookTold:
    """A look of a note, which was stored ``at``: one that was copied in is told when it was, not when it was made."""
    if line.record is None:
        return LookTold(at, line, None)
    _, record = of_file.waiting.pop(f"urn:uuid:{line.record}", (None, None))
    dropped = of_file.dropped.get(line.record) if record is None else None
    losses.records_missing += int(record is None and dropped is None)
    return LookTold(at, line, record, dropped)


def _unnamed(waiting: dict[str, tuple[datetime, StoredRecord]]) -> Iterator[RecordFound]:
    for at, record in waiting.values():
        yield RecordFound(at, record)
    waiting.clear()
