"""Where a page states its times: every place that may hold one, the most trusted first, unread.

Order of trust: the outlet's own selector, structured data, meta, visible marks, what stands beside the heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.json_ld import Node, text_of_node
from crawler.extract.markup import Page, collapse, select, stated_in
from domain.outlet import PageHints
from domain.times import TimeSource

_PUBLISHED_METAS = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "published-date",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "datecreated",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "mediator_published_time",
    "date",
)
_MODIFIED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)
MAX_CANDIDATES = 40
Candidate = tuple[str, TimeSource]  # a text, and where it stands
_DECLARED = (
    "meta[itemprop~=datePublished]",
    "[itemprop~=datePublished]",
    "time[pubdate]",
    "time.published, time.entry-date, time[class*=publish], time[class*=Publish]",
)
_CHANGED = re.compile(r"updat|modif|обновл|измен|yenilən|yeniləm|güncelle|dəyişdiril", re.I)
_HEADING_LEVELS = 6  # how far above the heading its date may stand


def published_candidates(page: Page, article: Node | None, hints: PageHints) -> Iterator[Candidate]:
    """What the page states of its publication, each text with where it stands."""
    for element in select(page.tree, hints.date_css):
        yield stated_in(element), TimeSource.TEXT
        yield collapse(element.text_content()), TimeSource.TEXT
    for key in ("datePublished", "dateCreated", "uploadDate"):
        raw = text_of_node(article, key)
        if raw:
            yield raw, TimeSource.STRUCTURED_DATA
    for name in _PUBLISHED_METAS:
        for raw in page.metas.get(name, ()):
            yield raw, TimeSource.META
    for node in page.nodes:
        raw = text_of_node(node, "datePublished")
        if raw and node is not article:
            yield raw, TimeSource.STRUCTURED_DATA
    for element in select(page.tree, _DECLARED):
        yield stated_in(element), TimeSource.TEXT
    yield from ((raw, TimeSource.TEXT) for raw in _beside_heading(page.tree))


def _beside_heading(tree: HtmlElement) -> Iterator[str]:
    """What the time elements nearest to the article's heading state; those of a change come last."""
    for heading in islice(tree.iter("h1"), 3):
        for above in islice(heading.iterancestors(), _HEADING_LEVELS):
            times = list(islice(above.iter("time"), 5))
            if times:
                times.sort(key=_tells_change)
                for element in times:
                    yield stated_in(element)
                    yield collapse(element.text_content())
                return


def _tells_change(element: HtmlElement) -> bool:
    parent = element.getparent()
    around = collapse(parent.text_content())[:80] if parent is not None else ""
    return bool(_CHANGED.search(f"{element.get('class') or ''} {around}"))


def modified_candidates(page: Page, article: Node | None) -> Iterator[Candidate]:
    """What the page states of its last change."""
    raw = text_of_node(article, "dateModified")
    if raw:
        yield raw, TimeSource.STRUCTURED_DATA
    for name in _MODIFIED_METAS:
        for stated in page.metas.get(name, ()):
            yield stated, TimeSource.META
