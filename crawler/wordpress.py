"""What a backfill asks of an outlet's WordPress: its posts, or a front page that may offer them. Pure; see ADR 21.

What the API lists is kept under a channel of the outlet's site, for an entry is always a channel's.
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.back_keys import FirstDocument, Span, Way, back_key
from crawler.parse.wordpress_api import posts_url
from domain.outlet import Channel, ChannelKind, Outlet
from domain.urls import bare_host, host_key, http_url
from outlets.channels import not_crawled_yet

_OF_A_SITE = frozenset({ChannelKind.FEED, ChannelKind.LISTING, ChannelKind.SITEMAP})


def posts_channel(outlet: Outlet) -> Channel | None:
    """The channel under which posts of the API are kept: the first of the outlet's site that is polled."""
    of_site = (channel for channel in outlet.channels if channel.kind in _OF_A_SITE)
    return next((channel for channel in of_site if channel.enabled and not_crawled_yet(channel) is None), None)


def why_no_posts(outlet: Outlet) -> str:
    """Why an outlet's API is not asked although it is known, in words."""
    if not outlet.page_fetch:
        return "its pages are not fetched, and what an API says of them is no text of ours"
    return "no channel of its site is polled, under which posts could be kept"


def posts_documents(outlet: Outlet, span: Span, apis: Iterable[str]) -> tuple[FirstDocument, ...]:
    """The first call for the posts of these days at each of these APIs; none where they could not be kept or read."""
    channel = posts_channel(outlet)
    if channel is None or not outlet.page_fetch:
        return ()
    calls = (posts_url(api, span.since, span.until) for api in apis)
    return tuple(_document(channel, span, url, Way.POSTS) for url in calls)


def front_document(outlet: Outlet, span: Span) -> FirstDocument | None:
    """The front page, where it may tell of an API that the catalogue does not name."""
    channel, url = posts_channel(outlet), http_url(outlet.home or "")
    if channel is None or url is None or not may_offer_posts(outlet):
        return None
    is_own = bare_host(host_key(url)) in {*outlet.hosts, *outlet.edition_hosts}
    return _document(channel, span, url, Way.FRONT) if is_own else None


def may_offer_posts(outlet: Outlet) -> bool:
    """Whether it matters that the outlet names an API: the catalogue's word stands alone, and pages must be read."""
    return not outlet.wordpress_api and outlet.page_fetch


def _document(channel: Channel, span: Span, url: str, way: Way) -> FirstDocument:
    return FirstDocument(url, back_key(channel.slug, span, url, way), channel.slug)
