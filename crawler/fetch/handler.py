"""Scrapy's HTTP/1.1 download handler with what it lacks: a guard, limits on headers, and the headers as received.

Written against Scrapy 2.19 and Twisted 26, whose parser, agent and handler offer no public hooks for these three.
"""

from __future__ import annotations

from time import monotonic
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, StopDownload
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IAddress, ISSLTransport
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS, HTTP11ClientProtocol, ParseError, ResponseFailed
from twisted.web._newclient import Request as TxRequest
from twisted.web.http import _DataLoss, _IdentityTransferDecoder
from twisted.web.iweb import IResponse

from crawler.fetch.guard import AddressPolicy
from crawler.fetch.resolver import ALLOWED_NETWORKS_SETTING, GuardedResolver
from domain.errors import AddressRefusedError

HEADERS_META = "parallax_headers"
ELAPSED_META = "parallax_elapsed_s"
CUT_META = "parallax_cut_bytes"
CUT_FLAG = "download_stopped"

MAX_HEADER_LINES = 500
MAX_HEADER_LINE_BYTES = 64 * 1024
MAX_HEADER_BYTES = 256 * 1024
_FIRST_BYTES = b"HTTP/"


class HeadersTooLargeError(Exception):
    """The response's header section is larger than any honest one."""


class BoundedHeaderParser(_LenientHTTPClientParser):
    """Ends a response whose header section is too large, and keeps the header lines as received.

    200,000 headers block the reactor for seconds (measured), as does building a mapping of them. The counts run over
    all interim (1xx) responses too. Its state is set by ``limit``: Scrapy swaps the class of a parser that exists.
    """

    MAX_LENGTH = MAX_HEADER_LINE_BYTES
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


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _RecordingAgent(_ScrapyAgent):
    """Puts the headers as received into the request's meta."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        request.meta[HEADERS_META] = getattr(txresponse, "parallax_headers", ())
        return super()._cb_bodyready(txresponse, request)


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Downloads over HTTP/1.1 from addresses that may be dialled, with bounded headers.

    Raises AddressRefusedError before anything is dialled; other failures are Scrapy's and Twisted's own. Refuses to
    work on a reactor whose names are resolved by anything but GuardedResolver, and through a proxy, where the proxy
    would resolve them.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._policy = AddressPolicy.parse(crawler.settings.getlist(ALLOWED_NETWORKS_SETTING))
        self._pool._factory = _BoundedFactory
        crawler.signals.connect(_cut, signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """The response to ``request``; its meta gets the headers as received and the seconds it took."""
        resolver = _guarded_resolver()
        self._refuse(request)
        started = monotonic()
        agent = _RecordingAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=0,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=False,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except CannotResolveHostError as error:
            refusal = resolver.refusal_of(urlsplit(request.url).hostname or "")
            if refusal is not None:
                raise AddressRefusedError(request.url, refusal) from error
            raise
        finally:
            request.meta[ELAPSED_META] = monotonic() - started

    def _refuse(self, request: Request) -> None:
        if request.meta.get("proxy"):
            raise AddressRefusedError(request.url, "a proxy would look the name up unchecked")
        refusal = self._policy.literal_refusal(request.url)
        if refusal is not None:
            raise AddressRefusedError(request.url, refusal)


def _guarded_resolver() -> GuardedResolver:
    """The reactor's resolver. Asked at each request: Scrapy installs it after the handlers are made."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs a reactor

    resolver = getattr(reactor, "nameResolver", None)
    if not isinstance(resolver, GuardedResolver):
        raise TypeError("the reactor's names are not resolved by the guarded resolver; nothing is fetched")
    return resolver


def _cut(data: bytes, request: Request, **_: object) -> None:
    """End a body that is only read up to a limit. Raises StopDownload, which Scrapy turns into a whole response."""
    limit = request.meta.get(CUT_META)
    if limit is None:
        return
    received = request.meta.get("parallax_received_bytes", 0) + len(data)
    request.meta["parallax_received_bytes"] = received
    if received > limit:
        raise StopDownload(fail=False)
