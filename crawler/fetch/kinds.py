"""What is fetched, and how large and how slow each kind may be. No I/O."""

from __future__ import annotations

from enum import StrEnum

from domain.outlet import ChannelKind

KIB = 1024
MIB = 1024 * KIB


class FetchKind(StrEnum):
    """What an address is asked for; sets the limits of the request."""

    CHANNEL = "channel"
    SITEMAP = "sitemap"
    PAGE = "page"
    PART = "part"  # of a page that a browser shows
    ROBOTS = "robots"
    DOCUMENT = "document"

    @property
    def max_bytes(self) -> int:
        """How many bytes a body may have, both as received and with its content encoding undone."""
        return _MAX_BYTES[self]

    @property
    def timeout_s(self) -> float:
        """How long a request may take from its first look-up to its last byte."""
        return _TIMEOUT_S[self]

    @property
    def is_cut(self) -> bool:
        """Whether a body over the limit is read up to it, instead of being refused (RFC 9309, 2.5)."""
        return self is FetchKind.ROBOTS

    @property
    def accept(self) -> str:
        """What the request's Accept header says."""
        return _ACCEPT[self]


def fetch_kind(channel: ChannelKind | None) -> FetchKind:
    """What a channel of that kind is asked for; None is a page."""
    if channel is None:
        return FetchKind.PAGE
    return FetchKind.SITEMAP if channel is ChannelKind.SITEMAP else FetchKind.CHANNEL


_MAX_BYTES = {
    FetchKind.CHANNEL: 10 * MIB,
    FetchKind.SITEMAP: 50 * MIB,
    FetchKind.PAGE: 10 * MIB,
    FetchKind.PART: 10 * MIB,
    FetchKind.ROBOTS: 500 * KIB,
    FetchKind.DOCUMENT: 50 * MIB,
}
_TIMEOUT_S = {
    FetchKind.CHANNEL: 30.0,
    FetchKind.SITEMAP: 120.0,
    FetchKind.PAGE: 30.0,
    FetchKind.PART: 20.0,
    FetchKind.ROBOTS: 20.0,
    FetchKind.DOCUMENT: 120.0,
}
_HTML = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
_ACCEPT = {
    FetchKind.CHANNEL: "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, "
    "application/feed+json;q=0.8, text/html;q=0.7, */*;q=0.5",
    FetchKind.SITEMAP: "application/xml, text/xml;q=0.9, application/gzip;q=0.8, text/plain;q=0.7, */*;q=0.5",
    FetchKind.PAGE: _HTML,
    FetchKind.PART: "*/*",
    FetchKind.ROBOTS: "text/plain, */*;q=0.5",
    FetchKind.DOCUMENT: "application/pdf, */*;q=0.5",
}
