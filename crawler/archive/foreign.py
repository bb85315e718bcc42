"""Responses out of WARC and ARC files that others wrote: gzip a record, gzip as a whole, or plain.

Tolerant on purpose. What a record lacks or gets wrong costs that record, with a word about it; what makes a file
unreadable costs the rest of the file. A record is read when it is come to, up to a size.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from domain.fetch import Response
from domain.urls import http_url

_READ_AS_RESPONSE = {"response", "resource"}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_ERRORS = (ArchiveLoadFailed, OSError, EOFError, ValueError, LookupError, ArithmeticError, zlib.error)
_BREAKS = (*_ERRORS, AttributeError, TypeError)  # warcio's own, where a record lacks what it counts on


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A response as another tool kept it. ``record_id``: its own; None where the format has none."""

    response: Response
    record_id: str | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record, or with ``is_file`` the rest of a file, that can't be used, and why."""

    problem: str
    is_file: bool = False


def foreign_responses(path: Path, *, most_bytes: int) -> Iterator[ForeignRecord | Unusable]:
    """Responses of a file in its order; of a resource record one with status 200. Others are passed over.

    A body has its transfer encoding undone and its content encoding left, where it is still there. One of more than
    ``most_bytes`` is unusable.
    """
    given = 0
    try:
        with path.open("rb") as opened:
            for found in _records(opened, most_bytes):
                given += 1
                yield found
    except _BREAKS as error:
        if "non-chunked gzip" not in str(error):
            yield Unusable(_said(error), is_file=True)
            return
        yield from _of_one_gzip(path, most_bytes, given)


def _of_one_gzip(path: Path, most_bytes: int, given: int) -> Iterator[ForeignRecord | Unusable]:
    """A file that was packed as a whole, without the records that were ``given`` before that showed."""
    try:
        with gzip.open(path, "rb") as opened:
            yield from islice(_records(cast("BinaryIO", opened), most_bytes), given, None)
    except _BREAKS as error:
        yield Unusable(_said(error), is_file=True)


def _records(opened: BinaryIO, most_bytes: int) -> Iterator[ForeignRecord | Unusable]:
    for record in ArchiveIterator(opened, arc2warc=True):
        if record.rec_type not in _READ_AS_RESPONSE or not _address(record).lower().startswith("http"):
            continue  # requests, what another tool noted, names looked up
        try:
            yield _understood(record, most_bytes)
        except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
            yield Unusable(_said(error))


def _understood(record: ArcWarcRecord, most_bytes: int) -> ForeignRecord:
    url = http_url(_address(record))
    if url is None:
        raise ValueError("a record of no http address")
    at = _date(record.rec_headers.get_header("WARC-Date") or "")
    headers = _headers(record)
    is_chunked = any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers)
    stream = ChunkedDataReader(record.raw_stream, decomp_type=None) if is_chunked else record.raw_stream
    body = _read(stream, most_bytes)
    if len(body) > most_bytes:
        raise ValueError(f"a body of more than {most_bytes} bytes")
    response = Response(
        url=url,
        status=_status(record),
        headers=tuple(headers),
        body=body,
        requested_at=at,
        received_at=at,
        ip_address=record.rec_headers.get_header("WARC-IP-Address"),
    )
    return ForeignRecord(response, (record.rec_headers.get_header("WARC-Record-ID") or "").strip("<>") or None)


def _address(record: ArcWarcRecord) -> str:
    """As written; wget puts it in brackets."""
    return (record.rec_headers.get_header("WARC-Target-URI") or "").strip().strip("<>")


def _read(stream: BinaryIO, most_bytes: int) -> bytes:
    """All of a body, up to a byte over ``most_bytes``; a reader may give less than it is asked for."""
    pieces: list[bytes] = []
    length = 0
    while length <= most_bytes and (piece := stream.read(min(1 << 16, most_bytes + 1 - length))):
        pieces.append(piece)
        length += len(piece)
    return b"".join(pieces)


def _headers(record: ArcWarcRecord) -> list[tuple[str, str]]:
    if record.http_headers is not None:
        return [(str(name), str(value)) for name, value in record.http_headers.headers]
    kind = record.rec_headers.get_header("Content-Type")
    return [("Content-Type", kind)] if kind else []


def _status(record: ArcWarcRecord) -> int:
    if record.http_headers is None:
        return 200
    code = record.http_headers.get_statuscode() or ""
    if not code.isdigit() or not 100 <= int(code) <= 999:
        raise ValueError(f"no HTTP status: {code[:20]!r}")
    return int(code)


def _date(written: str) -> datetime:
    """Raises ValueError for what is no date, or one before there was a web."""
    at = datetime.fromisoformat(written.strip())
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if at < _EARLIEST:
        raise ValueError(f"a date that can't be: {written}")
    return at


def _said(error: BaseException) -> str:
    line = " ".join(str(error).split())
    return (line or type(error).__name__)[:200]
