"""Twisted's HTTP/1.1 client protocol with limits on what a server can make it do, and the headers as received.

Written against Scrapy 2.19 and Twisted 26, whose parser offers no public hooks for these. Each limit answers a measured
way to block the reactor for seconds: 200,000 headers, endless interim responses, a body in chunks of one byte.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IAddress, ISSLTransport
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS, HTTP11ClientProtocol, ParseError, ResponseFailed
from twisted.web._newclient import Request as TxRequest
from twisted.web.http import (
    _ChunkedTransferDecoder,
    _DataLoss,
    _IdentityTransferDecoder,
    _MalformedChunkedDataError,
)
from twisted.web.iweb import IResponse

MAX_HEADER_LINES = 500
MAX_HEADER_LINE_BYTES = 64 * 1024
MAX_HEADER_BYTES = 256 * 1024
MAX_TINY_CHUNKS = 20_000
TINY_CHUNK_BYTES = 16

_FIRST_BYTES = b"HTTP/"


class HeadersTooLargeError(Exception):
    """The response's header section is larger than any honest one."""


class JoiningChunkedDecoder(_ChunkedTransferDecoder):
    """Passes on what one read of the socket brought as one piece, and ends a body of ever so many tiny chunks.

    Every piece passed on costs Scrapy a signal, so that 64 KiB of one-byte chunks blocked the reactor for 3 s.
    """

    def __init__(self, pass_on: Callable[[bytes], None], finish: Callable[[bytes], None]) -> None:
        super().__init__(self._collect, self._finish)
        self._pass_on = pass_on
        self._finish_response = finish
        self._pieces: list[bytes] = []
        self._chunks = 0
        self._chunk_bytes = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Decode ``data``. Raises _MalformedChunkedDataError."""
        try:
            super().dataReceived(data)
        finally:
            self._flush()

    def _collect(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._chunks += 1
        self._chunk_bytes += len(piece)
        if self._chunks > MAX_TINY_CHUNKS and self._chunk_bytes < TINY_CHUNK_BYTES * self._chunks:
            raise _MalformedChunkedDataError(f"more than {MAX_TINY_CHUNKS} chunks of a few bytes")

    def _finish(self, rest: bytes) -> None:
        self._flush()
        self._finish_response(rest)

    def _flush(self) -> None:
        if self._pieces:
            whole, self._pieces = b"".join(self._pieces), []
            self._pass_on(whole)


class BoundedHeaderParser(_LenientHTTPClientParser):
    """Ends a response whose header section is too large, and keeps the header lines as received.

    200,000 headers block the reactor for seconds (measured), as does building a mapping of them. The counts run over
    all interim (1xx) responses too. Its state is set by ``limit``: Scrapy swaps the class of a parser that exists.
    """

    MAX_LENGTH = MAX_HEADER_LINE_BYTES
    _transferDecoders: Any = {b"chunked": JoiningChunkedDecoder}  # noqa: N815, RUF012 - Twisted's table
    raw_headers: list[tuple[bytes, bytes]]
    header_lines: int
    header_bytes: int
    is_plain: bool

    def limit(self, *, is_plain: bool) -> None:
        """Start counting; ``is_plain`` says that the connection is not TLS."""
        self.is_plain = is_plain
        self.raw_headers = []
        self.header_lines = 0
        self.header_bytes = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Refuse what does not begin as HTTP, before a line that may never end is read. Raises ParseError."""
        begins = (self._buffer + data[:8])[: len(_FIRST_BYTES)]
        if self.state == STATUS and not _FIRST_BYTES.startswith(begins):
            raise ParseError("the answer does not begin as HTTP", begins)  # type: ignore[no-untyped-call]
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure | None = None) -> None:  # noqa: N802
        """A body that lasts until the connection closes is not whole when the connection was reset instead.

        Twisted passes such a body on as it does any of unknown length. Over TLS a missing goodbye looks the same as a
        reset and is common, so only plain connections are judged.
        """
        decoder = self.bodyDecoder
        is_until_close = isinstance(decoder, _IdentityTransferDecoder) and decoder.contentLength is None
        if is_until_close and self.is_plain and isinstance(reason and reason.value, ConnectionLost):
            loss: Any = Failure(_DataLoss())  # type: ignore[no-untyped-call]
            loss = ResponseFailed([reason, loss], self.response)  # type: ignore[no-untyped-call]
            self.response._bodyDataFinished(Failure(loss))  # type: ignore[no-untyped-call]
            return
        super().connectionLost(reason)

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        """Count the line, then let it be parsed. Raises HeadersTooLargeError."""
        self.header_lines += 1
        self.header_bytes += len(line) + 1
        if self.header_lines > MAX_HEADER_LINES or self.header_bytes > MAX_HEADER_BYTES:
            raise HeadersTooLargeError(f"more than {MAX_HEADER_LINES} header lines or {MAX_HEADER_BYTES} bytes of them")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        """A line longer than MAX_LENGTH. Raises HeadersTooLargeError."""
        raise HeadersTooLargeError(f"a header line of more than {MAX_HEADER_LINE_BYTES} bytes")

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        """Keep the line as received beside Twisted's own, grouped and renamed, mapping."""
        self.raw_headers.append((name, value))
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]

    def allHeadersReceived(self) -> None:  # noqa: N802
        """Hang the kept lines on the response; an interim response's are dropped with it."""
        if 100 <= self.response.code < 200:
            self.raw_headers = []
        else:
            self.response.parallax_headers = tuple(self.raw_headers)
        super().allHeadersReceived()  # type: ignore[no-untyped-call]


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        response = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = BoundedHeaderParser
            is_plain = not ISSLTransport.providedBy(self.transport)
            cast("BoundedHeaderParser", self._parser).limit(is_plain=is_plain)
        return response


class BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
