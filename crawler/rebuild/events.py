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
from crawler.archive.walk import Damage, serial_of, slot_of, walk
from crawler.journal import LOOKS, LookLine, read_look
from storage.records import StoredRecord


@dataclass(frozen=True, slots=True)
class LookTold:
    """A look that the journal tells of, with its record where it left one."""

    at: datetime
    line: LookLine
    record: StoredRecord | None


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
    for file in archive_files(archive):
        slots[slot_of(file)].append(file)
    streams = [_of_slot(archive, sorted(files, key=serial_of), losses) for _, files in sorted(slots.items())]
    return heapq.merge(*streams, key=lambda one: (one.at, not isinstance(one, DecisionTold)))


def _of_slot(archive: Path, files: list[str], losses: Losses) -> Iterator[Told]:
    for file in files:
        waiting: dict[str, tuple[datetime, StoredRecord]] = {}
        for found in walk(archive, file):
            if isinstance(found, Damage):
                losses.problems.append(f"{file} at {found.offset}: {found.problem}")
                continue
            try:
                yield from _of_member(file, found, waiting, losses)
            except ValueError as error:
                losses.problems.append(f"{file} at {found.offset}: {error}")
        yield from _unnamed(waiting)


def _of_member(
    file: str, member: Member, waiting: dict[str, tuple[datetime, StoredRecord]], losses: Losses
) -> Iterator[Told]:
    """A response waits for the note behind its batch, which names it."""
    if is_response(member):
        record = stored_place(response_place(file, member))
        waiting[record.record_id] = read_metadata(member.fields["warc-json-metadata"]).received_at, record
        return
    if not is_note(member):
        return
    note = archived_note(file, member).note
    if note.kind != LOOKS:
        yield DecisionTold(note.at, note)
        return
    looks = []
    for line in note.lines:
        try:
            looks.append(_look(note.at, read_look(line), waiting, losses))
        except ValueError as error:  # one that can't be read costs no other
            losses.problems.append(f"{file} at {member.offset}: {error}")
    yield from _unnamed(waiting)
    yield from looks


def _look(at: datetime, line: LookLine, waiting: dict[str, tuple[datetime, StoredRecord]], losses: Losses) -> LookTold:
    """A look of a note, which was stored ``at``: one that was copied in is told when it was, not when it was made."""
    _, record = waiting.pop(f"urn:uuid:{line.record}", (None, None)) if line.record else (None, None)
    losses.records_missing += int(line.record is not None and record is None)
    return LookTold(at, line, record)


def _unnamed(waiting: dict[str, tuple[datetime, StoredRecord]]) -> Iterator[RecordFound]:
    for at, record in waiting.values():
        yield RecordFound(at, record)
    waiting.clear()
