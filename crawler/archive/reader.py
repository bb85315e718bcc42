"""Reading the archive: one record by its place, or all records of a file. Works beside a writer at any time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from crawler.archive.decode import archived_response, is_response, with_body_of
from crawler.archive.members import Member, NotARecordError, next_whole_member, read_member
from crawler.archive.records import ArchivedResponse, RecordRef
from crawler.archive.rounds import in_order, moved_to
from domain.errors import ArchiveError

_MAX_HOPS = 8  # a revisit names a record with a body; more hops than one come only from records merged by others


def archive_files(folder: Path) -> tuple[str, ...]:
    """Names of the archive's files by the time of their first record, whatever slot wrote them."""
    names = (path.name for path in folder.glob("parallax-*-*-*.warc.gz"))
    return tuple(sorted(names, key=in_order))


def read_record(folder: Path, file: str, offset: int, *, original: RecordRef | None = None) -> ArchivedResponse:
    """The response whose record begins at ``offset`` of ``file``; of a revisit, with the body it refers to.

    ``original`` says where that body lies when the caller knows better than the record. Raises ArchiveError when there
    is no whole record, when its bytes do not have their digest or were dropped, or when a revisit's body can't be read.
    """
    found = _read(folder, file, offset)
    return _resolved(folder, found, original, hops=_MAX_HOPS)


def scan(folder: Path, file: str, from_offset: int = 0) -> Iterator[ArchivedResponse]:
    """Every response of ``file`` from ``from_offset`` on (the beginning of a record), in order of writing.

    Stops quietly before a torn tail: what a killed writer left, or what a living one is writing just now. Raises
    ArchiveError at a damaged record with whole ones after it, and at a revisit whose body can't be read; to go on
    behind it, scan from ``next_record(folder, file, error.offset + 1)``.
    """
    offset = from_offset
    with opened_file(folder, file) as opened:
        while True:
            try:
                member = read_member(opened, offset)
            except NotARecordError as e:
                if next_whole_member(opened, offset + 1) is None:
                    return
                raise ArchiveError(file, f"{e}, though whole records follow", offset=offset) from e
            if is_response(member):
                yield _resolved(folder, _understood(file, member), None, hops=_MAX_HOPS)
            offset = member.end


def next_record(folder: Path, file: str, offset: int) -> int | None:
    """Offset of the first whole record at or after ``offset``; None when there is none."""
    with opened_file(folder, file) as opened:
        return next_whole_member(opened, offset)


def opened_file(folder: Path, file: str) -> BinaryIO:
    """A file of the archive, to be read. Raises ArchiveError."""
    if Path(file).name != file:
        raise ArchiveError(file, "not the name of a file in the archive folder")
    try:
        return (folder / file).open("rb")
    except FileNotFoundError as e:
        raise ArchiveError(file, "is not in this machine's archive folder") from e
    except OSError as e:
        raise ArchiveError(file, f"can't be opened: {e.strerror}") from e


def _read(folder: Path, file: str, offset: int) -> ArchivedResponse:
    opened, file, offset = opened_at(folder, file, offset)
    with opened:
        try:
            return _understood(file, read_member(opened, offset))
        except NotARecordError as e:
            raise ArchiveError(file, str(e), offset=offset) from e


def opened_at(folder: Path, file: str, offset: int) -> tuple[BinaryIO, str, int]:
    """The file with the record that lies at a place, or lay there before its file was written anew; and its place."""
    try:
        return opened_file(folder, file), file, offset
    except ArchiveError:
        moved = moved_to(folder, file, offset)
        if moved is None:
            raise
        return opened_file(folder, moved[0]), *moved


def _understood(file: str, member: Member) -> ArchivedResponse:
    try:
        return archived_response(file, member)
    except ValueError as e:
        raise ArchiveError(file, str(e), offset=member.offset) from e


def _resolved(folder: Path, found: ArchivedResponse, original: RecordRef | None, *, hops: int) -> ArchivedResponse:
    refers_to = original or found.refers_to
    if not found.is_revisit or refers_to is None:
        return found
    place = found.place
    if hops == 0:
        raise ArchiveError(place.file, "a revisit that leads to no body", offset=place.offset)
    try:
        target = _read(folder, refers_to.file, refers_to.offset)
        return with_body_of(found, _resolved(folder, target, None, hops=hops - 1))
    except (ArchiveError, ValueError) as e:
        raise ArchiveError(place.file, f"the body of a revisit can't be read: {e}", offset=place.offset) from e
