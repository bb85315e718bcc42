"""From an address to a request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.fetch.kinds import FetchKind
from crawler.fetch.request import build_request, is_conditional, is_usable_validator

URL = "https://a.example/news/1"


def nothing(_: object) -> None:
    return None


def build(**more: object) -> Request:
    return build_request(URL, **{"kind": FetchKind.PAGE, "callback": nothing, "errback": nothing, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "size"),
    [(FetchKind.CHANNEL, 10 * 2**20), (FetchKind.PAGE, 10 * 2**20), (FetchKind.DOCUMENT, 50 * 2**20)],
)
def test_each_kind_has_its_size_and_time(kind: FetchKind, size: int) -> None:
    request = build(kind=kind)
    assert request.meta["download_maxsize"] == kind.max_bytes == size
    assert request.meta["download_timeout"] == kind.timeout_s
    assert build(kind=kind, timeout_s=7.5).meta["download_timeout"] == 7.5


def test_robots_are_cut_at_500_kib_instead_of_refused() -> None:
    assert FetchKind.ROBOTS.max_bytes == 500 * 1024
    assert build(kind=FetchKind.ROBOTS).meta["parallax_cut_bytes"] == 500 * 1024


def test_validators_make_it_conditional() -> None:
    request = build(etag='W/"1"', last_modified="Mon, 23 Nov 2026 12:00:00 GMT")
    assert request.headers[b"If-None-Match"] == b'W/"1"'
    assert request.headers[b"If-Modified-Since"] == b"Mon, 23 Nov 2026 12:00:00 GMT"
    assert is_conditional(request)
    assert not is_conditional(build())


@pytest.mark.parametrize("validator", ["", 'a"\r\nX-Injected: 1', "\n", "x" * 2000, "й", "\x00"])
def test_a_validator_that_could_end_the_header_is_not_sent(validator: str) -> None:
    assert not is_usable_validator(validator)
    assert not is_conditional(build(etag=validator, last_modified=validator))


@given(st.text(max_size=50))
def test_no_validator_from_a_server_makes_it_fail(validator: str) -> None:
    request = build(etag=validator)
    assert b"\n" not in b"".join(request.headers.to_string().splitlines())


def test_it_goes_past_the_duplicate_filter() -> None:
    assert build().dont_filter
