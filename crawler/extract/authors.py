"""Who signed an article: names as printed, without roles, addresses and the outlet's own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from crawler.extract.json_ld import Node, texts_of
from crawler.extract.markup import Page, collapse, select, text_of
from crawler.extract.titles import plain_key, site_names
from domain.outlet import PageHints
from text.clean import clean_text

_MAX_AUTHORS = 20
_METAS = (
    "author",
    "article:author",
    "authors",
    "parsely-author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "citation_author",
    "og:article:author",
    "twitter:creator:name",
    "mediator_author",
)
_MARKUP = (
    "[itemprop~=author] [itemprop~=name]",
    "[itemprop~=author]",
    "a[rel~=author]",
    "[class*=author-name], [class*=author__name], [class*=authorName], [class*=AuthorName], [class*=byline-name], [class*=byline__name]",
    "[class~=byline] a, [class*=byline] a, [class*=Byline] a",
    "[class~=byline], [class*=byline], [class*=Byline]",
    "[class~=author], [class*=article-author], [class*=post-author], [class*=entry-author]",
)
_BY = re.compile(
    r"^(?:(?:written|reported|story|posted|published|edited|text|words|analysis|opinion)\s+)?by\b[:\s]+|"
    r"^(?:author|authors|müəllif|müəlliflər|muəllif|hazırladı|yazdı|автор|авторы|yazar|yazan|haber)\s*:\s*",
    re.I,
)
_SPLIT = re.compile(r"\s*[;,|•·/\n]\s*|\s+(?:and|və|ve|и|та|with|&)\s+|\s*&\s*", re.I)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|journalist|columnist|contributor|producer|associate|senior|chief|"
    r"photographer|fellow|director|manager|bureau|desk|newsroom|редактор|корреспондент|журналист|müxbir|redaktor|"
    r"jurnalist|muhabir|editör|admin|administrator|guest|updated|published|min read|minutes?)\b",
    re.I,
)
_NOT_NAME = re.compile(r"https?:|www\.|@|\d{2,}|[<>{}=]|\.(?:com|org|net|az|ru|tr)\b", re.I)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def page_authors(page: Page, article: Node | None, *, hints: PageHints) -> tuple[str, ...]:
    """The names of the authors in the page's order; empty when it names none."""
    outlets = site_names(page)
    for statements in _sources(page, article, hints):
        names = author_names(statements, outlets)
        if names:
            return names
    return ()


def _sources(page: Page, article: Node | None, hints: PageHints) -> Iterator[Iterable[str]]:
    yield [element.get("content") or text_of(element) for element in select(page.tree, hints.author_css)]
    yield list(texts_of((article or {}).get("author"), "name"))
    yield list(texts_of((article or {}).get("creator"), "name"))
    for name in _METAS:
        yield page.metas.get(name, ())
    for selector in _MARKUP:
        yield [text for element in select(page.tree, (selector,)) if len(text := text_of(element)) < 120]


def author_names(statements: Iterable[str], outlets: frozenset[str]) -> tuple[str, ...]:
    """Names in ``statements``, each once; what is no person's name is left out. ``outlets`` are keys to refuse."""
    names: dict[str, str] = {}
    for statement in statements:
        for part in _parts(statement):
            key = plain_key(part)
            if key and key not in outlets and key not in names:
                names[key] = part
    return tuple(names.values())[:_MAX_AUTHORS]


def _parts(statement: str) -> Iterator[str]:
    text = collapse(clean_text(unescape(unescape(statement))))
    text = _EMAIL.sub(" ", re.sub(r"\([^)]*\)", " ", text))
    for part in _SPLIT.split(_BY.sub("", text.strip())):
        name = _BY.sub("", part.strip(" .,:;-–—|")).strip()
        if 2 < len(name) <= 60 and not _NOT_NAME.search(name) and not _ROLE.search(name) and len(name.split()) <= 6:
            yield name
