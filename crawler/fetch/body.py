"""A body with its content encoding undone, within a size. Pure.

Scrapy's own decompression is off: it delivers a truncated gzip body as a whole page, and the archive keeps what came.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator

import brotli  # type: ignore[import-untyped]

from domain.errors import FetchError, TooLargeError, TruncatedError, UnsupportedEncodingError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_CODINGS = 3  # stacked; a real body has one
_CHUNK_BYTES = 64 * 1024
_MAX_MEMBERS = 4096  # a body of a million empty gzip members is as costly as a bomb
_ZSTD_WINDOW_LOG = 23  # 8 MiB, what RFC 9659 allows a zstd content coding

# Written into Content-Encoding by servers that mean the character encoding, or nothing at all.
_NO_CODING = frozenset(
    {"", "identity", "none", "binary", "8bit", "7bit", "utf-8", "utf8", "iso-8859-1", "windows-1251"}
)


def content_codings(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The content codings of a response in the order they were applied, lower case, without those that do nothing."""
    values = (value for name, value in headers if name.lower() == "content-encoding")
    codings = (coding.strip().lower() for value in values for coding in value.split(","))
    return tuple(coding for coding in codings if coding not in _NO_CODING)


def decoded_body(
    body: bytes, headers: Iterable[tuple[str, str]], *, max_bytes: int, url: str = "", may_be_cut: bool = False
) -> bytes:
    """``body`` with the content codings that ``headers`` name undone (gzip, deflate, br, zstd, up to three stacked).

    A body that does not begin as its gzip or zstd coding must is taken as not coded. What follows a whole stream is
    dropped, except further gzip members and zstd frames. With ``may_be_cut`` a body that ends early or grows over
    ``max_bytes`` gives what was read so far. ``url`` is the subject of the errors.

    Raises TooLargeError over ``max_bytes``, TruncatedError when a stream ends before its end,
    UnsupportedEncodingError for an unknown coding or too many, FetchError for a damaged one.
    """
    codings = content_codings(headers)
    if len(codings) > MAX_CODINGS:
        raise UnsupportedEncodingError(url, f"{len(codings)} stacked content encodings")
    for coding in reversed(codings):
        body = _undone(coding, body, max_bytes, url, may_be_cut)
    if len(body) > max_bytes:
        if not may_be_cut:
            raise TooLargeError(url, f"more than {max_bytes} bytes")
        return body[:max_bytes]
    return body


def _undone(coding: str, body: bytes, max_bytes: int, url: str, may_be_cut: bool) -> bytes:
    pieces_of = _CODINGS.get(coding)
    if pieces_of is None:
        raise UnsupportedEncodingError(url, f"content encoding {coding[:40]!r} was not asked for")
    if not body or not _begins_as(coding, body):
        return body
    out = bytearray()
    try:
        for piece in pieces_of(body):
            out += piece
            if len(out) > max_bytes:
                break
    except _EndsEarlyError as error:
        if not may_be_cut:
            raise TruncatedError(url, f"the {coding} body ends early") from error
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        if not (may_be_cut and out):
            raise FetchError(url, f"the {coding} body is damaged") from error
    if len(out) > max_bytes and not may_be_cut:
        raise TooLargeError(url, f"more than {max_bytes} bytes with {coding} undone")
    return bytes(out[:max_bytes])


class _EndsEarlyError(Exception):
    """The stream's end did not come."""


Pieces = Generator[bytes, None, int]  # at most _CHUNK_BYTES each; gives the offset behind the stream's end


def _begins_as(coding: str, body: bytes) -> bool:
    magic = _MAGIC.get(coding)
    return magic is None or body.startswith(magic[: len(body)])


def _inflated(body: bytes, start: int, wbits: int) -> Pieces:
    """One gzip member, zlib stream or raw deflate stream, which differ in ``wbits``."""
    stream = zlib.decompressobj(wbits)
    while not stream.eof:
        data = body[start : start + _CHUNK_BYTES]
        start += len(data)
        piece = stream.decompress(data, _CHUNK_BYTES)
        if not (data or piece or stream.eof):
            raise _EndsEarlyError
        while piece and not stream.eof:  # after its end the stream takes its own tail for more input
            yield piece
            piece = stream.decompress(stream.unconsumed_tail, _CHUNK_BYTES)
        yield piece
    return start - len(stream.unused_data)


def _gzip(body: bytes) -> Iterator[bytes]:
    start = yield from _inflated(body, 0, zlib.MAX_WBITS | 16)
    for _ in range(_MAX_MEMBERS):
        if not body.startswith(_GZIP_MAGIC, start):
            return
        start = yield from _inflated(body, start, zlib.MAX_WBITS | 16)


def _deflate(body: bytes) -> Iterator[bytes]:
    """Whichever of zlib (what the name means, RFC 9110) and raw deflate (what some servers send) ``body`` begins as."""
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    yield from _inflated(body, 0, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _unbrotlied(body: bytes) -> Iterator[bytes]:
    """One brotli stream. Anything behind its end makes brotli fail on the whole piece of input in which it ends, so
    that piece is then read once more, byte by byte.
    """
    given = 0
    read_to = 0
    try:
        for piece, read_to in _brotli_pieces(body, slow_from=len(body)):  # noqa: B007 - read on failure
            given += len(piece)
            yield piece
    except brotli.error:
        for piece, _ in _brotli_pieces(body, slow_from=max(0, read_to - _CHUNK_BYTES)):
            yield piece[given:]
            given = max(0, given - len(piece))


def _brotli_pieces(body: bytes, *, slow_from: int) -> Iterator[tuple[bytes, int]]:
    """Pieces of what ``body`` gives, each with how far it was read; byte by byte from ``slow_from`` on."""
    stream = brotli.Decompressor()
    start = 0
    piece = b""
    while not stream.is_finished():
        data = b""
        if not piece and stream.can_accept_more_data():  # what it still holds back comes first
            data = body[start : start + (_CHUNK_BYTES if start < slow_from else 1)]
            start += len(data)
            if not data:
                raise _EndsEarlyError
        piece = stream.process(data, output_buffer_limit=_CHUNK_BYTES)
        yield piece, start


def _zstd_frame(body: bytes, start: int) -> Pieces:
    frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})
    while not frame.eof:
        data = b""
        if frame.needs_input:
            data = body[start : start + _CHUNK_BYTES]
            start += len(data)
            if not data:
                raise _EndsEarlyError
        yield frame.decompress(data, _CHUNK_BYTES)
    return start - len(frame.unused_data)


def _zstd(body: bytes) -> Iterator[bytes]:
    start = yield from _zstd_frame(body, 0)
    for _ in range(_MAX_MEMBERS):
        if not _ZSTD_FRAME.match(body, start):
            return
        start = yield from _zstd_frame(body, start)


_CODINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _unbrotlied,
    "zstd": _zstd,
}
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_FRAME = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # the second is skippable (RFC 8878, 3.1.2)
_MAGIC = {"gzip": _GZIP_MAGIC, "x-gzip": _GZIP_MAGIC, "zstd": b"\x28\xb5\x2f\xfd"}
