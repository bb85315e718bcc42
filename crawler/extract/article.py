"""A page's bytes in, what was read from it out. Pure: it does not know who fetched the page, nor when it runs.

The order matters: everything that only looks at the tree comes before the body, whose reading cuts it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from crawler.extract.authors import page_authors
from crawler.extract.barriers import barrier_of, is_not_found
from crawler.extract.body import Body, read_body
from crawler.extract.cards import without_cards
from crawler.extract.charset import decode_page
from crawler.extract.dates import page_dates
from crawler.extract.footnotes import take_footnotes
from crawler.extract.identity import EXTRACTOR, extractor_settings
from crawler.extract.json_ld import Node, article_node, text_of_node
from crawler.extract.kinds import kind_of_page, live_signs
from crawler.extract.links import body_links, canonical_url, language_versions, other_canonicals, page_links
from crawler.extract.markup import Page, parse_page
from crawler.extract.parts import part_of
from crawler.extract.sections import page_headings, sections_of
from crawler.extract.shape import is_cut_off, is_list, is_stub, says_article, unreadable
from crawler.extract.stand_ins import stand_in_of
from crawler.extract.titles import page_title
from domain.extraction import Barrier, Extraction, ExtractionOutcome
from domain.outlet import PageHints
from text.language import detect_language

_MIN_CHARS = 250  # an article that nothing but its text speaks for
_LANGUAGE_CHARS = 1_000  # more changes the answer of one page in a thousand, and costs a twentieth of the page
_MIN_STATED_CHARS = 40  # an article that the page or the outlet's selector declares
_BARRIER_ERRORS: Mapping[Barrier, str] = MappingProxyType(
    {
        Barrier.CHALLENGE: "the page is a challenge",
        Barrier.LOGIN: "the page asks to log in",
        Barrier.CONSENT: "the page asks for consent",
    }
)


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: ExtractionOutcome
    error: str | None = None


def extract_article(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    hints: PageHints,
    zone: ZoneInfo,
    now: datetime,
    languages: tuple[str, ...] = (),
) -> Extraction:
    """What the page in ``body`` says: text, title, dates, authors, links; or why it holds no article.

    ``body`` has its content encoding undone and is in any character encoding. ``zone`` is the outlet's, for times
    without one; ``languages`` are those it publishes in. A time over 48 h ahead of ``now`` is not believed. A page that
    is empty, cut off or stands in front of the article is never ``ok``, whatever its status was.
    """
    problem = unreadable(body, content_type)
    if problem:
        return _nothing(ExtractionOutcome.UNREADABLE, problem)
    with _collector_at_rest():
        source = decode_page(body, content_type=content_type, languages=languages)
        return _read_source(source, url=url, hints=hints, zone=zone, now=now, languages=languages)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Have no cycles looked for meanwhile: a page's tree makes objects by the hundred thousand and hardly a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_source(
    source: str, *, url: str, hints: PageHints, zone: ZoneInfo, now: datetime, languages: tuple[str, ...]
) -> Extraction:
    page = parse_page(source, url=url) if source.strip() else None
    if page is None:
        return _nothing(ExtractionOutcome.NO_ARTICLE, "the page is empty")
    barrier = barrier_of(page)
    if barrier:
        return _nothing(ExtractionOutcome.NO_ARTICLE, _BARRIER_ERRORS[barrier], barrier)
    return _read(page, hints=hints, zone=zone, now=now, languages=languages)


def _nothing(outcome: ExtractionOutcome, error: str, barrier: Barrier | None = None) -> Extraction:
    return Extraction(outcome, EXTRACTOR, extractor_settings(), error=error, barrier=barrier)


def _read(page: Page, *, hints: PageHints, zone: ZoneInfo, now: datetime, languages: tuple[str, ...]) -> Extraction:
    article = article_node(page.nodes)
    title = page_title(page, article, hints=hints)
    dates = page_dates(page, article, hints=hints, zone=zone, now=now)
    authors = page_authors(page, article, hints=hints)
    part = part_of(page)
    live = live_signs(page, title)
    stand_in = stand_in_of(page)
    footnotes = take_footnotes(page.tree)
    headings = page_headings(page.tree)
    links = page_links(page)
    declared = declared_language(page, article)
    canonical, others, versions = canonical_url(page), other_canonicals(page), language_versions(page)
    body = read_body(page, article, title=title, hints=hints, linked=links.linked)
    if body.found_by == "reading" and not says_article(page):
        body = replace(body, paragraphs=without_cards(page, body.paragraphs))
    verdict = _judged(page, article, body, title)
    sections = sections_of(body.paragraphs, headings)
    return Extraction(
        verdict.outcome,
        EXTRACTOR,
        extractor_settings(),
        error=verdict.error,
        text=body.text or None,
        title=title,
        authors=authors,
        published=dates.published,
        published_raw=dates.published_raw,
        modified=dates.modified,
        language=detect_language(body.text[:_LANGUAGE_CHARS], declared=declared) if body.text else None,
        declared_language=declared,
        canonical_url=canonical,
        other_canonicals=others,
        alternates=versions,
        section=page.meta("article:section") or text_of_node(article, "articleSection", "name"),
        links=body_links(links, body.text),
        kind=kind_of_page(
            page, title=title, paragraphs=body.paragraphs, sections=sections, live=live, noted=len(footnotes)
        ),
        sections=sections,
        footnotes=footnotes,
        part=part,
        stand_in=stand_in,
    )


def _judged(page: Page, article: Node | None, body: Body, title: str | None) -> _Verdict:
    """Whether what was read is an article, in the order of certainty."""
    if is_not_found(page, title, body.text):
        return _Verdict(ExtractionOutcome.NO_ARTICLE, "the page says that nothing was found")
    if is_cut_off(page.source):
        return _Verdict(ExtractionOutcome.PARTIAL, "the page ends before its end")
    if body.found_by != "selector" and is_list(page, body.text):
        return _Verdict(ExtractionOutcome.NO_ARTICLE, "the page lists articles")
    declared = body.found_by != "reading" or says_article(page)
    if len(body.text) < (_MIN_STATED_CHARS if declared else _MIN_CHARS):
        return _Verdict(ExtractionOutcome.NO_ARTICLE, "the page holds no text of an article")
    if is_stub(page, article, body.text):
        return _Verdict(ExtractionOutcome.PARTIAL, "the text is a teaser before a paywall")
    return _Verdict(ExtractionOutcome.OK)


def declared_language(page: Page, article: Node | None) -> str | None:
    """The language that the page declares, as a two- or three-letter code."""
    html = page.tree if page.tree.tag == "html" else page.tree.find(".//html")
    stated = (
        html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") if html is not None else None,
        text_of_node(article, "inLanguage", "alternateName", "name"),
        page.meta("og:locale", "content-language", "language"),
    )
    codes = (code.replace("_", "-").split("-")[0].strip().lower() for code in stated if code)
    return next((code for code in codes if code.isalpha() and len(code) in (2, 3)), None)
