"""Refusals of an API become outcomes of their own, in words of ours."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.api_answers import api_refusal, posts_refusal
from domain.fetch import LIST_ENDS, FetchOutcome, Response

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
URL = "https://api.example/youtube/v3/videos?id=a"
JSON = (("Content-Type", "application/json"),)


def told(status: int, body: bytes | object, headers: tuple[tuple[str, str], ...] = JSON) -> tuple[FetchOutcome, str]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = api_refusal(Response(URL, status, headers, raw, NOW, NOW), FetchOutcome.REFUSED)
    assert found is not None
    return found


def error(*reasons: str, details: tuple[str, ...] = (), status: str | None = None) -> object:
    return {
        "error": {
            "message": "<a href='https://console.example'>read this</a>",
            "errors": [{"reason": reason, "domain": "global"} for reason in reasons],
            "details": [{"@type": "x", "reason": reason} for reason in details],
            "status": status,
        }
    }


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (403, error("quotaExceeded"), FetchOutcome.QUOTA_SPENT),
        (403, error("dailyLimitExceeded"), FetchOutcome.QUOTA_SPENT),
        (429, error("rateLimitExceeded", status="RESOURCE_EXHAUSTED"), FetchOutcome.RATE_LIMITED),
        (403, error("userRateLimitExceeded"), FetchOutcome.RATE_LIMITED),
        (400, error("badRequest", details=("API_KEY_INVALID",), status="INVALID_ARGUMENT"), FetchOutcome.KEY_REFUSED),
        (400, error("keyInvalid"), FetchOutcome.KEY_REFUSED),
        (403, error("accessNotConfigured", status="PERMISSION_DENIED"), FetchOutcome.KEY_REFUSED),
        (403, error("forbidden", details=("API_KEY_IP_ADDRESS_BLOCKED",)), FetchOutcome.KEY_REFUSED),
        (403, error("playlistItemsNotAccessible", status="PERMISSION_DENIED"), FetchOutcome.NOT_FOUND),
        (404, error("playlistNotFound"), FetchOutcome.NOT_FOUND),
        (400, error("invalidPageToken"), FetchOutcome.HTTP_ERROR),
        (403, b"<html>no JSON at all</html>", FetchOutcome.KEY_REFUSED),
        (401, b"", FetchOutcome.KEY_REFUSED),
        (418, b"[" * 50_000, FetchOutcome.HTTP_ERROR),
        (400, {"error": "a word"}, FetchOutcome.HTTP_ERROR),
    ],
)
def test_a_refusal_is_told_by_its_reason(status: int, body: bytes | object, outcome: FetchOutcome) -> None:
    assert told(status, body)[0] is outcome


def test_the_words_repeat_the_apis_reasons_and_nothing_else_of_it() -> None:
    assert told(403, error("quotaExceeded", "a reason in\nwords", status="PERMISSION_DENIED")) == (
        FetchOutcome.QUOTA_SPENT,
        "the API says that the key's quota is used up: 403 quotaExceeded, PERMISSION_DENIED",
    )


def test_a_compressed_refusal_is_read() -> None:
    body = gzip.compress(json.dumps(error("quotaExceeded")).encode())
    assert told(403, body, (*JSON, ("Content-Encoding", "gzip")))[0] is FetchOutcome.QUOTA_SPENT


def test_a_refusal_that_is_a_bomb_is_not_unpacked() -> None:
    body = gzip.compress(b"{" + b" " * (8 << 20))
    assert told(403, body, (*JSON, ("Content-Encoding", "gzip")))[0] is FetchOutcome.KEY_REFUSED


@pytest.mark.parametrize("status", [200, 304, 302, 500, 503])
def test_what_is_no_refusal_stands_as_it_is(status: int) -> None:
    assert api_refusal(Response(URL, status, JSON, b"{}", NOW, NOW), FetchOutcome.HTTP_ERROR) is None


@given(st.binary(max_size=200), st.sampled_from([400, 401, 403, 404, 429, 451]))
def test_any_body_gives_an_outcome(body: bytes, status: int) -> None:
    told(status, body)


@pytest.mark.parametrize(
    ("status", "body", "outcome", "expected"),
    [
        (400, {"code": "rest_post_invalid_page_number"}, FetchOutcome.REFUSED, (FetchOutcome.NOT_FOUND, LIST_ENDS)),
        (
            401,
            {"code": "rest_not_logged_in", "message": "<b>x</b>"},
            FetchOutcome.REFUSED,
            (FetchOutcome.REFUSED, "WordPress REST is not open to everybody: 401 rest_not_logged_in"),
        ),
        (
            403,
            b"<html>",
            FetchOutcome.REFUSED,
            (FetchOutcome.REFUSED, "WordPress REST is not open to everybody: 403"),
        ),
        (
            404,
            {"code": "rest_no_route"},
            FetchOutcome.NOT_FOUND,
            (FetchOutcome.NOT_FOUND, "WordPress REST is not there: 404 rest_no_route"),
        ),
        (
            400,
            {"code": "<script>"},
            FetchOutcome.REFUSED,
            (FetchOutcome.REFUSED, "WordPress REST is not open to everybody: 400"),
        ),
        (400, [1], FetchOutcome.REFUSED, (FetchOutcome.REFUSED, "WordPress REST is not open to everybody: 400")),
        (409, {}, FetchOutcome.HTTP_ERROR, (FetchOutcome.HTTP_ERROR, "WordPress REST refuses: 409")),
        (429, {"code": "rest_post_invalid_page_number"}, FetchOutcome.RATE_LIMITED, None),
        (503, {"code": "rest_post_invalid_page_number"}, FetchOutcome.HTTP_ERROR, None),
        (200, {"code": "rest_post_invalid_page_number"}, FetchOutcome.OK, None),
    ],
)
def test_a_site_that_refuses_its_posts_stays_one_that_refuses(
    status: int, body: bytes | object, outcome: FetchOutcome, expected: tuple[FetchOutcome, str] | None
) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert posts_refusal(Response(URL, status, JSON, raw, NOW, NOW), outcome) == expected
