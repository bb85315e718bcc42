"""What came of a request that was answered."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.kinds import KIB, FetchKind
from crawler.fetch.outcome import MAX_RETRY_AFTER_S, FetchVerdict, one_line, outcome_of_response, retry_after_s
from domain.fetch import FetchOutcome, Response

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAGE = "<p>Yeni körpü açıldı.</p>".encode()


def response(status: int = 200, body: bytes = PAGE, *headers: tuple[str, str], version: str = "HTTP/1.1") -> Response:
    return Response(
        url="https://a.example/news/1",
        status=status,
        headers=headers,
        body=body,
        requested_at=NOW - timedelta(seconds=1),
        received_at=NOW,
        http_version=version,
    )


def verdict(answer: Response, **more: object) -> FetchVerdict:
    return outcome_of_response(answer, **{"kind": FetchKind.PAGE, **more})  # type: ignore[arg-type]


def test_a_whole_body_is_ok_with_its_digest_and_validators() -> None:
    got = verdict(
        response(200, gzip.compress(PAGE), ("Content-Encoding", "gzip"), ("ETag", 'W/"1"'), ("Last-Modified", "x"))
    )
    assert got.outcome is FetchOutcome.OK
    assert (got.body, got.body_sha256) == (PAGE, hashlib.sha256(PAGE).hexdigest())
    assert (got.etag, got.last_modified, got.error) == ('W/"1"', "x", None)


def test_the_same_bytes_as_last_time_are_the_same_content_however_they_were_coded() -> None:
    before = verdict(response()).body_sha256
    coded = response(200, gzip.compress(PAGE), ("Content-Encoding", "gzip"))
    assert verdict(coded, previous_sha256=before).outcome is FetchOutcome.SAME_CONTENT
    assert verdict(response(200, PAGE + b" "), previous_sha256=before).outcome is FetchOutcome.OK


def test_a_304_counts_only_when_it_was_asked_for() -> None:
    assert verdict(response(304, b""), was_conditional=True).outcome is FetchOutcome.NOT_MODIFIED
    assert verdict(response(304, b"")).outcome is FetchOutcome.HTTP_ERROR


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (203, FetchOutcome.OK),
        (201, FetchOutcome.HTTP_ERROR),
        (202, FetchOutcome.HTTP_ERROR),
        (204, FetchOutcome.HTTP_ERROR),
        (205, FetchOutcome.HTTP_ERROR),
        (206, FetchOutcome.TRUNCATED),
        (300, FetchOutcome.HTTP_ERROR),
        (400, FetchOutcome.REFUSED),
        (401, FetchOutcome.REFUSED),
        (403, FetchOutcome.REFUSED),
        (404, FetchOutcome.NOT_FOUND),
        (406, FetchOutcome.REFUSED),
        (408, FetchOutcome.HTTP_ERROR),
        (410, FetchOutcome.GONE),
        (418, FetchOutcome.REFUSED),
        (429, FetchOutcome.RATE_LIMITED),
        (451, FetchOutcome.REFUSED),
        (500, FetchOutcome.HTTP_ERROR),
        (503, FetchOutcome.HTTP_ERROR),
        (522, FetchOutcome.HTTP_ERROR),
        (999, FetchOutcome.REFUSED),
        (99, FetchOutcome.BAD_RESPONSE),
        (-1, FetchOutcome.BAD_RESPONSE),
        (1000, FetchOutcome.BAD_RESPONSE),
    ],
)
def test_each_status_has_its_outcome(status: int, outcome: FetchOutcome) -> None:
    got = verdict(response(status))
    assert got.outcome is outcome
    assert (got.error is None) == got.outcome.is_success
    assert got.outcome.is_success or not got.body


def test_a_protocol_that_is_not_http_is_a_bad_response() -> None:
    assert verdict(response(version="FTP/1.1")).outcome is FetchOutcome.BAD_RESPONSE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://b.example/x#part", "https://b.example/x"),
        ("/x y", "https://a.example/x%20y"),
        ("//b.example", "https://b.example"),
        ("?page=2", "https://a.example/news/1?page=2"),
        ("/xəbər".encode().decode("latin-1"), "https://a.example/x%C9%99b%C9%99r"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),  # the guard's business, hop by hop
    ],
)
def test_a_redirect_gives_an_absolute_address(status: int, location: str, target: str) -> None:
    got = verdict(response(status, b"", ("Location", location)))
    assert (got.outcome, got.redirect_to) == (FetchOutcome.REDIRECTED, target)


@pytest.mark.parametrize(
    "location", ["", "  ", "mailto:a@b.example", "javascript:x", "http://", "http://u:p@b.example/", "file:///x"]
)
def test_a_redirect_to_nothing_that_can_be_fetched_is_a_bad_response(location: str) -> None:
    assert verdict(response(302, b"", ("Location", location))).outcome is FetchOutcome.BAD_RESPONSE
    assert verdict(response(302, b"")).outcome is FetchOutcome.BAD_RESPONSE


def test_a_redirect_to_itself_is_a_loop() -> None:
    assert verdict(response(302, b"", ("Location", "/news/1"))).outcome is FetchOutcome.REDIRECT_LOOP


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_us_to_wait_is_rate_limiting(status: int) -> None:
    got = verdict(response(status, b"", ("Retry-After", "30")))
    assert (got.outcome, got.retry_after_s) == (FetchOutcome.RATE_LIMITED, 30)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        (" 120 ", 120),
        ("99999999999", MAX_RETRY_AFTER_S),
        ("9" * 400, None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣٠", None),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120),
        (format_datetime(NOW + timedelta(days=9), usegmt=True), MAX_RETRY_AFTER_S),
        (format_datetime(NOW - timedelta(days=9), usegmt=True), None),
        ("Mon, 23 Nov 2026 12:01:00", 60),
        ("Mon, 23 Nov 2026 16:01:00 +0400", 60),
        ("Mon, 23 Nov 99999 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(value: str | None, seconds: int | None) -> None:
    assert retry_after_s(value, now=NOW) == seconds


def test_a_date_to_wait_for_is_measured_by_the_servers_own_clock() -> None:
    date = ("Date", format_datetime(NOW - timedelta(days=400), usegmt=True))
    until = ("Retry-After", format_datetime(NOW - timedelta(days=400) + timedelta(seconds=90), usegmt=True))
    assert verdict(response(503, b"", date, until)).retry_after_s == 90
    assert verdict(response(503, b"", ("Date", "today"), until)).retry_after_s is None


@given(st.text(max_size=60))
def test_no_retry_after_makes_it_fail(value: str) -> None:
    seconds = retry_after_s(value, now=NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER_S


def test_what_is_wrong_with_a_body_is_an_outcome() -> None:
    coded = ("Content-Encoding", "gzip")
    whole = gzip.compress(PAGE * 100)
    assert verdict(response(200, whole[:-9], coded)).outcome is FetchOutcome.TRUNCATED
    assert verdict(response(200, whole[:-8] + bytes(8), coded)).outcome is FetchOutcome.BAD_RESPONSE
    assert verdict(response(200, gzip.compress(b"\0" * 11 * 2**20), coded)).outcome is FetchOutcome.TOO_LARGE
    assert verdict(response(200, PAGE, ("Content-Encoding", "exi"))).outcome is FetchOutcome.UNSUPPORTED_ENCODING
    rotated = response(200, PAGE, ("Content-Type", "text/html; charset=rot13"))
    assert verdict(rotated).outcome is FetchOutcome.UNSUPPORTED_ENCODING


def test_robots_are_cut_where_a_page_would_be_refused() -> None:
    long = response(200, gzip.compress(b"#" * 600 * KIB), ("Content-Encoding", "gzip"))
    got = verdict(long, kind=FetchKind.ROBOTS)
    assert (got.outcome, len(got.body)) == (FetchOutcome.OK, 500 * KIB)


@given(
    status=st.integers(-5, 1200),
    body=st.binary(max_size=200),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["Location", "Retry-After", "Content-Type", "Content-Encoding", "ETag", "X"]),
            st.text(st.characters(max_codepoint=255), max_size=40),
        ),
        max_size=4,
    ),
    kind=st.sampled_from(FetchKind),
)
def test_no_response_makes_it_fail(status: int, body: bytes, headers: list[tuple[str, str]], kind: FetchKind) -> None:
    got = verdict(response(status, body, *headers), kind=kind)
    assert got.error is None or one_line(got.error) == got.error


@given(st.text())
def test_a_message_is_one_short_printable_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 300
    assert line.isprintable()
