"""A listing page's bytes to the entries it lists, for outlets without a feed. Pure.

With the outlet's selector the links are where it says; without one they are those of the form that the outlet's
articles have, or that stand in blocks which repeat. What a page frames itself with (menus, footers) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from cssselect import SelectorError
from lxml import etree, html
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.extract.barriers import barrier_of
from crawler.extract.charset import decode_page
from crawler.extract.markup import parse_page
from crawler.parse.link_blocks import Link, blocks_of, repeated, title_of
from crawler.parse.link_dates import date_beside
from crawler.parse.link_guard import LinkGuard
from crawler.parse.paging import next_page_of
from domain.entry import ChannelReading, Entry, ParsedChannel, older
from domain.urls import http_url, url_key

MAX_BODY_BYTES = 10 << 20
MAX_ENTRIES = 500
NO_LINKS = "no links to articles were found"
_MAX_ANCHORS = 5_000
_FRAME_ROLES = frozenset({"navigation", "contentinfo", "banner", "search", "menu", "menubar"})
_FRAME_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|footer|breadcrumbs?|pagination|pager|social|share)(?:[\s_-]|$)", re.I
)
_IN_ARTICLES = frozenset({"article", "li", "main", "section"})


def parse_listing(
    body: bytes,
    *,
    base_url: str,
    link_css: str | None,
    article_url: str | None,
    zone: ZoneInfo,
    now: datetime,
    content_type: str | None = None,
) -> ParsedChannel:
    """What a listing page lists, in page order, each address once, at most 500.

    ``base_url`` is the page's own address, ``link_css`` selects the links or what holds them, ``article_url`` is a
    regular expression that an article's address matches from its start. An entry has the link's headline and the date
    printed beside it; a date without a day ("22:30") is None, its text kept. ``more`` is the page with older entries.

    Never raises for what is in ``body``: a page that shows no links to articles, or a barrier instead of them, is
    NOT_A_FEED with the reason in ``error``. REPAIRED is a page on which the selector or the pattern found nothing and
    the links were found without it: the outlet's file needs a look.
    """
    if len(body) > MAX_BODY_BYTES:
        return ParsedChannel(ChannelReading.TOO_LARGE, error=f"{len(body)} bytes of at most {MAX_BODY_BYTES}")
    source = decode_page(body, content_type=content_type)
    tree = _tree(source)
    if tree is None:
        return ParsedChannel(ChannelReading.NOT_A_FEED, error="no page of HTML")
    base_element = tree.find(".//base[@href]")
    stated_base = http_url(base_element.get("href") or "", base=base_url) if base_element is not None else None
    guard = LinkGuard(base_url, stated_base or base_url, re.compile(article_url) if article_url else None)
    anchors = list(islice(tree.iter("a"), _MAX_ANCHORS))
    found = _links(tree, anchors, link_css, guard)
    if not found.links:
        return ParsedChannel(ChannelReading.NOT_A_FEED, error=_why_nothing(source, base_url))
    return ParsedChannel(
        ChannelReading.REPAIRED if found.note else ChannelReading.OK,
        entries=tuple(_entries(found.links, zone=zone, now=now)),
        title=" ".join((tree.findtext(".//title") or "").split()) or None,
        language=(tree.get("lang") or "").strip().lower() or None,
        more=older(next_page_of(tree, anchors, page_url=base_url, base=guard.base)),
        error=found.note,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    links: tuple[Link, ...]
    note: str | None = None


def _tree(source: str) -> HtmlElement | None:
    if "<" not in source or source.lstrip("\ufeff \t\r\n").startswith(("{", "[", "%PDF")):
        return None
    try:
        tree = html.document_fromstring(
            source.encode("utf-8", errors="replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.LxmlError, ValueError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _links(tree: HtmlElement, anchors: Sequence[HtmlElement], link_css: str | None, guard: LinkGuard) -> _Found:
    """The links by the selector, else by the pattern, else by repetition; a note where an earlier way failed."""
    note = None
    if link_css:
        selected = tuple(_resolved(_selected(tree, link_css), guard))
        matching = tuple(link for link in selected if guard.is_article(link.url))
        if matching:
            return _Found(matching)
        if selected:
            return _Found(selected, "no selected link matches article_url")
        note = "link_css selects no link"
    content = tuple(_resolved((anchor for anchor in anchors if not _is_framed(anchor)), guard))
    if guard.article_url is not None:
        matching = tuple(link for link in content if guard.is_article(link.url))
        if matching:
            return _Found(matching, note)
        note = note or "no link matches article_url"
    return _Found(repeated(content, guard), note)


def _selected(tree: HtmlElement, link_css: str) -> list[HtmlElement]:
    """The links that a selector selects itself or holds, in page order; none for a selector that can't be read."""
    try:
        elements = CSSSelector(link_css, translator="html")(tree)
    except (SelectorError, etree.XPathError):
        return []
    links: dict[HtmlElement, None] = {}
    for element in islice(elements, _MAX_ANCHORS):
        links.update(dict.fromkeys([element] if element.tag == "a" else islice(element.iter("a"), 20)))
    return list(links)


def _resolved(anchors: Iterable[HtmlElement], guard: LinkGuard) -> Iterable[Link]:
    for anchor in anchors:
        url = guard.resolved((anchor.get("href") or "").strip())
        if url is not None:
            yield Link(anchor, url, url_key(url))


def _is_framed(anchor: HtmlElement) -> bool:
    """Whether a link belongs to the page's frame: a menu, the footer, the page's own header."""
    for element in anchor.iterancestors():
        if element.tag in {"body", "html"}:
            return False
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag in {"nav", "footer"} or (element.get("role") or "") in _FRAME_ROLES or _FRAME_NAME.search(name):
            return True
        if element.tag == "header" and not any(above.tag in _IN_ARTICLES for above in element.iterancestors()):
            return True
    return False


def _entries(links: Sequence[Link], *, zone: ZoneInfo, now: datetime) -> Iterable[Entry]:
    """One entry an address, at the place of its first link, with the best title of all its links."""
    by_key: dict[str, list[Link]] = {}
    for link in links:
        by_key.setdefault(link.key, []).append(link)
    blocks = blocks_of(links)
    for key, same in islice(by_key.items(), MAX_ENTRIES):
        title = title_of(same)
        date = date_beside(blocks[key], title, zone=zone, now=now)
        yield Entry(
            url=same[0].url,
            title=title,
            published=date.stated if date else None,
            published_raw=date.raw if date else None,
        )


def _why_nothing(source: str, url: str) -> str:
    page = parse_page(source, url=url)
    barrier = barrier_of(page) if page is not None else None
    return f"a {barrier} page stands in front of it" if barrier else NO_LINKS
