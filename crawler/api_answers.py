"""What an API says when it refuses, as a typed outcome. Pure.

An API's refusal is the operator's matter (a key, a quota), not the outlet's: it is never taken for an outlet that does
not want us.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from crawler.fetch.body import decoded_body
from domain.errors import FetchError
from domain.fetch import LIST_ENDS, FetchOutcome, Response

MAX_ERROR_BYTES = 64 << 10
_QUOTA = frozenset("quotaExceeded dailyLimitExceeded dailyLimitExceededUnreg".split())
_TOO_FAST = frozenset("rateLimitExceeded userRateLimitExceeded RESOURCE_EXHAUSTED RATE_LIMIT_EXCEEDED".split())
_NO_ACCESS = frozenset(
    "playlistItemsNotAccessible playlistNotFound channelNotFound channelClosed channelSuspended".split()
)
_KEY = frozenset(
    "keyInvalid keyExpired accessNotConfigured ipRefererBlocked forbidden API_KEY_INVALID SERVICE_DISABLED "
    "API_KEY_SERVICE_BLOCKED API_KEY_IP_ADDRESS_BLOCKED API_KEY_HTTP_REFERRER_BLOCKED CONSUMER_SUSPENDED "
    "PERMISSION_DENIED UNAUTHENTICATED".split()
)
_REASON = re.compile(r"[A-Za-z_]{1,60}")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")  # of WordPress
_PAGE_PASSED = "rest_post_invalid_page_number"
_POSTS_SAID = {
    FetchOutcome.REFUSED: "is not open to everybody",
    FetchOutcome.NOT_FOUND: "is not there",
    FetchOutcome.GONE: "is not there",
}
_SAID = {
    FetchOutcome.QUOTA_SPENT: "the API says that the key's quota is used up",
    FetchOutcome.RATE_LIMITED: "the API asks for fewer requests at a time",
    FetchOutcome.NOT_FOUND: "the API gives no access to this channel or playlist",
    FetchOutcome.KEY_REFUSED: "the API does not take the key",
}


def api_refusal(response: Response, outcome: FetchOutcome) -> tuple[FetchOutcome, str] | None:
    """How a refusal of an API is told, outcome and words; None where ``outcome`` stands as it is.

    The words are ours with the API's reasons, which are plain names: nothing else of the answer is repeated.
    """
    if response.status < 400 or response.status >= 500:
        return None
    reasons = tuple(dict.fromkeys(_reasons(response)))
    told = _outcome_of(response.status, frozenset(reasons), outcome)
    said = _SAID.get(told, "the API refuses the request")
    return told, f"{said}: {response.status} {', '.join(reasons[:4])}".rstrip()


def posts_refusal(response: Response, outcome: FetchOutcome) -> tuple[FetchOutcome, str] | None:
    """The same of a site's WordPress REST, which is asked without a key: a refusal is the site's, and stays one.

    That no page follows the last one is how a list of posts ends; it is told as NOT_FOUND and ``LIST_ENDS``.
    """
    if response.status < 400 or response.status >= 500 or response.status == 429:
        return None
    document = _document(response)
    code = document.get("code") if isinstance(document, dict) else None
    if code == _PAGE_PASSED:
        return FetchOutcome.NOT_FOUND, LIST_ENDS
    named = code if isinstance(code, str) and _CODE.fullmatch(code) else ""
    return outcome, f"WordPress REST {_POSTS_SAID.get(outcome, 'refuses')}: {response.status} {named}".rstrip()


def _outcome_of(status: int, reasons: frozenset[str], outcome: FetchOutcome) -> FetchOutcome:
    if reasons & _QUOTA:
        return FetchOutcome.QUOTA_SPENT
    if reasons & _TOO_FAST or status == 429:
        return FetchOutcome.RATE_LIMITED
    if reasons & _NO_ACCESS or status in {404, 410}:
        return FetchOutcome.NOT_FOUND
    if reasons & _KEY or status in {401, 403}:
        return FetchOutcome.KEY_REFUSED
    return FetchOutcome.HTTP_ERROR if outcome is FetchOutcome.REFUSED else outcome


def _reasons(response: Response) -> Iterator[str]:
    """The reasons an error names: ``error.errors[].reason``, ``error.details[].reason`` and ``error.status``."""
    document = _document(response)
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return
    for key in ("errors", "details"):
        listed = error.get(key)
        for one in listed[:20] if isinstance(listed, list) else ():
            yield from _plain(one.get("reason") if isinstance(one, dict) else None)
    yield from _plain(error.get("status"))


def _document(response: Response) -> object:
    """The JSON that an answer holds; None where it holds none."""
    try:
        body = decoded_body(response.body, response.headers, max_bytes=MAX_ERROR_BYTES, url=response.url)
        return json.loads(body)
    except (FetchError, ValueError, RecursionError):
        return None


def _plain(reason: object) -> Iterator[str]:
    if isinstance(reason, str) and _REASON.fullmatch(reason):
        yield reason
