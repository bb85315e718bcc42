"""What a home page and a feed tell of an outlet that nobody has described yet. Pure; it runs in a killable worker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.examine import feeds_named
from crawler.extract.barriers import barrier_of
from crawler.extract.charset import decode_page
from crawler.extract.markup import Page, collapse, parse_page, text_of
from crawler.fetch.kinds import FetchKind
from crawler.jobs import Body
from crawler.parse.feed import parse_feed
from crawler.parse.wordpress_api import announced_apis
from domain.entry import ChannelReading, Entry
from domain.extraction import Barrier
from domain.outlet import FeedBody
from domain.urls import bare_host, host_key, http_url, url_key
from text.language import detect_language

T = TypeVar("T")

MOST = 12  # of each thing that a page may name
_NAME_CHARS = 120
_LANGUAGE_CHARS = 200  # of headlines; fewer tell nothing
_FULL_CHARS = 600  # of markup: a text so long is no teaser
_FEED_LINK = re.compile(r"\b(?:rss|atom|feed|xml feed)\b", re.I)
_FEED_PATH = re.compile(r"/(?:rss|feed|atom)(?:[/.?_-]|$)|\.(?:rss|atom|rdf)(?:\?|$)|[?&]feed=", re.I)
_TELEGRAM = re.compile(r"(?:t|telegram)\.me/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})(?:[/?#]|$)")
_NO_TELEGRAM = frozenset({"share", "joinchat", "addstickers", "proxy", "socks", "iv", "login", "addlist", "boost"})
_YOUTUBE = re.compile(
    r"youtube\.com/(?:channel/(?P<channel_id>UC[A-Za-z0-9_-]{22})|@(?P<handle>[A-Za-z0-9_.-]{3,64})"
    r"|user/(?P<user>[A-Za-z0-9_.-]{3,64})|playlist\?(?:[^#]*&)?list=(?P<playlist_id>PL[A-Za-z0-9_-]{10,64}))(?:[/?#&]|$)"
)
_YOUTUBE_FEED = re.compile(r"youtube\.com/feeds/videos\.xml\?(?:[^#]*&)?channel_id=(UC[A-Za-z0-9_-]{22})(?:[#&]|$)")
_YOUTUBE_OTHER = re.compile(r"youtube\.com/(?:c/)?([A-Za-z0-9_.-]{3,64})/?$")
_NO_YOUTUBE = frozenset({"watch", "embed", "results", "feed", "playlist", "shorts", "about", "redirect", "live"})
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][A-Za-z0-9-]+)?", re.I)


@dataclass(frozen=True, slots=True)
class HomeSeen:
    """What a home page names. ``feeds``: by link elements, then by links that call themselves so.

    ``editions``: (language, address) of other languages' pages. ``youtube``: (key of the schema, value).
    ``youtube_unclear``: addresses there that are neither an id nor a handle. ``wordpress``: addresses of WordPress REST
    on its own host.
    """

    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    editions: tuple[tuple[str, str], ...] = ()
    telegram: tuple[str, ...] = ()
    youtube: tuple[tuple[str, str], ...] = ()
    youtube_unclear: tuple[str, ...] = ()
    wordpress: tuple[str, ...] = ()
    barrier: Barrier | None = None


@dataclass(frozen=True, slots=True)
class FeedSeen:
    """What a feed lists. ``dated``: when, as far as it says. ``body``: how much of a text it carries; None: untold."""

    title: str | None
    language: str | None
    body: FeedBody | None
    urls: tuple[str, ...]
    dated: tuple[datetime, ...]


def examine_home(body: Body) -> HomeSeen:
    """What the page names; nothing where it is no page."""
    content = body.decoded(FetchKind.CHANNEL)
    source = decode_page(content, content_type=body.content_type)
    page = parse_page(source, url=body.response.url) if source.strip() else None
    if page is None:
        return HomeSeen()
    links = [(a, url) for a in page.tree.iter("a") if (url := http_url(a.get("href") or "", base=page.url)) is not None]
    feeds = [*feeds_named(page.links, page.url), *_feed_links(links)]
    addresses = [*(url for _, url in links), *feeds]
    youtube = dict.fromkeys(found for url in addresses if (found := _youtube(url)) is not None)
    return HomeSeen(
        names=_few(_names(page)),
        languages=_few(_languages(page)),
        feeds=_few(_once(url for url in feeds if "youtube.com/feeds/" not in url)),
        editions=_few(_editions(page)),
        telegram=_few(handle for url in addresses if (handle := _telegram(url)) is not None),
        youtube=_few(youtube),
        youtube_unclear=_few(url for url in addresses if _youtube(url) is None and _is_other_youtube(url)),
        wordpress=announced_apis(
            content,
            body.response.headers,
            url=page.url,
            content_type=body.content_type,
            hosts=[bare_host(host_key(page.url))],
        ),
        barrier=barrier_of(page),
    )


def examine_feed(body: Body, *, zone: ZoneInfo, now: datetime) -> FeedSeen | None:
    """What the feed lists; None where it is none."""
    parsed = parse_feed(
        body.decoded(FetchKind.CHANNEL),
        base_url=body.response.url,
        zone=zone,
        now=now,
        content_type=body.content_type,
    )
    if parsed.reading not in {ChannelReading.OK, ChannelReading.REPAIRED, ChannelReading.EMPTY}:
        return None
    said = " ".join(filter(None, (word for e in parsed.entries for word in (e.title, e.summary))))
    return FeedSeen(
        title=collapse(parsed.title or "")[:_NAME_CHARS] or None,
        language=detect_language(said[:4_000], declared=parsed.language) if len(said) > _LANGUAGE_CHARS else None,
        body=_carried(parsed.entries),
        urls=tuple(entry.url for entry in parsed.entries if entry.url is not None),
        dated=tuple(entry.published.at for entry in parsed.entries if entry.published is not None),
    )


def _carried(entries: Iterable[Entry]) -> FeedBody | None:
    """How much of a text most entries carry."""
    kinds = [
        FeedBody.FULL
        if len(entry.content_html or "") >= _FULL_CHARS
        else FeedBody.SUMMARY
        if entry.summary or entry.content_html
        else FeedBody.NONE
        for entry in entries
    ]
    return max(set(kinds), key=lambda kind: (kinds.count(kind), kind.value)) if kinds else None


def _names(page: Page) -> Iterator[str]:
    for name in ("og:site_name", "application-name", "apple-mobile-web-app-title", "og:title"):
        if (told := page.meta(name)) is not None:
            yield collapse(told)[:_NAME_CHARS]
    title = collapse(page.tree.findtext(".//title") or "")[:_NAME_CHARS]
    if title:
        yield title


def _languages(page: Page) -> Iterator[str]:
    """The page's own language, then those of its other editions, as two letters."""
    root = page.tree if page.tree.tag == "html" else page.tree.getroottree().getroot()
    own = _LANGUAGE.fullmatch(
        (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
    )
    if own:
        yield own[1].lower()
    yield from (language for language, _ in _editions(page))


def _editions(page: Page) -> Iterator[tuple[str, str]]:
    for link in page.links:
        found = _LANGUAGE.fullmatch((link.get("hreflang") or "").strip())
        url = http_url(link.get("href") or "", base=page.url)
        if found and url and "alternate" in (link.get("rel") or "").lower().split():
            yield found[1].lower(), url


def _feed_links(links: Iterable[tuple[HtmlElement, str]]) -> Iterator[str]:
    for anchor, url in links:
        if _FEED_PATH.search(url) or _FEED_LINK.search(text_of(anchor)) or _FEED_LINK.search(anchor.get("title") or ""):
            yield url


def _telegram(url: str) -> str | None:
    found = _TELEGRAM.search(url)
    if found is None or found[1].lower() in _NO_TELEGRAM or found[1].lower().endswith("bot"):
        return None
    return found[1]


def _youtube(url: str) -> tuple[str, str] | None:
    if (feed := _YOUTUBE_FEED.search(url)) is not None:
        return "channel_id", feed[1]
    found = _YOUTUBE.search(url)
    return next(((key, value) for key, value in found.groupdict().items() if value), None) if found else None


def _is_other_youtube(url: str) -> bool:
    found = _YOUTUBE_OTHER.search(url)
    return found is not None and found[1].lower() not in _NO_YOUTUBE


def _once(urls: Iterable[str]) -> Iterable[str]:
    """Each address in its first spelling."""
    kept: dict[str, str] = {}
    for url in urls:
        kept.setdefault(url_key(url), url)
    return kept.values()


def _few(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))[:MOST]
