"""Where an article points to, and which address it calls its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extract.markup import BLOCKS, Page
from crawler.extract.titles import plain_key
from domain.urls import http_url

MAX_LINKS = 200
_PROBE_CHARS = 160
_LINKED_TAGS = frozenset({"p", "li", "h2", "h3", "h4", "h5", "div", "dd"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link as written, and a key of the start of the block it stands in."""

    block: str
    href: str


def base_of(page: Page) -> str:
    """The address that the page's links are relative to."""
    base = page.tree.find(".//base[@href]")
    return (http_url(base.get("href") or "", base=page.url) if base is not None else None) or page.url


def canonical_url(page: Page) -> str | None:
    """The address the page gives itself: its canonical link, else ``og:url``; None when it gives none."""
    stated = [
        link.get("href") or ""
        for link in page.tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    stated.append(page.meta("og:url") or "")
    return next((url for raw in stated if raw.strip() for url in [http_url(raw, base=base_of(page))] if url), None)


def body_links(anchors: Iterable[Anchor], text: str, *, base: str) -> tuple[str, ...]:
    """Addresses of the ``anchors`` whose block is part of ``text``, each once, in page order, at most 200."""
    flat = plain_key(text)
    kept: dict[str, None] = {}
    for anchor in anchors:
        if anchor.block and anchor.block in flat and len(kept) < MAX_LINKS:
            url = http_url(anchor.href, base=base)
            if url:
                kept.setdefault(url)
    return tuple(kept)


def linked_blocks(page: Page) -> frozenset[str]:
    """Keys of the blocks that are one link and nothing besides: pointers to other pages."""
    found: set[str] = set()
    for element in page.tree.iter("a"):
        block = next((above for above in element.iterancestors() if above.tag in BLOCKS), None)
        if block is not None and block.tag in _LINKED_TAGS:
            key = plain_key(element.text_content())
            if key and key == plain_key(block.text_content()):
                found.add(key)
    return frozenset(found)


def anchors_of(page: Page) -> tuple[Anchor, ...]:
    """Every link with the start of the block it stands in. Asked before the tree is cut."""
    blocks: dict[HtmlElement, str] = {}
    found: list[Anchor] = []
    for element in page.tree.iter("a"):
        href = (element.get("href") or "").strip()
        block = next((above for above in element.iterancestors() if above.tag in BLOCKS), None)
        if not href or href.startswith("#") or block is None:
            continue
        if block not in blocks:
            blocks[block] = plain_key(block.text_content()[:_PROBE_CHARS])
        found.append(Anchor(blocks[block], href))
    return tuple(found)
