"""Gzip members of an archive file: one whole WARC record each, or not whole at all.

Strict on purpose: a record counts only when its member's checksum holds and its block is as long as it says. Everything
here works on an open file and knows nothing of what the records mean.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b\x08"
_CHUNK_BYTES = 256 * 1024
_MOST_BYTES = 256 * 1024 * 1024  # of one record unpacked; ours hold bodies of 50 MiB at most
_VERSION = b"WARC/1.1\r\n"
_END_OF_HEAD = b"\r\n\r\n"
_END_OF_RECORD = b"\r\n\r\n"
_FIELD = re.compile(r"([!-9;-~]+): (.*)", re.DOTALL)


class NotARecordError(ValueError):
    """What begins at the offset is no whole record; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Member:
    """One record: its WARC header fields under lower-case names, and its block."""

    offset: int
    length: int
    fields: Mapping[str, str]
    block: bytes

    @property
    def end(self) -> int:
        """Offset of the byte after it."""
        return self.offset + self.length


def read_member(file: BinaryIO, offset: int) -> Member:
    """The record that begins at ``offset``. Raises NotARecordError."""
    content, length = _gunzip(file, offset)
    head, found, rest = content.partition(_END_OF_HEAD)
    if not found or not head.startswith(_VERSION):
        raise NotARecordError("no WARC/1.1 record")
    fields = _fields(head[len(_VERSION) :])
    block, end = rest[: -len(_END_OF_RECORD)], rest[-len(_END_OF_RECORD) :]
    if end != _END_OF_RECORD or fields.get("content-length") != str(len(block)):
        raise NotARecordError("the block is not as long as the record says")
    return Member(offset, length, fields, block)


def whole_members(file: BinaryIO, offset: int) -> Iterator[Member]:
    """Records from ``offset`` on up to the first that is not whole, or the end of the file."""
    while True:
        try:
            member = read_member(file, offset)
        except NotARecordError:
            return
        yield member
        offset = member.end


def end_of_whole_members(file: BinaryIO, offset: int) -> int:
    """Offset after the last whole record that follows ``offset`` without a break."""
    for member in whole_members(file, offset):
        offset = member.end
    return offset


def file_id(file: BinaryIO) -> str | None:
    """The id of the file's first record, which every later one names; None when that record is not whole."""
    try:
        return read_member(file, 0).fields.get("warc-record-id")
    except NotARecordError:
        return None


def next_whole_member(file: BinaryIO, offset: int) -> int | None:
    """Offset of the first whole record at or after ``offset``, whatever lies before it; None when there is none.

    A record must name this file's own: inside the torn record of a page there may lie what only looks like one,
    put there by its server.
    """
    own_id = file_id(file)
    size = file.seek(0, 2)
    while offset < size:
        file.seek(offset)
        window = file.read(_CHUNK_BYTES)
        found = window.find(GZIP_MAGIC)
        if found < 0:
            offset += max(len(window) - len(GZIP_MAGIC) + 1, 1)
            continue
        offset += found
        if _is_member_of(file, offset, own_id):
            return offset
        offset += 1
    return None


def _is_member_of(file: BinaryIO, offset: int, own_id: str | None) -> bool:
    try:
        fields = read_member(file, offset).fields
    except NotARecordError:
        return False
    return own_id is None or own_id in {fields.get("warc-warcinfo-id"), fields.get("warc-record-id")}


def _gunzip(file: BinaryIO, offset: int) -> tuple[bytes, int]:
    """Content and compressed length of the gzip member at ``offset``."""
    file.seek(offset)
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces: list[bytes] = []
    taken = unpacked = 0
    while not decompressor.eof:
        chunk = file.read(_CHUNK_BYTES)
        if not chunk:
            raise NotARecordError("the file ends" if not taken else "the file ends inside the record")
        taken += len(chunk)
        try:
            pieces.append(decompressor.decompress(chunk))
        except zlib.error as e:
            raise NotARecordError(f"not a gzip member: {e}") from e
        unpacked += len(pieces[-1])
        if unpacked > _MOST_BYTES:
            raise NotARecordError(f"a record of more than {_MOST_BYTES >> 20} MiB")
    return b"".join(pieces), taken - len(decompressor.unused_data)


def _fields(raw: bytes) -> dict[str, str]:
    try:
        lines = raw.decode().split("\r\n")
    except UnicodeDecodeError as e:
        raise NotARecordError("a WARC header is not UTF-8") from e
    fields: dict[str, str] = {}
    for line in lines:
        match = _FIELD.fullmatch(line)
        if match is None:
            raise NotARecordError(f"not a WARC header: {line[:80]!r}")
        fields[match[1].lower()] = match[2]
    return fields
