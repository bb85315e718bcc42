"""Where an article points to, and which address it calls its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.markup import BLOCKS, Page
from domain.sameness import Alternate, alternate_language
from domain.urls import http_url

MAX_LINKS = 200
_MAX_ALTERNATES = 40
_MAX_CANONICALS = 20
_PROBE_CHARS = 160
_MAX_ANCHORS = 20_000
_MAX_LINKED_CHARS = 300
_LINKED_TAGS = frozenset({"p", "li", "h2", "h3", "h4", "h5", "div", "dd"})


@dataclass(frozen=True, slots=True)
class PageLinks:
    """A page's links before its tree is cut: where each stands, and which blocks are one link and nothing besides."""

    base: str
    anchors: tuple[tuple[str, str], ...]  # start of the block without white space, address as written
    linked: frozenset[str]  # texts of such blocks, without white space


def canonical_url(page: Page) -> str | None:
    """The address the page gives itself: its canonical link, else ``og:url``; None when it gives none."""
    links = (link for link in page.links if "canonical" in (link.get("rel") or "").lower().split())
    stated = [*(link.get("href") or "" for link in links), page.meta("og:url") or ""]
    urls = (http_url(raw, base=page.base) for raw in stated if raw.strip())
    return next((url for url in urls if url), None)


def other_canonicals(page: Page) -> tuple[str, ...]:
    """Addresses of further canonical links: a page that names several says nothing."""
    own = canonical_url(page)
    links = (link for link in page.links if "canonical" in (link.get("rel") or "").lower().split())
    urls = (http_url(link.get("href") or "", base=page.base) for link in islice(links, _MAX_CANONICALS))
    return tuple(dict.fromkeys(url for url in urls if url and url != own))


def language_versions(page: Page) -> tuple[Alternate, ...]:
    """The versions in other languages that a page names (``hreflang``), each address once, at most 40."""
    found: dict[str, Alternate] = {}
    for link in page.links:
        language = alternate_language(link.get("hreflang") or "")
        if language is None or "alternate" not in (link.get("rel") or "").lower().split():
            continue
        url = http_url(link.get("href") or "", base=page.base) if (link.get("href") or "").strip() else None
        if url is not None:
            found.setdefault(url, Alternate(language, url))
        if len(found) == _MAX_ALTERNATES:
            break
    return tuple(found.values())


def page_links(page: Page) -> PageLinks:
    """Every link of the page with the block it stands in."""
    blocks: dict[HtmlElement, str] = {}
    anchors: list[tuple[str, str]] = []
    linked: set[str] = set()
    for element in islice(page.tree.iter("a"), _MAX_ANCHORS):
        href = (element.get("href") or "").strip()
        block = _block_above(element) if href and not href.startswith("#") else None
        if block is None:
            continue
        if block not in blocks:
            blocks[block] = squeezed(block.text_content())
        text = blocks[block]
        anchors.append((text[:_PROBE_CHARS], href))
        if len(text) <= _MAX_LINKED_CHARS and block.tag in _LINKED_TAGS and squeezed(element.text_content()) == text:
            linked.add(text)
    return PageLinks(page.base, tuple(anchors), frozenset(linked))


def _block_above(element: HtmlElement) -> HtmlElement | None:
    above = element.getparent()
    while above is not None and above.tag not in BLOCKS:
        above = above.getparent()
    return above


def body_links(links: PageLinks, text: str) -> tuple[str, ...]:
    """Addresses of the links whose block is part of ``text``, each once, in page order, at most 200."""
    flat = squeezed(text)
    kept: dict[str, None] = {}
    is_said: dict[str, bool] = {"": False}
    for block, href in links.anchors:
        if block not in is_said:
            is_said[block] = block in flat
        if is_said[block] and len(kept) < MAX_LINKS:
            url = http_url(href, base=links.base)
            if url:
                kept.setdefault(url)
    return tuple(kept)


def squeezed(text: str) -> str:
    """``text`` without white space: readers of one page put it in different places."""
    return "".join(text.split())
