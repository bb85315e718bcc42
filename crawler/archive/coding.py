"""Content codings (RFC 9110, 8.4) of a body: whether one is still on it.

A fetcher may hand over a body as received or with its coding undone, under the same headers. A record that names a
coding which the body does not have can't be read by others, so the bytes are asked, not the fetcher's habits.
"""

from __future__ import annotations

import zlib

import brotli  # type: ignore[import-untyped]  # ships no type information

_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_PROBE_BYTES = 1024 * 1024


def is_still_encoded(body: bytes, content_encoding: str) -> bool:
    """Whether ``body`` can carry the outermost coding that the header names; True where that can't be told.

    Gzip and zstd are known by their first bytes, deflate and br by decoding them. A coding nobody knows is left to
    stand as announced.
    """
    outermost = content_encoding.rsplit(",", 1)[-1].strip().lower()
    if not body:
        return True
    if outermost in {"gzip", "x-gzip"}:
        return body.startswith(_GZIP_MAGIC)
    if outermost == "zstd":
        return body.startswith(_ZSTD_MAGIC)
    if outermost == "deflate":
        return _inflates(body, zlib.MAX_WBITS) or _inflates(body, -zlib.MAX_WBITS)
    return _unbrotlis(body) if outermost == "br" else True


def _inflates(body: bytes, wbits: int) -> bool:
    """Whether ``body`` is one deflate stream to its last byte, as far as ``_PROBE_BYTES`` of its content tell."""
    decompressor = zlib.decompressobj(wbits)
    try:
        content = decompressor.decompress(body, _PROBE_BYTES)
    except zlib.error:
        return False
    return len(content) == _PROBE_BYTES or (decompressor.eof and not decompressor.unused_data)


def _unbrotlis(body: bytes) -> bool:
    """Whether ``body`` is one brotli stream, as far as ``_PROBE_BYTES`` of its content tell."""
    decompressor = brotli.Decompressor()
    try:
        content = decompressor.process(body, output_buffer_limit=_PROBE_BYTES)
    except brotli.error:
        return False
    return len(content) >= _PROBE_BYTES or bool(decompressor.is_finished())
