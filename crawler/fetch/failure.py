"""What came of a request that gave no response: one typed outcome for every exception. Pure.

An exception wraps others here (Scrapy's holds Twisted's as its cause, Twisted's a list of reasons); of all of them the
one that comes first in the table decides. Messages are made here, for an exception's own text may hold an address with
a secret in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from OpenSSL import SSL
from scrapy import exceptions as scrapy_errors
from service_identity import CertificateError, VerificationError
from twisted.internet import error as net
from twisted.python.failure import Failure
from twisted.web import _newclient as client
from twisted.web.error import SchemeNotSupported
from twisted.web.http import _DataLoss, _MalformedChunkedDataError

from crawler.fetch.outcome import FetchVerdict, one_line
from crawler.fetch.protocol import HeadersTooLargeError
from domain import errors
from domain.fetch import FetchOutcome

_MAX_DEPTH = 8

Types = tuple[type[BaseException], ...]

_OURS: tuple[tuple[type[errors.FetchError], FetchOutcome], ...] = (
    (errors.AddressRefusedError, FetchOutcome.ADDRESS_REFUSED),
    (errors.ProxyError, FetchOutcome.PROXY_ERROR),
    (errors.RobotsDisallowedError, FetchOutcome.ROBOTS_DISALLOWED),
    (errors.RobotsUnreachableError, FetchOutcome.ROBOTS_UNREACHABLE),
    (errors.TooLargeError, FetchOutcome.TOO_LARGE),
    (errors.TruncatedError, FetchOutcome.TRUNCATED),
    (errors.UnsupportedEncodingError, FetchOutcome.UNSUPPORTED_ENCODING),
    (errors.FetchError, FetchOutcome.BAD_RESPONSE),
)

# The first row that fits any of the exceptions decides, so what is telling stands above what follows from it: a broken
# chunk above the loss of data it causes, a bad certificate above the closed connection it causes.
_THEIRS: tuple[tuple[Types, FetchOutcome, str], ...] = (
    ((HeadersTooLargeError,), FetchOutcome.TOO_LARGE, "the headers are too large"),
    ((scrapy_errors.UnsupportedURLSchemeError, SchemeNotSupported), FetchOutcome.ADDRESS_REFUSED, "not http or https"),
    (
        (scrapy_errors.DownloadTimeoutError, net.TimeoutError, net.TCPTimedOutError, net.ConnectingCancelledError),
        FetchOutcome.TIMEOUT,
        "took too long",
    ),
    ((VerificationError, CertificateError), FetchOutcome.TLS_ERROR, "the certificate is for another host"),
    (
        (scrapy_errors.CannotResolveHostError, net.DNSLookupError, net.UnknownHostError),
        FetchOutcome.DNS_ERROR,
        "no address of the host is known",
    ),
    (
        (scrapy_errors.DownloadConnectionRefusedError, net.ConnectionRefusedError),
        FetchOutcome.CONNECT_ERROR,
        "connection refused",
    ),
    ((net.NoRouteError,), FetchOutcome.CONNECT_ERROR, "no route to the host"),
    ((net.ConnectError, net.ConnectBindError), FetchOutcome.CONNECT_ERROR, "could not connect"),
    ((_MalformedChunkedDataError,), FetchOutcome.BAD_RESPONSE, "a chunk of the body can't be read"),
    ((scrapy_errors.ResponseDataLossError, _DataLoss), FetchOutcome.TRUNCATED, "the body ended before its end"),
    ((client.ParseError,), FetchOutcome.BAD_RESPONSE, "the answer is no HTTP"),
    ((scrapy_errors.DownloadCancelledError,), FetchOutcome.TOO_LARGE, "the body is larger than it may be"),
)
_CLOSED: Types = (net.ConnectionClosed, SSL.SysCallError, SSL.ZeroReturnError)


def outcome_of_failure(error: BaseException | Failure) -> FetchVerdict:
    """The verdict on a request that ended in ``error`` (what Scrapy gives an errback, or its value). Never raises."""
    first = (error.value or RuntimeError("a failure without an exception")) if isinstance(error, Failure) else error
    found = tuple(_unwrapped(first))
    for ours, outcome in _OURS:
        for each in found:
            if isinstance(each, ours):
                return FetchVerdict(outcome, error=one_line(each.problem or _sentence(type(each))))
    for theirs, outcome, message in _THEIRS:
        if any(isinstance(each, theirs) for each in found):
            return FetchVerdict(outcome, error=message)
    return _tls_verdict(found) or _closed_verdict(found) or _last_verdict(first)


def _unwrapped(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """``error`` and everything it wraps, outermost first."""
    yield error
    if depth == _MAX_DEPTH:
        return
    inner = [reason.value for reason in getattr(error, "reasons", ()) if isinstance(reason, Failure)]
    for each in (*inner, error.__cause__):
        if each is not None:
            yield from _unwrapped(each, depth + 1)


def _tls_verdict(found: tuple[BaseException, ...]) -> FetchVerdict | None:
    for each in found:
        if isinstance(each, SSL.Error) and not isinstance(each, _CLOSED):
            return FetchVerdict(FetchOutcome.TLS_ERROR, error=one_line(f"TLS: {_openssl_reason(each)}"))
    return None


def _openssl_reason(error: SSL.Error) -> str:
    """The last word of OpenSSL's list of (library, function, reason)."""
    match error.args:
        case ([*_, (_, _, str(reason))],):
            return reason
        case _:
            return "no secure connection"


def _closed_verdict(found: tuple[BaseException, ...]) -> FetchVerdict | None:
    if not any(isinstance(each, _CLOSED) for each in found):
        return None
    began = any(isinstance(each, client.ResponseFailed) for each in found)
    never = any(isinstance(each, client.ResponseNeverReceived) for each in found)
    if began and not never:
        return FetchVerdict(FetchOutcome.TRUNCATED, error="the connection was closed inside the headers")
    return FetchVerdict(FetchOutcome.CONNECT_ERROR, error="the connection was closed without an answer")


def _last_verdict(error: BaseException) -> FetchVerdict:
    """Scrapy's word for "the response failed" means the server's fault; anything else that no row knows is ours."""
    if isinstance(error, scrapy_errors.DownloadFailedError | client.ResponseFailed):
        return FetchVerdict(FetchOutcome.BAD_RESPONSE, error="the answer can't be read")
    if isinstance(error, scrapy_errors.NotSupported) and "no handler available" in str(error):
        return FetchVerdict(FetchOutcome.ADDRESS_REFUSED, error="not http or https")
    text = re.sub(r"\w+://\S+", "…", str(error))
    return FetchVerdict(FetchOutcome.CRASHED, error=one_line(f"{type(error).__name__}: {text}".rstrip(": ")))


def _sentence(kind: type[BaseException]) -> str:
    """What an error of ours says of itself."""
    return (kind.__doc__ or kind.__name__).strip().splitlines()[0].rstrip(".")
