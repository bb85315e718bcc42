"""What came of a request: one typed outcome for every response. Pure.

What came of a request that gave no response is in ``crawler.fetch.failure``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from crawler.fetch.body import decoded_body
from crawler.fetch.charset import HEAD_BYTES, declared_charset
from crawler.fetch.kinds import FetchKind
from domain.errors import FetchError, TooLargeError, TruncatedError, UnsupportedEncodingError
from domain.fetch import FetchOutcome, Response
from domain.urls import http_url

MAX_RETRY_AFTER_S = 24 * 3600
MAX_MESSAGE_CHARS = 300

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OUTCOMES = {
    # Answers to a well-formed GET of an honest client that is not wanted; 400, 405 and 406 are what firewalls send.
    **dict.fromkeys((400, 401, 402, 403, 405, 406, 418, 451, 999), FetchOutcome.REFUSED),
    206: FetchOutcome.TRUNCATED,  # a part, and none was asked for
    404: FetchOutcome.NOT_FOUND,
    410: FetchOutcome.GONE,
    429: FetchOutcome.RATE_LIMITED,
}
_BODY_ERRORS = {
    TooLargeError: FetchOutcome.TOO_LARGE,
    TruncatedError: FetchOutcome.TRUNCATED,
    UnsupportedEncodingError: FetchOutcome.UNSUPPORTED_ENCODING,
}


@dataclass(frozen=True, slots=True)
class FetchVerdict:
    """How a request ended, and what the next one needs to know.

    ``error`` is one line, present unless the outcome is a success or a redirect. ``redirect_to`` is absolute http(s).
    ``body`` is the body with its content encoding undone and ``body_sha256`` its digest, for ok and same_content
    alone. ``etag`` and ``last_modified`` are the validators as received, where they can be sent back.
    """

    outcome: FetchOutcome
    error: str | None = None
    redirect_to: str | None = None
    retry_after_s: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    body: bytes = b""


def outcome_of_response(
    response: Response, *, kind: FetchKind, previous_sha256: str | None = None, was_conditional: bool = False
) -> FetchVerdict:
    """The verdict on ``response`` as received (``crawler.fetch.request.to_response``). Never raises.

    ``previous_sha256`` is the ``body_sha256`` of the last whole body of this address; ``was_conditional`` says that
    validators were sent with the request.
    """
    status = response.status
    if not response.http_version.startswith("HTTP/") or not 200 <= status <= 999:
        return _failed(FetchOutcome.BAD_RESPONSE, f"{one_line(response.http_version)} {status} is no answer of HTTP")
    if status in {200, 203}:
        return _whole(response, kind, previous_sha256)
    if status == 304 and was_conditional:
        return FetchVerdict(
            FetchOutcome.NOT_MODIFIED,
            etag=_validator(response, "etag"),
            last_modified=_validator(response, "last-modified"),
        )
    if status in _REDIRECTS:
        return _redirect(response)
    return _refused_or_failed(response)


def retry_after_s(value: str | None, *, now: datetime) -> int | None:
    """Seconds to wait by a Retry-After header, at most a day; None when it says nothing that can be followed.

    Takes both forms, seconds and an HTTP date (RFC 9110, 10.2.3); one that is past is None. ``now`` is the server's
    own time where it tells it, so that a wrong clock on either side does no harm.
    """
    if value is None:
        return None
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,18}", text):
        return min(int(text), MAX_RETRY_AFTER_S)
    at = _http_date(text)
    if at is None or at <= now:
        return None
    return min(int((at - now).total_seconds()), MAX_RETRY_AFTER_S)


def one_line(text: str) -> str:
    """``text`` as one line of at most 300 printable characters."""
    joined = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return joined if len(joined) <= MAX_MESSAGE_CHARS else joined[: MAX_MESSAGE_CHARS - 1] + "…"


def _whole(response: Response, kind: FetchKind, previous_sha256: str | None) -> FetchVerdict:
    try:
        body = decoded_body(
            response.body, response.headers, max_bytes=kind.max_bytes, url=response.url, may_be_cut=kind.is_cut
        )
        if not kind.is_cut:  # robots.txt is UTF-8 whatever its server says
            declared_charset(response.headers, body[:HEAD_BYTES], url=response.url)
    except FetchError as error:
        return _failed(_BODY_ERRORS.get(type(error), FetchOutcome.BAD_RESPONSE), error.problem)
    digest = hashlib.sha256(body).hexdigest()
    return FetchVerdict(
        FetchOutcome.SAME_CONTENT if digest == previous_sha256 else FetchOutcome.OK,
        etag=_validator(response, "etag"),
        last_modified=_validator(response, "last-modified"),
        body_sha256=digest,
        body=body,
    )


def _redirect(response: Response) -> FetchVerdict:
    location = _header(response, "location")
    if location is None or not location.strip():
        return _failed(FetchOutcome.BAD_RESPONSE, f"{response.status} without a Location")
    target = http_url(_utf8(location), base=response.url)
    if target is None:
        return _failed(FetchOutcome.BAD_RESPONSE, f"{response.status} to {_utf8(location)!r}, no address to go to")
    if target == response.url:
        return _failed(FetchOutcome.REDIRECT_LOOP, f"{response.status} to itself")
    return FetchVerdict(FetchOutcome.REDIRECTED, redirect_to=target)


def _refused_or_failed(response: Response) -> FetchVerdict:
    """The verdict on a status that brings nothing to read; a refusal may say when to come back, too."""
    status = response.status
    retry_after = _header(response, "retry-after")
    outcome = _OUTCOMES.get(status, FetchOutcome.HTTP_ERROR)
    if status == 503 and retry_after is not None:
        outcome = FetchOutcome.RATE_LIMITED
    server_now = _http_date(_header(response, "date") or "") or response.received_at
    return FetchVerdict(outcome, error=_named(status), retry_after_s=retry_after_s(retry_after, now=server_now))


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _failed(outcome: FetchOutcome, error: str) -> FetchVerdict:
    return FetchVerdict(outcome, error=one_line(error))


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _header(response: Response, name: str) -> str | None:
    return next((value for key, value in response.headers if key.lower() == name), None)


def _validator(response: Response, name: str) -> str | None:
    """A validator as received; None where it holds a control character: it could not be sent back, nor be stored."""
    value = _header(response, name)
    return value if value is None or value.isprintable() else None


def _utf8(header: str) -> str:
    """A header's text where its bytes are UTF-8, else as it is; servers put bare letters into Location."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header
