"""All members of an archive file in order, whatever is damaged between them. Constant memory: one member at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.members import Member, NotARecordError, next_whole_member, read_member
from crawler.archive.reader import opened_file

_FILE = re.compile(r"parallax-(?P<slot>[a-z0-9][a-z0-9_-]*)-(?P<moment>\d{14})-(?P<serial>\d{6,}?)(?:r\d+)?\.warc\.gz")


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no whole record. ``end`` is where whole ones go on; None: they do not, up to the file's end."""

    offset: int
    end: int | None
    problem: str


def slot_of(file: str) -> str:
    """The writer slot that a file's name tells; empty for a name that is none of ours."""
    match = _FILE.fullmatch(file)
    return match["slot"] if match else ""


def begun_on(file: str) -> str:
    """The UTC day of a file's first record by its name, ``20260302``; empty for a name that is none of ours."""
    match = _FILE.fullmatch(file)
    return match["moment"][:8] if match else ""


def serial_of(file: str) -> int:
    """The number of a file within its slot; 0 for a name that is none of ours."""
    match = _FILE.fullmatch(file)
    return int(match["serial"]) if match else 0


def walk(folder: Path, file: str, *, up_to: int | None = None) -> Iterator[Member | Damage]:
    """Members of ``file`` from its beginning, and the damage between them; those only that begin before ``up_to``.

    Raises ArchiveError when the file can't be opened.
    """
    with opened_file(folder, file) as opened:
        size = opened.seek(0, 2)
        limit = size if up_to is None else min(up_to, size)
        offset = 0
        while offset < limit:
            try:
                member = read_member(opened, offset)
            except NotARecordError as error:
                following = next_whole_member(opened, offset + 1)
                yield Damage(offset, following, str(error))
                if following is None:
                    return
                offset = following
                continue
            yield member
            offset = member.end
