"""Bodies that are gzip by their first bytes, whatever they are called. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_MAGIC = b"\x1f\x8b\x08"
_LAYERS = 2  # a file that is gzip, sent once more as gzip
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Unpacked:
    """``body`` is None where it is larger than allowed; ``note`` is one line on what was wrong."""

    body: bytes | None
    note: str | None = None


def unpacked(body: bytes, *, max_bytes: int) -> Unpacked:
    """``body`` without its gzip, all members of it; one that is cut short as far as it goes."""
    note = None
    for _ in range(_LAYERS):
        if not body.startswith(_MAGIC):
            break
        inner, note = _members(body, max_bytes)
        if inner is None:
            return Unpacked(None, note)
        body = inner
    return Unpacked(body, note) if len(body) <= max_bytes else Unpacked(None)


def _members(body: bytes, max_bytes: int) -> tuple[bytes | None, str | None]:
    pieces: list[bytes] = []
    size = 0
    while body.startswith(_MAGIC):
        member = zlib.decompressobj(_GZIP)
        try:
            piece = member.decompress(body, max_bytes + 1 - size)
        except zlib.error as error:
            return b"".join(pieces), f"its gzip is broken ({error})"
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            return None, None
        if not member.eof:
            return b"".join(pieces), "its gzip is cut short"
        body = member.unused_data
    return b"".join(pieces), None
