"""What came of a request that was not answered."""

from __future__ import annotations

import pytest
from OpenSSL import SSL
from scrapy import exceptions as scrapy_errors
from service_identity import VerificationError
from twisted.internet import error as net
from twisted.python.failure import Failure
from twisted.web import _newclient as client
from twisted.web.http import _DataLoss, _MalformedChunkedDataError

from crawler.fetch.failure import outcome_of_failure
from crawler.fetch.protocol import HeadersTooLargeError
from domain import errors
from domain.fetch import FetchOutcome

URL = "https://a.example/?token=s3cret"


def caused_by(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def failed(*reasons: BaseException, never: bool = False) -> Exception:
    wrapper = client.ResponseNeverReceived if never else client.ResponseFailed
    return caused_by(scrapy_errors.DownloadFailedError("…"), wrapper([Failure(reason) for reason in reasons]))


BAD_CERTIFICATE = SSL.Error([("SSL routines", "", "certificate verify failed")])

CASES = [
    (errors.AddressRefusedError(URL, "127.0.0.1: loopback"), FetchOutcome.ADDRESS_REFUSED),
    (errors.RobotsDisallowedError(URL), FetchOutcome.ROBOTS_DISALLOWED),
    (errors.RobotsUnreachableError(URL), FetchOutcome.ROBOTS_UNREACHABLE),
    (errors.TruncatedError(URL), FetchOutcome.TRUNCATED),
    (errors.FetchError(URL, "damaged"), FetchOutcome.BAD_RESPONSE),
    (caused_by(errors.AddressRefusedError(URL), net.DNSLookupError()), FetchOutcome.ADDRESS_REFUSED),
    (scrapy_errors.DownloadTimeoutError(f"Getting {URL} took longer"), FetchOutcome.TIMEOUT),
    (net.TimeoutError(), FetchOutcome.TIMEOUT),
    (net.TCPTimedOutError(), FetchOutcome.TIMEOUT),
    (scrapy_errors.CannotResolveHostError(), FetchOutcome.DNS_ERROR),
    (net.DNSLookupError(), FetchOutcome.DNS_ERROR),
    (scrapy_errors.DownloadConnectionRefusedError(), FetchOutcome.CONNECT_ERROR),
    (net.NoRouteError(), FetchOutcome.CONNECT_ERROR),
    (net.ConnectError(101, "Network is unreachable"), FetchOutcome.CONNECT_ERROR),
    (failed(net.ConnectionDone(), never=True), FetchOutcome.CONNECT_ERROR),
    (failed(net.ConnectionLost(), never=True), FetchOutcome.CONNECT_ERROR),
    (failed(net.ConnectionDone()), FetchOutcome.TRUNCATED),
    (failed(BAD_CERTIFICATE, never=True), FetchOutcome.TLS_ERROR),
    (failed(VerificationError(errors=[]), never=True), FetchOutcome.TLS_ERROR),
    (failed(SSL.SysCallError(-1, "Unexpected EOF"), never=True), FetchOutcome.CONNECT_ERROR),
    (failed(HeadersTooLargeError("x")), FetchOutcome.TOO_LARGE),
    (failed(client.ParseError("wrong number of parts", b"SSH-2.0")), FetchOutcome.BAD_RESPONSE),
    (failed(KeyError(b"gzip")), FetchOutcome.BAD_RESPONSE),
    (failed(ValueError("conflicting Content-Length")), FetchOutcome.BAD_RESPONSE),
    (
        caused_by(scrapy_errors.ResponseDataLossError(), client.ResponseFailed([Failure(_DataLoss())])),
        FetchOutcome.TRUNCATED,
    ),
    (
        caused_by(
            scrapy_errors.ResponseDataLossError(),
            client.ResponseFailed([Failure(_MalformedChunkedDataError()), Failure(_DataLoss())]),
        ),
        FetchOutcome.BAD_RESPONSE,
    ),
    (scrapy_errors.DownloadCancelledError(""), FetchOutcome.TOO_LARGE),
    (scrapy_errors.UnsupportedURLSchemeError("ftp"), FetchOutcome.ADDRESS_REFUSED),
    (
        scrapy_errors.NotSupported("Unsupported URL scheme 'file': no handler available for that scheme"),
        FetchOutcome.ADDRESS_REFUSED,
    ),
    (scrapy_errors.NotSupported("something else"), FetchOutcome.CRASHED),
    (RuntimeError(f"broke at {URL}\nTraceback (most recent call last):"), FetchOutcome.CRASHED),
    (KeyboardInterrupt(), FetchOutcome.CRASHED),
]


@pytest.mark.parametrize(("error", "outcome"), CASES, ids=lambda case: type(case).__name__ + str(case)[:20])
def test_every_failure_is_a_typed_outcome_with_one_clean_line(error: BaseException, outcome: FetchOutcome) -> None:
    verdict = outcome_of_failure(Failure(error))
    assert verdict.outcome is outcome
    assert verdict.error
    assert "\n" not in verdict.error
    assert "s3cret" not in verdict.error
    assert outcome_of_failure(error) == verdict


def test_the_reason_of_a_failed_handshake_is_told() -> None:
    assert outcome_of_failure(failed(BAD_CERTIFICATE)).error == "TLS: certificate verify failed"


def test_errors_that_wrap_each_other_end() -> None:
    error: BaseException = RuntimeError("innermost")
    for _ in range(50):
        error = client.ResponseFailed([Failure(error), Failure(error)])
    assert outcome_of_failure(error).outcome is FetchOutcome.BAD_RESPONSE
