"""The links of a page: which stand in blocks that repeat, which block is one link's own, and what it is called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

from lxml.html import HtmlElement

from crawler.parse.link_guard import LinkGuard
from text.clean import clean_text
from text.fold import fold

_LEVELS = 8  # how far above a link its block may be
_SIGNATURE_LEVELS = 3
_LEAST_REPEATS = 3
_HEADLINE_CHARS = 18
_MAX_TITLE_CHARS = 300
_PROSE_CHARS = 60  # what may stand beside a link in its paragraph: a date, a section, an author
_PAGE_TAGS = frozenset({"body", "html", "main"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE_NAME = re.compile(r"title|headline|heading|basliq|zagolovok|caption", re.I)
_NO_TITLE = re.compile(
    r"(?:etrafli|daha etrafli|davami|davamini oxu|oxu|ardi|tam oxu|devami|devamini oku|haberi oku"
    r"|подробнее|читать(?: далее| дальше| полностью)?|далее|read(?: more| on)?|more|continue reading|full story"
    r"|\d+|comments?|share|foto|video|photo)\W*"
)


@dataclass(frozen=True, slots=True)
class Link:
    """One link element with its absolute address and that address's key."""

    element: HtmlElement
    url: str
    key: str


def repeated(links: Sequence[Link], guard: LinkGuard) -> tuple[Link, ...]:
    """The links of those blocks that repeat and read like headlines, in page order.

    Links inside sentences are left out. Those that stand in the same kind of place (their elements and the three above,
    with classes) are one group. A group counts with three addresses or more, mostly of an article's form, and texts of
    a headline's length.
    """
    groups: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if not _is_in_prose(link.element):
            groups[_signature(link.element)].append(link)
    chosen: set[str] = set()
    for group in groups.values():
        urls = {link.key: link for link in group}
        lengths = [len(_text(link.element)) for link in group]
        forms = sum(guard.looks_like_article(link.url) for link in urls.values())
        if len(urls) >= _LEAST_REPEATS and median(lengths) >= _HEADLINE_CHARS and forms * 2 > len(urls):
            chosen.update(key for key, link in urls.items() if guard.looks_like_article(link.url))
    return tuple(link for link in links if link.key in chosen)


def blocks_of(links: Iterable[Link]) -> Mapping[str, HtmlElement]:
    """For each address the largest element that holds its link and no other: by it its date is found."""
    holders: dict[HtmlElement, str | None] = {}
    firsts: dict[str, HtmlElement] = {}
    paths: dict[str, list[HtmlElement]] = defaultdict(list)
    for link in links:
        firsts.setdefault(link.key, link.element)
        for element in (link.element, *islice(link.element.iterancestors(), _LEVELS)):
            if element.tag in _PAGE_TAGS:
                break
            held = holders.setdefault(element, link.key)
            if held != link.key:
                holders[element] = None
            else:
                paths[link.key].append(element)
    own = {key: [element for element in path if holders[element] == key] for key, path in paths.items()}
    return {key: _outermost(own.get(key, [])) if own.get(key) else first for key, first in firsts.items()}


def title_of(links: Sequence[Link]) -> str | None:
    """The headline that several links to one address share: a heading's text, else the longest that says something."""
    for find in (_heading_text, _named_text):
        for link in links:
            if text := find(link.element):
                return text
    texts = [_text(link.element) for link in links]
    told = [text for text in texts if text and not _NO_TITLE.fullmatch(fold(text))]
    if told:
        return max(told, key=len)[:_MAX_TITLE_CHARS]
    for link in links:
        described = [link.element.get("title"), link.element.get("aria-label")]
        described += [image.get("alt") for image in islice(link.element.iter("img"), 3)]
        for text in described:
            if clean := " ".join(clean_text(text or "").split()):
                return clean[:_MAX_TITLE_CHARS]
    return None


def _outermost(elements: Sequence[HtmlElement]) -> HtmlElement:
    """The element with the fewest above it."""
    return min(elements, key=lambda element: sum(1 for _ in element.iterancestors()))


def _signature(element: HtmlElement) -> str:
    steps = (element, *islice(element.iterancestors(), _SIGNATURE_LEVELS))
    return ">".join(" ".join([str(step.tag), *sorted((step.get("class") or "").split())]) for step in steps)


def _is_in_prose(anchor: HtmlElement) -> bool:
    """Whether a link is a few words of a longer paragraph."""
    above = next((element for element in islice(anchor.iterancestors(), 3) if element.tag == "p"), None)
    return above is not None and len(above.text_content()) > len(anchor.text_content()) + _PROSE_CHARS


def _heading_text(anchor: HtmlElement) -> str | None:
    """The text of a heading inside the link, or of the link inside a heading."""
    inside = next(anchor.iter(*_HEADINGS), None)
    if inside is not None and (text := _text(inside)):
        return text[:_MAX_TITLE_CHARS]
    if any(above.tag in _HEADINGS for above in islice(anchor.iterancestors(), 3)):
        return _text(anchor)[:_MAX_TITLE_CHARS] or None
    return None


def _named_text(anchor: HtmlElement) -> str | None:
    """The text of an element inside the link that is named after a title."""
    for element in islice(anchor.iter(), 50):
        if element is not anchor and isinstance(element.tag, str) and _TITLE_NAME.search(element.get("class") or ""):
            text = _text(element)
            if text and not _NO_TITLE.fullmatch(fold(text)):
                return text[:_MAX_TITLE_CHARS]
    return None


def _text(element: HtmlElement) -> str:
    return " ".join(clean_text(" ".join(islice(element.itertext(), 200))).split())
