"""A sitemap's bytes to its entries and to the sitemaps it leads to. Pure.

What is read: ``urlset`` and ``sitemapindex``, plain lists of addresses, feeds given as sitemaps, the ``Sitemap:`` lines
of a robots.txt; gzip by its first bytes. ``lastmod`` is when a page changed, never when it was published.
Source: sitemaps.org 0.9, Google's news sitemap 0.9, RFC 9309.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.parse.encoding import decode_document
from crawler.parse.feed import parse_feed
from crawler.parse.gzipped import unpacked
from crawler.parse.mending import has_feed_root
from crawler.parse.plain import plain_line, unescape_references
from crawler.parse.sitemap_index import Child, children_to_ask
from crawler.parse.sitemap_xml import MAX_URLS, SitemapItem, SitemapXml, has_sitemap_root, read_sitemap_xml
from domain.entry import AskedWhen, ChannelReading, Entry, FurtherDocument, ParsedChannel
from domain.sameness import Alternate, alternate_language
from domain.times import StatedTime, TimeSource
from domain.urls import bare_host, host_key, http_url, url_key
from text.dates import parse_stated_date

MAX_BODY_BYTES = 50 << 20
_MAX_ERROR_CHARS = 300
_HTML = re.compile(r"(?:\s|<\?[^>]*>|<!--.{0,2000}?-->)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_ROBOTS_LINE = re.compile(r"^\s*site-?map\s*:\s*(\S+)", re.I | re.M)
_ADDRESS_LINE = re.compile(r"\s*https?://\S+\s*", re.I)


@dataclass(frozen=True, slots=True)
class _Context:
    base_url: str
    hosts: frozenset[str]
    article_url: re.Pattern[str] | None
    zone: ZoneInfo
    now: datetime

    def own(self, raw: str) -> str | None:
        """An address as written (escaped twice, padded, relative) on one of the outlet's own hosts; "" elsewhere."""
        url = http_url(unescape_references(unescape_references(raw)).strip(), base=self.base_url)
        if url is None:
            return None
        return url if bare_host(host_key(url)) in self.hosts else ""


def parse_sitemap(
    body: bytes,
    *,
    base_url: str,
    hosts: Iterable[str],
    article_url: str | None,
    zone: ZoneInfo,
    now: datetime,
    content_type: str | None = None,
) -> ParsedChannel:
    """What a sitemap lists, in document order, at most 50,000 addresses of ``hosts`` (bare) and of its own host.

    ``article_url`` is a regular expression; where some addresses match it, the others are left out. An entry has the
    news sitemap's title and publication date, and ``lastmod`` as its update; a date that can't be is None, its text
    kept. ``more`` are the sitemaps that an index or a robots.txt names.

    Never raises for what is in ``body``. A page of HTML, JSON or anything else is NOT_A_FEED, over 50 MB unpacked
    TOO_LARGE. REPAIRED is a sitemap that breaks the rules or of which something was left out; ``error`` says what.
    """
    document = unpacked(body, max_bytes=MAX_BODY_BYTES)
    if document.body is None:
        return ParsedChannel(ChannelReading.TOO_LARGE, error=f"more than {MAX_BODY_BYTES} bytes")
    own = frozenset({*hosts, bare_host(host_key(base_url))})
    context = _Context(base_url, own, re.compile(article_url) if article_url else None, zone, now)
    decoded = decode_document(document.body, content_type=content_type)
    notes = [note for note in (document.note, decoded.note) if note]
    return _read(decoded.text.lstrip("\ufeff \t\r\n\x00"), document.body, notes, context, content_type)


def _read(text: str, body: bytes, notes: list[str], context: _Context, content_type: str | None) -> ParsedChannel:
    path = urlsplit(context.base_url).path
    if path.lower() == "/robots.txt":
        return _from_robots(text, notes, context)
    if has_sitemap_root(text) and not _HTML.match(text):
        return _from_xml(read_sitemap_xml(text), notes, context)
    if has_feed_root(text):
        return _from_feed(body, notes, context, content_type)
    if path in ("", "/") and _HTML.match(text):
        robots = http_url("/robots.txt", base=context.base_url)
        assert robots is not None
        return ParsedChannel(ChannelReading.OK, more=(FurtherDocument(robots, is_needed=True),))
    if addresses := _lines(text):
        return _from_lines(addresses, notes, context)
    return _no_sitemap("; ".join([_what(text), *notes]))


def _what(text: str) -> str:
    """What stands in the sitemap's place, in words."""
    if not text:
        return "the body is empty"
    if _HTML.match(text):
        return "a page of HTML, no sitemap"
    if text.startswith(("{", "[")):
        return "JSON, no sitemap"
    return "no element that a sitemap begins with, and no list of addresses"


def _from_robots(text: str, notes: list[str], context: _Context) -> ParsedChannel:
    if _HTML.match(text):
        return _no_sitemap("a page of HTML stands in the place of robots.txt")
    found = [context.own(raw) for raw in _ROBOTS_LINE.findall(text)]
    urls = dict.fromkeys(url for url in found if url)
    notes += _left_out(found)
    if not urls:
        return _no_sitemap("; ".join(["robots.txt names no sitemap", *notes]))
    more = tuple(FurtherDocument(url, is_needed=True) for url in urls)
    return _told(ParsedChannel(ChannelReading.OK, more=more), notes)


def _from_xml(found: SitemapXml, notes: list[str], context: _Context) -> ParsedChannel:
    if found.problem:
        return _no_sitemap(found.problem)
    notes += found.notes
    if found.is_more:
        notes.append(f"more than {MAX_URLS} addresses, the first ones read")
    return _from_index(found.items, notes, context) if found.is_index else _from_urls(found.items, notes, context)


def _from_index(items: Iterable[SitemapItem], notes: list[str], context: _Context) -> ParsedChannel:
    found = [(item, context.own(item.loc or "")) for item in items]
    notes += _left_out([url for _, url in found])
    itself = url_key(context.base_url)
    children: dict[str, Child] = {}
    for item, url in found:
        if url and url_key(url) != itself:
            children.setdefault(url, Child(url, _stated(item.lastmod, context), item.lastmod))
    more = children_to_ask(tuple(children.values()), now=context.now)
    return _told(ParsedChannel(ChannelReading.OK if more else ChannelReading.EMPTY, more=more), notes)


def _from_urls(items: Iterable[SitemapItem], notes: list[str], context: _Context) -> ParsedChannel:
    found = [(item, context.own(item.loc or "")) for item in items]
    notes += _left_out([url for _, url in found])
    return _listed((_entry(item, url, context) for item, url in found if url), notes, context)


def _from_lines(addresses: Iterable[str], notes: list[str], context: _Context) -> ParsedChannel:
    items = [SitemapItem(loc=address) for address in addresses]
    if len(items) > MAX_URLS:
        notes.append(f"more than {MAX_URLS} addresses, the first ones read")
    return _from_urls(items[:MAX_URLS], notes, context)


def _from_feed(body: bytes, notes: list[str], context: _Context, content_type: str | None) -> ParsedChannel:
    """A feed given as a sitemap: its dates are dates of publication."""
    parsed = parse_feed(body, base_url=context.base_url, zone=context.zone, now=context.now, content_type=content_type)
    if not parsed.entries:
        return parsed
    found = [context.own(entry.url) if entry.url else None for entry in parsed.entries]
    notes += [*([parsed.error] if parsed.error else []), *_left_out(found)]
    own = (entry for entry, url in zip(parsed.entries, found, strict=True) if url)
    return _listed(own, notes, context, more=parsed.more)


def _listed(
    entries: Iterable[Entry], notes: list[str], context: _Context, more: tuple[FurtherDocument, ...] = ()
) -> ParsedChannel:
    """The articles among the entries, each address once."""
    found = tuple({entry.url: entry for entry in entries if entry.url and not _is_front(entry.url)}.values())
    pattern = context.article_url
    if pattern is not None and found:
        articles = tuple(entry for entry in found if pattern.match(entry.url or ""))
        found = articles or found
        notes += [] if articles else ["no address matches article_url"]
    more = tuple(further for further in more if further.when is AskedWhen.OLDER)
    return _told(ParsedChannel(ChannelReading.OK if found else ChannelReading.EMPTY, entries=found, more=more), notes)


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _entry(item: SitemapItem, url: str, context: _Context) -> Entry:
    return Entry(
        url=url,
        title=plain_line(item.title),
        published=_stated(item.published, context),
        published_raw=item.published,
        updated=_stated(item.lastmod, context),
        updated_raw=item.lastmod,
        language=item.language.lower() if item.language else None,
        alternates=tuple(_alternates(item, context)),
    )


def _alternates(item: SitemapItem, context: _Context) -> Iterator[Alternate]:
    """The versions in other languages on the outlet's own hosts, each address once."""
    known: set[str] = set()
    for hreflang, href in item.alternates:
        language, url = alternate_language(hreflang), context.own(href)
        if language and url and url not in known:
            known.add(url)
            yield Alternate(language, url)


def _stated(raw: str | None, context: _Context) -> StatedTime | None:
    if not raw:
        return None
    return parse_stated_date(raw, zone=context.zone, now=context.now, source=TimeSource.FEED, may_guess=False)


def _lines(text: str) -> list[str]:
    """The addresses of a list of them, one a line; nothing where a line of the first hundred is something else."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not all(_ADDRESS_LINE.fullmatch(line) for line in lines[:100]):
        return []
    return [line.strip() for line in lines if _ADDRESS_LINE.fullmatch(line)]


def _left_out(found: Iterable[str | None]) -> Iterator[str]:
    """Notes on addresses that are none (None) and on those of other hosts ("")."""
    urls = list(found)
    if unread := sum(url is None for url in urls):
        yield f"{unread} addresses can't be followed"
    if foreign := sum(url == "" for url in urls):
        yield f"{foreign} addresses on hosts that are not the outlet's"


def _told(channel: ParsedChannel, notes: list[str]) -> ParsedChannel:
    if not notes:
        return channel
    reading = ChannelReading.REPAIRED if channel.entries or channel.more else channel.reading
    return replace(channel, reading=reading, error=_line("; ".join(notes)))


def _no_sitemap(reason: str) -> ParsedChannel:
    return ParsedChannel(ChannelReading.NOT_A_FEED, error=_line(reason))


def _line(text: str) -> str:
    return " ".join(text.split())[:_MAX_ERROR_CHARS]
