"""Files that were written anew by retention: how they are called, and where what was moved lies now.

The first round of ``…-000001.warc.gz`` is ``…-000001r1.warc.gz``: of the same slot, moment and number, so that the
order of files stays. Its second record is a note of the kind ``tidied``, which says what was dropped and where the rest
lay. So a place in a file of before (a ``revisit`` names one, a restored database does) still leads to its record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from crawler.archive.decode import archived_note, is_note
from crawler.archive.members import Member, NotARecordError, read_member
from crawler.archive.records import ArchivedNote
from domain.errors import ArchiveError

TIDIED = "tidied"
_NAME = re.compile(r"(?P<stem>parallax-[a-z0-9][a-z0-9_-]*-\d{14}-\d{6,}?)(?:r(?P<round>\d+))?\.warc\.gz")


class DroppedLine(BaseModel):
    """A record whose bytes were dropped: what its row says, and what reading it had given, for a rebuild."""

    model_config = ConfigDict(frozen=True)

    dropped: str  # record id without urn:uuid:
    file: str
    offset: int
    length: int
    kind: str
    sha256: str
    at: str  # ISO 8601
    reading: str | None = None
    error: str | None = None
    listed: int | None = None
    known: int | None = None
    taken_down: bool | None = None  # it went with an article that was taken down, and retention would have kept it
    outlet: str | None = None  # whose list it was
    parsed: str | None = None  # what a list told that went so, without the article's words: JSON of a ParsedChannel
    was: tuple[int, ...] = ()  # where it lay in each round


class KeptLine(BaseModel):
    """A response that stayed: bytes from the end of the note to it, and where it lay in each round of before."""

    model_config = ConfigDict(frozen=True)

    kept: int
    was: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tidied:
    """What the note of a file says. ``end`` is where the records that stayed begin.

    ``bytes_before``: of the file that this one was made of.
    """

    end: int
    bytes_before: int
    dropped: tuple[DroppedLine, ...] = ()
    kept: tuple[KeptLine, ...] = ()
    _places: Mapping[tuple[int, int], int] = field(default_factory=dict)
    _gone: Mapping[tuple[int, int], DroppedLine] = field(default_factory=dict)

    def place(self, number: int, offset: int) -> int | None:
        """Where the record is that lay at ``offset`` of that round's file; None where it was dropped."""
        return self._places.get((number, offset))

    def dropped_from(self, number: int, offset: int) -> DroppedLine | None:
        """What was dropped from that place of that round's file, then or in a later round."""
        return self._gone.get((number, offset))

    def moves_from(self, number: int) -> dict[int, int]:
        """Where what lay in that round's file lies now, by where it lay."""
        return {offset: place for (one, offset), place in self._places.items() if one == number}

    def gone_from(self, number: int) -> dict[int, DroppedLine]:
        """What lay in that round's file and was dropped, by where it lay."""
        return {offset: line for (one, offset), line in self._gone.items() if one == number}


def round_of(file: str) -> int:
    """How often a file was written anew; 0 for one as its writer left it."""
    match = _NAME.fullmatch(file)
    return int(match["round"] or 0) if match else 0


def first_name(file: str) -> str:
    """What a file was called when it was begun."""
    match = _NAME.fullmatch(file)
    return f"{match['stem']}.warc.gz" if match else file


def in_order(file: str) -> tuple[list[str], str, int]:
    """What files are sorted by: the time of their first record, then slot and number, whatever round."""
    first = first_name(file)
    return first.rsplit("-", 2)[1:], first, round_of(file)


def last_rounds(files: Iterable[str]) -> tuple[str, ...]:
    """Those of ``files`` that no later round of is among them, in their order: of two that tell the same, one."""
    given = tuple(files)
    last: dict[str, int] = {}
    for file in given:
        last[first_name(file)] = max(last.get(first_name(file), 0), round_of(file))
    return tuple(file for file in given if round_of(file) == last[first_name(file)])


def next_name(file: str) -> str:
    """What a file is called once it is written anew. Raises ArchiveError for a name that is none of ours."""
    match = _NAME.fullmatch(file)
    if match is None:
        raise ArchiveError(file, "not a file that Parallax wrote")
    return f"{match['stem']}r{round_of(file) + 1}.warc.gz"


def later_rounds(folder: Path, file: str) -> tuple[str, ...]:
    """The files there that ``file`` was written anew as, the last one first."""
    stem = first_name(file).removesuffix(".warc.gz")
    names = (path.name for path in folder.glob(f"{stem}r*.warc.gz"))
    return tuple(sorted((n for n in names if round_of(n) > round_of(file)), key=round_of, reverse=True))


def tidied_note(folder: Path, file: str) -> Tidied | None:
    """What the note of a file that was written anew says; None for one that has none. Raises ArchiveError."""
    path = folder / file
    if round_of(file) == 0:
        return None
    try:
        stat = path.stat()
    except OSError as e:
        raise ArchiveError(file, f"can't be opened: {e.strerror}") from e
    return _tidied_note(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _tidied_note(path: Path, _changed_ns: int, _size: int) -> Tidied:
    try:
        with path.open("rb") as opened:
            member = read_member(opened, read_member(opened, 0).end)
    except (OSError, NotARecordError) as e:
        raise ArchiveError(path.name, f"its note of what was dropped can't be read: {e}") from e
    if not is_note(member):
        raise ArchiveError(path.name, "it was written anew and has no note of what was dropped")
    return read_tidied(path.name, member)


def read_tidied(file: str, member: Member) -> Tidied:
    """The note in ``member``. Raises ArchiveError."""
    try:
        return tidied(archived_note(file, member), end=member.end)
    except ValueError as e:
        raise ArchiveError(file, str(e), offset=member.offset) from e


def tidied(archived: ArchivedNote, *, end: int) -> Tidied:
    """What a note says; ``end`` is the offset after it. Raises ValueError."""
    if archived.note.kind != TIDIED:
        raise ValueError(f"a note of the kind {archived.note.kind} where one of what was dropped must be")
    dropped: list[DroppedLine] = []
    kept: list[KeptLine] = []
    first, *lines = archived.note.lines
    for line in lines:
        if line.startswith('{"kept"'):
            kept.append(KeptLine.model_validate_json(line))
        else:
            dropped.append(DroppedLine.model_validate_json(line))
    places = {(number, offset): end + one.kept for one in kept for number, offset in enumerate(one.was)}
    gone = {(number, offset): one for one in dropped for number, offset in enumerate(one.was)}
    return Tidied(end, int(json.loads(first)["before"]), tuple(dropped), tuple(kept), places, gone)


def note_lines(bytes_before: int, dropped: Iterable[DroppedLine], kept: Iterable[KeptLine]) -> tuple[str, ...]:
    """The lines of a note: what it was made of, what was dropped, and what stayed."""
    lines = (line.model_dump_json(exclude_none=True) for line in (*dropped, *kept))
    return (json.dumps({"before": bytes_before}), *lines)


def moved_to(folder: Path, file: str, offset: int) -> tuple[str, int] | None:
    """Where the record lies now that lay there before its file was written anew; None where no later round is there.

    Raises ArchiveError when its bytes were dropped, or the note that says so can't be read.
    """
    for later in later_rounds(folder, file):
        note = tidied_note(folder, later)
        assert note is not None
        place = note.place(round_of(file), offset)
        if place is not None:
            return later, place
        gone = note.dropped_from(round_of(file), offset)
        if gone is not None:
            raise ArchiveError(file, f"its bytes were dropped on {gone.at[:10]}: nothing cites them", offset=offset)
    return None
