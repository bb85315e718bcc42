"""Where a listing goes on: the page with older entries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from crawler.parse.link_guard import same_host
from domain.urls import http_url, url_key
from text.fold import fold

_PARAMETERS = frozenset("page p pg sehife paged sf_paged pagenum pageno start_page".split())
_PATH_PAGE = re.compile(r"/(?:page|sehife|stranitsa|sayfa)[/-](\d{1,5})/?$", re.I)
_NEXT_WORDS = re.compile(
    r"(?:novbeti|sonraki|davami|kohne xeberler|следующая|следующие|вперед|дальше|далее|next|older|older posts)"
    r"(?: sehife| sayfa| страница| page)?\W{0,3}|[›»→>]{1,2}"
)


def next_page_of(tree: HtmlElement, anchors: Iterable[HtmlElement], *, page_url: str, base: str) -> str | None:
    """The page after ``page_url`` in the same listing and on the same host; None where the page names none.

    By ``rel=next``, by a link to the page's own address with the next number, by a link that says "next".
    """
    stated = [element for element in tree.iter("link", "a") if "next" in (element.get("rel") or "").lower().split()]
    links = list(anchors)
    numbered = [link for link in links if _follows(http_url(link.get("href") or "", base=base), page_url)]
    worded = [link for link in links if _NEXT_WORDS.fullmatch(_words(link))]
    for element in (*stated, *numbered, *worded):
        url = http_url(element.get("href") or "", base=base)
        if url and same_host(url, page_url) and url_key(url) != url_key(page_url):
            return url
    return None


def _words(link: HtmlElement) -> str:
    text = " ".join(link.text_content().split())
    return fold(text) if len(text) <= 40 else ""


def _follows(url: str | None, page_url: str) -> bool:
    """Whether ``url`` is ``page_url`` with its number one higher (none is the first)."""
    if url is None:
        return False
    listing, number = _numbered(page_url)
    other, following = _numbered(url)
    return listing == other and following == (number or 1) + 1


def _numbered(url: str) -> tuple[str, int | None]:
    """The listing that an address belongs to, and the number of its page."""
    parts = urlsplit(url)
    number: int | None = None
    kept = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in _PARAMETERS and value.isdecimal() and len(value) <= 5:
            number = int(value)
        else:
            kept.append((name, value))
    path = parts.path
    if found := _PATH_PAGE.search(path):
        number, path = int(found[1]), path[: found.start()]
    return f"{parts.hostname}{path.rstrip('/')}?{sorted(kept)}", number
