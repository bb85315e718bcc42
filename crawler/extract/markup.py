"""A page's tree and the few questions that every reader asks it.

The tree is the one that the body extractor would build from the same text: parsed once, shared read-only by the readers
of title, date and authors, and cut only after they are done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import urlsplit

from lxml.cssselect import CSSSelector
from lxml.etree import iterwalk
from lxml.html import HtmlElement, fromstring

from crawler.extract.json_ld import Node, read_json_ld
from domain.urls import http_url

BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol "
    "p pre section table td th tr ul".split()
)
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_PLAIN_START = re.compile(r"<!doctype html>\s*<html(?:\s[^<>]*[^<>/])?>\s*<[hb]", re.I)  # with something in it
_NONCHARACTER = re.compile(b"\xef\xbf[\xbe\xbf]")
UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "head"})


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed page: its tree, its meta elements by lower-case name, its JSON-LD nodes, its address."""

    tree: HtmlElement
    source: str  # the decoded markup
    url: str
    base: str  # the address that its links are relative to
    metas: Mapping[str, tuple[str, ...]]
    links: tuple[HtmlElement, ...]  # its link elements
    nodes: tuple[Node, ...]

    def meta(self, *names: str) -> str | None:
        """The first filled content of the first of ``names`` that the page has."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), None)


def parse_page(source: str, *, url: str) -> Page | None:
    """The page in ``source``, or None when it holds no elements."""
    tree = _tree_of(source)
    if not isinstance(tree, HtmlElement):
        return None
    found: dict[str, list[HtmlElement]] = {"meta": [], "link": [], "script": [], "base": []}
    for element in tree.iter(*found):
        found[str(element.tag)].append(element)
    stated = next((base for element in found["base"] if (base := element.get("href")) is not None), None)
    return Page(
        tree,
        source,
        url,
        base=(http_url(stated, base=url) if stated is not None else None) or url,
        metas=_metas(found["meta"]),
        links=tuple(found["link"]),
        nodes=read_json_ld(_texts(found["script"], "ld+json")),
    )


def _tree_of(source: str) -> object:
    """The tree that ``load_html`` builds, by its parser, without its passes over sources that need no repair.

    Those passes take longer than the parsing; they matter where a control character, an odd doctype or a self-closed
    root stands in the source.
    """
    from trafilatura.utils import HTML_PARSER, load_html  # noqa: PLC0415  # half a second that only a worker needs

    encoded = source.encode("utf-8", "surrogatepass")
    if not _PLAIN_START.match(source) or _NONCHARACTER.search(encoded) or encoded.translate(None, _CONTROLS) != encoded:
        return load_html(source)
    return fromstring(encoded, parser=HTML_PARSER)


def _metas(elements: Iterable[HtmlElement]) -> dict[str, tuple[str, ...]]:
    metas: dict[str, tuple[str, ...]] = {}
    for element in elements:
        value = collapse(unescape(element.get("content") or ""))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and value:
                metas[name] = (*metas.get(name, ()), value)
    return metas


def _texts(scripts: Iterable[HtmlElement], kind: str) -> Iterator[str]:
    """The texts of the scripts whose type contains ``kind``."""
    for element in scripts:
        if kind in (element.get("type") or "").lower() and element.text:
            yield element.text


def collapse(text: str) -> str:
    """``text`` on one line, its runs of white space as single spaces."""
    return " ".join(text.split())


def places_of(source: str, word: str) -> Iterator[int]:
    """Where ``word`` stands in ``source``: many times as quick as a pattern that begins with it."""
    at = source.find(word)
    while at >= 0:
        yield at
        at = source.find(word, at + 1)


def text_of(element: HtmlElement) -> str:
    """The visible text of one element on one line; blocks and line breaks keep words apart."""
    return collapse("".join(_pieces(element)))


def _pieces(element: HtmlElement) -> Iterator[str]:
    walker = iterwalk(element, events=("start", "end"))  # no recursion: hostile pages nest deeper than Python goes
    for event, node in walker:
        gap = " " if node.tag in BLOCKS or node.tag == "br" else ""
        if event == "start":
            if node.tag in UNSEEN:
                walker.skip_subtree()
                continue
            yield gap + (node.text or "")
        elif node is not element:
            yield gap + (node.tail or "")


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def select(tree: HtmlElement, selectors: Iterable[str]) -> Iterator[HtmlElement]:
    """Elements that ``selectors`` match: those of the first selector in document order, then of the second."""
    for selector in selectors:
        yield from _compiled(selector)(tree)


def stated_in(element: HtmlElement) -> str:
    """What an element states: its machine-readable attribute where it has one, else its text."""
    for attribute in ("datetime", "content"):
        value = collapse(element.get(attribute) or "")
        if value:
            return value
    return text_of(element)


def path_of(url: str) -> str:
    """The path of an address without its trailing slash, "" for a front page."""
    return urlsplit(url).path.rstrip("/")
