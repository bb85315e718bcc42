"""Decisions in the journal: written into a slot of its own before the database takes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crawler.archive import ArchivedNote, NoteToWrite, archive_files, open_writer
from crawler.archive.decode import archived_note, is_note
from crawler.archive.members import Member
from crawler.archive.walk import slot_of, walk
from crawler.journal import CATALOGUE
from outlets.catalogue import Catalogue
from outlets.written import catalogue_from_json, catalogue_to_json

_SLOT = "journal"


def journal_slot(crawl_slot: str) -> str:
    """The slot of a machine's decisions, beside that of its crawls."""
    return crawl_slot.replace("crawl", _SLOT, 1)


def journal(archive: Path, slot: str, note: NoteToWrite) -> None:
    """Put a decision on disk. Raises ArchiveError."""
    with open_writer(archive, slot) as writer:
        writer.append((), [note])


def journal_catalogue(archive: Path, slot: str, catalogue: Catalogue, *, at: datetime) -> bool:
    """Put ``catalogue`` on disk unless it is the last one there; says whether it was written. Raises ArchiveError."""
    last = next((n for n in _decisions_last_first(archive) if n.note.kind == CATALOGUE), None)
    written = catalogue_to_json(catalogue)
    if last is not None and last.note.lines == (written,):
        return False
    journal(archive, slot, NoteToWrite(CATALOGUE, at, (written,)))
    return True


def journaled_catalogue(note: NoteToWrite) -> Catalogue:
    """The catalogue of a note. Raises ValueError when it can't be read."""
    return catalogue_from_json("".join(note.lines))


def _decisions_last_first(archive: Path) -> Iterator[ArchivedNote]:
    """Whole notes of the journal's own files, the last file first."""
    if not archive.is_dir():
        return
    for file in reversed([f for f in archive_files(archive) if slot_of(f).startswith(_SLOT)]):
        notes = [archived_note(file, m) for m in walk(archive, file) if isinstance(m, Member) and is_note(m)]
        yield from reversed(notes)
