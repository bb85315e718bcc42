"""The HTTP/1.1 protocol with limits, fed bytes by hand in pieces of every size."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import Request, ResponseFailed
from twisted.web.http import _MalformedChunkedDataError
from twisted.web.http_headers import Headers

from crawler.fetch.protocol import (
    MAX_HEADER_BYTES,
    MAX_HEADER_LINES,
    BoundedFactory,
    HeadersTooLargeError,
    JoiningChunkedDecoder,
)

ENDS = b"Content-Length: 2\r\n\r\nok"


class AnyTransport(StringTransport):
    """A transport that can be aborted."""

    def abortConnection(self) -> None:  # noqa: N802
        self.loseConnection()


def answered(data: bytes, *, piece: int = 65536) -> Any:
    """What a request ends in when ``data`` comes back: the response, or the failure."""
    protocol = BoundedFactory(lambda _: None, "test").buildProtocol(None)
    protocol.makeConnection(AnyTransport())
    ended: list[Any] = []
    deferred = protocol.request(Request(b"GET", b"/", Headers({b"Host": [b"a.example"]}), None))
    deferred.addBoth(ended.append)
    for start in range(0, len(data), piece):
        protocol.dataReceived(data[start : start + piece])
    if not ended:
        protocol.connectionLost(Failure(ConnectionDone()))
    return ended[0]


def reason(ended: Any) -> type[BaseException]:
    assert ended.check(ResponseFailed), ended
    return type(ended.value.reasons[0].value)


@pytest.mark.parametrize("piece", [1, 7, 65536])
def test_headers_are_kept_as_received_however_they_arrive(piece: int) -> None:
    data = b"HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A:  two \r\n three\r\nX-B: 2\r\n" + ENDS
    assert answered(data, piece=piece).parallax_headers == (
        (b"X-b", b"1"),
        (b"x-A", b"two  three"),
        (b"X-B", b"2"),
        (b"Content-Length", b"2"),
    )


def test_the_headers_of_an_interim_response_are_not_the_answers() -> None:
    data = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n" + ENDS
    assert answered(data).parallax_headers == ((b"Content-Length", b"2"),)


def test_a_header_section_within_its_limits_is_read() -> None:
    data = b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * (MAX_HEADER_LINES - 3) + ENDS
    assert answered(data).code == 200
    long = b"HTTP/1.1 200 OK\r\nX: " + b"a" * 60_000 + b"\r\n" + ENDS
    assert answered(long, piece=1000).code == 200


@pytest.mark.parametrize(
    "flood",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * (MAX_HEADER_LINES + 1),
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"a" * 60_000 + b"\r\n") * (MAX_HEADER_BYTES // 60_000 + 1),
        b"HTTP/1.1 200 OK\r\nX: 1\r\n" + b" folded\r\n" * (MAX_HEADER_LINES + 1),
        b"HTTP/1.1 100 Continue\r\n\r\n" * MAX_HEADER_LINES,
        b"HTTP/1.1 200 " + b"O" * 70_000,
    ],
    ids=["lines", "one line", "bytes", "folds", "interim responses", "status line"],
)
@pytest.mark.parametrize("piece", [1000, 65536])
def test_a_header_section_beyond_its_limits_ends_the_request(flood: bytes, piece: int) -> None:
    assert reason(answered(flood, piece=piece)) is HeadersTooLargeError


@given(st.binary(min_size=5, max_size=60).filter(lambda data: not data.startswith(b"HTTP/")), st.integers(1, 20))
def test_what_does_not_begin_as_http_ends_at_once(data: bytes, piece: int) -> None:
    assert answered(data, piece=piece).check(ResponseFailed)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=12), st.integers(1, 64))
def test_chunks_give_their_bytes_in_order_and_one_piece_a_read(bodies: list[bytes], piece: int) -> None:
    given_on: list[bytes] = []
    rest: list[bytes] = []
    decoder = JoiningChunkedDecoder(given_on.append, rest.append)
    data = b"".join(b"%x\r\n%b\r\n" % (len(body), body) for body in bodies) + b"0\r\n\r\n"
    reads = [data[start : start + piece] for start in range(0, len(data), piece)]
    for read in reads:
        decoder.dataReceived(read)
    assert b"".join(given_on) == b"".join(bodies)
    assert len(given_on) <= len(reads)
    assert rest == [b""]


def test_a_body_of_tiny_chunks_is_ended_and_one_of_many_real_chunks_is_not() -> None:
    tiny = JoiningChunkedDecoder(lambda _: None, lambda _: None)
    with pytest.raises(_MalformedChunkedDataError):
        tiny.dataReceived(b"1\r\nx\r\n" * 30_000)
    real = JoiningChunkedDecoder(lambda _: None, lambda _: None)
    real.dataReceived((b"40\r\n" + b"x" * 64 + b"\r\n") * 30_000)
