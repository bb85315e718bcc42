"""Cards: the repeated, linked blocks by which a page shows other articles.

A page whose text stands in cards is a list. An article may be followed by cards that the reading took for its own text:
then what stands before the first of them is the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract.links import squeezed
from crawler.extract.markup import Page
from domain.urls import bare_host

_MIN_CARDS = 4
_MAX_CARD_CHARS = 700
_MAX_CARD_PARAGRAPHS = 2
_MIN_LINK_CHARS = 12
_LINK_SHARE = 0.06
_PROBE_CHARS = 100
_MIN_ARTICLE_CHARS = 300
_MIN_CARDED = 3
_LIST_SHARE = 0.6
_TAIL_SHARE = 0.8
_CARD_TAGS = frozenset({"div", "li", "article", "section", "a", "tr"})
_HEADINGS = ("h2", "h3", "h4", "h5")


def without_cards(page: Page, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """``paragraphs`` without the cards that follow them; () where most are cards and no article stands before."""
    cards = "\n".join(card_texts(page))
    in_card = [squeezed(paragraph.removeprefix("- "))[:_PROBE_CHARS] in cards for paragraph in paragraphs]
    if sum(in_card) < _MIN_CARDED:
        return paragraphs
    first = in_card.index(True)
    article, rest = paragraphs[:first], in_card[first:]
    is_article = len(article) >= 2 and sum(map(len, article)) >= _MIN_ARTICLE_CHARS
    carded = sum(len(said) for said, is_carded in zip(paragraphs, in_card, strict=True) if is_carded)
    is_list = carded > _LIST_SHARE * sum(map(len, paragraphs))
    if is_article and (is_list or sum(rest) >= _TAIL_SHARE * len(rest)):
        return article
    return () if is_list else paragraphs


def card_texts(page: Page) -> Iterator[str]:
    """The texts of the page's cards, without white space."""
    host = bare_host(urlsplit(page.url).hostname or "")
    for parent in page.tree.iter("div", "ul", "ol", "section", "main", "body", "article", "table", "tbody"):
        kinds = Counter(_kind(child) for child in parent)
        for kind, count in kinds.items():
            if kind[0] in _CARD_TAGS and count >= _MIN_CARDS:
                yield from _texts_of_cards([child for child in parent if _kind(child) == kind], host)
    yield from _headed_texts(page.tree, host)


def _texts_of_cards(members: list[HtmlElement], host: str) -> Iterator[str]:
    texts = [squeezed(member.text_content()) for member in members]
    linked = sum(1 for member, text in zip(members, texts, strict=True) if _is_card(member, text, host))
    if linked >= 0.8 * len(members):
        yield from texts


def _kind(element: HtmlElement) -> tuple[str, str]:
    return str(element.tag), (element.get("class") or "").split(" ")[0]


def _is_card(element: HtmlElement, text: str, host: str) -> bool:
    """Few words, a good part of them a link to another page of the site."""
    if sum(1 for _ in islice(element.iter("p", "li"), _MAX_CARD_PARAGRAPHS + 1)) > _MAX_CARD_PARAGRAPHS + (
        element.tag == "li"
    ):
        return False
    links = (element,) if element.tag == "a" else element.iter("a")
    away = (link for link in links if _leads_on(link, host))
    longest = max((len(squeezed(link.text_content())) for link in away), default=0)
    return len(text) < _MAX_CARD_CHARS and longest >= max(_MIN_LINK_CHARS, _LINK_SHARE * len(text))


def _leads_on(link: HtmlElement, host: str) -> bool:
    """Whether a link goes to another page of the site; lists of links to other sites are an article's own."""
    href = (link.get("href") or "#").strip()
    if href.startswith("#"):
        return False
    return not re.match(r"(?:https?:)?//", href) or (bool(host) and host in href.split("?", 1)[0])


def _headed_texts(tree: HtmlElement, host: str) -> Iterator[str]:
    """Cards without a frame: a heading that is one link, and the paragraph after it."""
    found: list[str] = []
    for heading in tree.iter(*_HEADINGS):
        link = next((link for link in heading.iter("a") if _leads_on(link, host)), None)
        after = heading.getnext()
        if link is not None and after is not None and squeezed(link.text_content()) == squeezed(heading.text_content()):
            found += [squeezed(heading.text_content()), squeezed(after.text_content())]
    if len(found) >= 2 * _MIN_CARDS:
        yield from found
