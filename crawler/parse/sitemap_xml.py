"""The elements of a sitemap's XML, as they are written. Pure; expat, without entities of the document's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from crawler.parse.mending import mend
from crawler.parse.plain import unescape_references

MAX_URLS = 50_000
_MAX_DEPTH = 100
_MAX_CHARS = 8_192  # of one element's text
_MAX_ALTERNATES = 40  # of one address
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex)(?=[\s>/])", re.I)
_NODE = re.compile(
    r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<[!?][^>]{0,2000}>|<(/?)([A-Za-z_][\w.:-]{0,80})([^<>]{0,4000})>", re.S
)
_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w.:-]{0,80})\s{0,20}=\s{0,20}(["'])(.*?)\2""", re.S)
# Where an element stands in its <url> or <sitemap>: what is kept of it.
_PLACES = {
    ("loc",): "loc",
    ("lastmod",): "lastmod",
    ("news", "publication_date"): "published",
    ("news", "title"): "title",
    ("news", "publication", "language"): "language",
    ("publication_date",): "published",  # without the element around it, as some write it
}


@dataclass(frozen=True, slots=True)
class SitemapItem:
    """One ``<url>`` or ``<sitemap>``: texts as given, stripped; None where there is no such element."""

    loc: str | None = None
    lastmod: str | None = None
    published: str | None = None
    title: str | None = None
    language: str | None = None
    alternates: tuple[tuple[str, str], ...] = ()  # (hreflang, href) of its versions in other languages


@dataclass(frozen=True, slots=True)
class SitemapXml:
    """``is_index``: it lists sitemaps. ``is_more``: more than 50,000 addresses, the first ones are here."""

    is_index: bool
    items: tuple[SitemapItem, ...]
    is_more: bool = False
    notes: tuple[str, ...] = ()
    problem: str | None = None


def has_sitemap_root(text: str) -> bool:
    """Whether an element that a sitemap begins with is in ``text``."""
    return _ROOT.search(text) is not None


def read_sitemap_xml(text: str) -> SitemapXml:
    """The items of a document that ``has_sitemap_root``: strictly, then mended, then tag by tag.

    ``problem`` is set where it declares entities of its own: nothing of such a document is read.
    """
    root = _ROOT.search(text)
    assert root is not None
    if "<!ENTITY" in text:
        return SitemapXml(False, (), problem="declares entities of its own")
    document = text[root.start() :]
    is_index = root[1].lower() == "sitemapindex"
    notes = ["text before the document"] if _before(text[: root.start()]) else []
    collected = _strictly(document)
    if collected is None:
        mended = mend(document)
        notes += mended.notes
        collected = _strictly(mended.text)
        if collected is None:
            notes.append("not well-formed: read tag by tag")
            collected = _leniently(mended.text)
    return SitemapXml(is_index, tuple(collected.items), collected.is_more, tuple(notes))


def _before(text: str) -> str:
    """What stands before the document and does not belong there."""
    return re.sub(r"<!--.*?-->|<[?!][^>]*>", "", text, flags=re.S).strip("\ufeff \t\r\n\x00")


class _EnoughError(Exception):
    """No more is read."""


@dataclass
class _Collector:
    """Keeps the texts of the items, by where they stand; an element of a namespace counts by its local name."""

    items: list[SitemapItem] = field(default_factory=list)
    is_more: bool = False
    stack: list[str] = field(default_factory=list)
    found: dict[str, str] | None = None
    alternates: list[tuple[str, str]] = field(default_factory=list)
    text: list[str] | None = None
    chars: int = 0

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self.stack.append(local)
        if len(self.stack) > _MAX_DEPTH:
            raise _EnoughError
        if local in ("url", "sitemap") and self._inside() is None:
            if len(self.items) >= MAX_URLS:
                self.is_more = True
                raise _EnoughError
            self.found, self.alternates = {}, []
        elif self.found is not None and self._place() == ("link",):
            self._note_alternate(attributes)
        elif self.found is not None and self._place() in _PLACES:
            self.text, self.chars = [], 0

    def _note_alternate(self, attributes: Mapping[str, str]) -> None:
        """``<xhtml:link rel="alternate" hreflang="ru" href="…"/>`` inside a ``<url>``."""
        told = {key.lower(): value for key, value in attributes.items()}
        is_alternate = "alternate" in told.get("rel", "").lower().split()
        if is_alternate and told.get("hreflang") and told.get("href") and len(self.alternates) < _MAX_ALTERNATES:
            self.alternates.append((told["hreflang"][:_MAX_CHARS], told["href"][:_MAX_CHARS]))

    def say(self, data: str) -> None:
        if self.text is not None and self.chars < _MAX_CHARS:
            self.text.append(data[: _MAX_CHARS - self.chars])
            self.chars += len(data)

    def close(self, name: str) -> None:
        local = name.rpartition(":")[2].lower()
        if self.found is not None and self.text is not None and (place := _PLACES.get(self._place() or ())):
            self.found.setdefault(place, " ".join("".join(self.text).split()))
            self.text = None
        if local in self.stack:  # tag by tag, an end may be missing
            while self.stack.pop() != local:
                pass
        if self.found is not None and self._inside() is None:
            told = {key: text or None for key, text in self.found.items()}
            self.items.append(SitemapItem(**told, alternates=tuple(self.alternates)))
            self.found = None

    def _inside(self) -> int | None:
        """The level of the item that is open around the present element; None outside of one."""
        for level, name in enumerate(self.stack[:-1] if self.found is None else self.stack):
            if name in ("url", "sitemap"):
                return level
        return None

    def _place(self) -> tuple[str, ...] | None:
        level = self._inside()
        return tuple(self.stack[level + 1 :]) if level is not None else None


def _strictly(document: str) -> _Collector | None:
    """The items of a well-formed document; None of another one. Prefixes need no declaration."""
    collector = _Collector()
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = collector.open
    parser.EndElementHandler = collector.close
    parser.CharacterDataHandler = collector.say
    try:
        parser.Parse(document.encode("utf-8", errors="replace"), True)
    except ExpatError:
        return None
    except _EnoughError:
        pass
    return collector


def _leniently(document: str) -> _Collector:
    """The items of a document whose tags don't fit: each tag as it comes, an item that is cut off left out."""
    collector = _Collector()
    position = 0
    try:
        for node in _NODE.finditer(document):
            collector.say(unescape_references(document[position : node.start()]))
            position = node.end()
            if node[1] is not None:
                collector.say(node[1])
            elif node[3] is not None:
                _take(collector, node)
    except _EnoughError:
        pass
    return collector


def _take(collector: _Collector, node: re.Match[str]) -> None:
    local = node[3].rpartition(":")[2].lower()
    if not node[2] and local in ("url", "sitemap") and collector.found is not None:
        collector.close(local)  # the one before was never closed
    if node[2]:
        collector.close(node[3])
        return
    collector.open(node[3], {name: unescape_references(value) for name, _, value in _ATTRIBUTE.findall(node[4])})
    if node[4].endswith("/"):
        collector.close(node[3])
