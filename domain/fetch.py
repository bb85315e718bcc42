"""One HTTP request and what came of it; and the frontier it was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

LIST_ENDS = "no page follows the last one"  # the error of a look that an API answered so: nothing is wrong


class Reason(StrEnum):
    """Why an address is looked at; the order here is the order of work on a host."""

    POLL = "poll"
    NEW = "new"
    RETRY = "retry"
    RECHECK = "recheck"
    BACKFILL = "backfill"


CAN_WAIT = (Reason.RECHECK, Reason.BACKFILL)  # none of these may keep a poll or a new page waiting


class Urgency(IntEnum):
    """How soon a host wants to be worked on, by the most urgent of what is due there; the greater, the sooner."""

    CAN_WAIT = 0
    PAGE = 1
    POLL = 2


class FetchOutcome(StrEnum):
    """How a request ended. A page that came whole may still be refused by the next step (``PageReading``)."""

    OK = "ok"  # 200 with a whole body that differs from the last one
    SAME_CONTENT = "same_content"  # 200 with the very bytes of last time
    NOT_MODIFIED = "not_modified"  # 304
    REDIRECTED = "redirected"  # the new address became a target
    NOT_FOUND = "not_found"  # 404
    GONE = "gone"  # 410
    REFUSED = "refused"  # 401, 403, 418, 451 and the like: our honest user agent is not wanted
    RATE_LIMITED = "rate_limited"  # 429, or 503 with Retry-After
    HTTP_ERROR = "http_error"  # any other status
    NEEDS_KEY = "needs_key"  # an API answers only with a key, and the operator set none: nothing is asked
    KEY_REFUSED = "key_refused"  # the API does not take the operator's key, or not for this
    QUOTA_SPENT = "quota_spent"  # what the key may ask today is used up
    ROBOTS_DISALLOWED = "robots_disallowed"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    ADDRESS_REFUSED = "address_refused"  # leads to a network that must not be reached
    RENDER_ERROR = "render_error"  # the page came, and the browser did not show it
    PROXY_ERROR = "proxy_error"  # nothing came through the outlet's proxy: ours, not the outlet's
    REDIRECT_LOOP = "redirect_loop"
    DNS_ERROR = "dns_error"
    CONNECT_ERROR = "connect_error"
    TLS_ERROR = "tls_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    UNSUPPORTED_ENCODING = "unsupported_encoding"
    BAD_RESPONSE = "bad_response"  # no HTTP that can be read
    CRASHED = "crashed"  # an error of our own, kept with its message

    @property
    def has_body(self) -> bool:
        """Whether a whole body came with it that a later step may read."""
        return self is FetchOutcome.OK

    @property
    def is_success(self) -> bool:
        """Whether the address was seen as it is now (nothing new is a success)."""
        return self in _SUCCESSES


_SUCCESSES = frozenset({FetchOutcome.OK, FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED})


class PageReading(StrEnum):
    """What reading the body gave, after the fetch was acknowledged."""

    ARTICLE = "article"
    LISTED = "listed"  # a channel was read
    EMPTY_CHANNEL = "empty_channel"
    NO_ARTICLE = "no_article"
    SOFT_404 = "soft_404"  # a stored article's page that shows something else in its place
    PARTIAL = "partial"
    CHALLENGE = "challenge"
    LOGIN = "login"
    CONSENT = "consent"
    NOT_A_FEED = "not_a_feed"
    PREVIEWS_OFF = "previews_off"
    NO_CHANNEL = "no_channel"
    RESOLVED = "resolved"  # the id of a channel known by a name; its list follows
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    PART = "part"  # of an article at several addresses
    SCANNED = "scanned"  # a document whose pages are pictures
    ENCRYPTED = "encrypted"  # a document that asks for a password
    TAKEN_DOWN = "taken_down"  # what stands there was taken down here: nothing of it is kept

    @property
    def is_final(self) -> bool:
        """Whether another look at the same bytes would give nothing else: only a change at the outlet helps."""
        return self in _FINAL_READINGS

    @property
    def is_success(self) -> bool:
        """Whether the body was what was asked for."""
        return self in {PageReading.ARTICLE, PageReading.LISTED, PageReading.EMPTY_CHANNEL, PageReading.PART}


_FINAL_READINGS = frozenset({PageReading.SOFT_404, PageReading.SCANNED, PageReading.ENCRYPTED, PageReading.TAKEN_DOWN})


@dataclass(frozen=True, slots=True)
class Certificate:
    """A TLS certificate that a host showed: digest of its DER form, end of its validity (None: unreadable)."""

    sha256: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Response:
    """What came back on the wire, before anything reads it.

    ``headers`` keep order and repetition as received, read as ISO 8859-1. ``body`` is as received too: its transfer
    encoding is undone, its content encoding is not.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    requested_at: datetime
    received_at: datetime
    http_version: str = "HTTP/1.1"
    ip_address: str | None = None
    certificate: Certificate | None = None  # None: not over TLS
