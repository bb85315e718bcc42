"""What a page calls its article: the heading that the page and its metadata agree on, without the outlet's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from crawler.extract.json_ld import Node, text_of_node
from crawler.extract.markup import Page, collapse, select, text_of
from domain.outlet import PageHints
from text.clean import clean_text

_SEPARATOR = re.compile(r"\s+[|–—\-·•»«:/~‹›]+\s+|\s*\|\s*|\s+::\s+")
_NAMED = re.compile(r"[\W_]+")
_MAX_TITLE_CHARS = 400


def page_title(page: Page, article: Node | None, *, hints: PageHints) -> str | None:
    """The article's title, cleaned; None when the page has none."""
    for element in select(page.tree, hints.title_css):
        title = _cleaned(element.get("content") or text_of(element), page)
        if title:
            return title
    stated = [title for raw in _stated(page, article) if (title := _cleaned(raw, page))]
    headings = [title for element in page.tree.iter("h1") if (title := _cleaned(text_of(element), page))]
    agreed = _agreed(headings, stated)
    return agreed or next(iter([*stated, *headings]), None)


def _stated(page: Page, article: Node | None) -> Iterator[str]:
    yield from filter(None, (text_of_node(article, "headline"), page.meta("og:title"), text_of_node(article, "name")))
    yield from filter(None, (page.meta("twitter:title", "dc.title", "headline", "title"),))
    yield from (text_of(element) for element in page.tree.iterfind(".//head/title"))


def _agreed(headings: list[str], stated: list[str]) -> str | None:
    """The heading that metadata repeats, or that is the page's only one and is like a title."""
    keys = {plain_key(title) for title in stated}
    for heading in headings:
        if plain_key(heading) in keys:
            return heading
    return None


def _cleaned(raw: str, page: Page) -> str | None:
    text = raw
    for _ in range(2):  # "&amp;quot;": some sites escape twice
        text = unescape(text)
    text = collapse(clean_text(re.sub(r"</?[a-z][^>]{0,200}>", "", text)))
    return without_site_name(text, site_names(page))[:_MAX_TITLE_CHARS] or None


def site_names(page: Page) -> frozenset[str]:
    """Keys of the names that the site goes by: as it states them, and its host."""
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    names = {host, host.rsplit(".", 1)[0], *host.split(".")[:-1]}
    for name in (
        "og:site_name",
        "application-name",
        "twitter:site",
        "publisher",
        "copyright",
        "apple-mobile-web-app-title",
    ):
        names.update(page.metas.get(name, ()))
    for node in page.nodes:
        names.update(filter(None, (text_of_node(node, "publisher", "name"),)))
    return frozenset(key for key in map(plain_key, names) if len(key) > 2)


def without_site_name(title: str, names: frozenset[str]) -> str:
    """``title`` without the parts at its ends that name the site."""
    parts = _SEPARATOR.split(title)
    cuts = list(_SEPARATOR.finditer(title))
    first, last = 0, len(parts)
    while last - first > 1 and _is_site(parts[last - 1], names):
        last -= 1
    while last - first > 1 and _is_site(parts[first], names):
        first += 1
    start = cuts[first - 1].end() if first else 0
    end = cuts[last - 1].start() if last < len(parts) else len(title)
    return title[start:end].strip()


def _is_site(part: str, names: frozenset[str]) -> bool:
    key = plain_key(part)
    return bool(key) and (key in names or any(key == name.removeprefix("the") or name == "the" + key for name in names))


def plain_key(text: str) -> str:
    """``text`` without case, white space and punctuation, to compare by."""
    return _NAMED.sub("", text.casefold())
