"""An article whose text came in its feed: for outlets that refuse page requests and publish in full there."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

from crawler.extract.authors import author_names
from crawler.extract.body import plain_paragraphs
from crawler.extract.identity import EXTRACTOR, extractor_settings
from crawler.extract.links import MAX_LINKS
from crawler.extract.markup import collapse
from domain.entry import Entry
from domain.extraction import Extraction, ExtractionOutcome, TextSource
from domain.times import StatedTime, is_possible
from domain.urls import http_url
from text.clean import clean_text
from text.language import detect_language

_MIN_CHARS = 40
_HREF = re.compile(r"<a\b[^>]*?\shref\s*=\s*[\"']([^\"'\s>]+)", re.I)
_GOES_ON = re.compile(
    r"(?:\[\s*(?:…|\.\.\.|&hellip;)\s*\]|…|\.\.\.|(?:read more|continue reading|ardını oxu|davamını oxu|"
    r"daha ətraflı|читать далее|"
    r"подробнее|devamını oku)\W*)\s*$",
    re.I,
)


def extract_feed_text(entry: Entry, *, url: str, zone: ZoneInfo, now: datetime) -> Extraction:
    """What ``entry`` says of the article at ``url``: its full text where the feed carries one, else its summary.

    The outcome is ok only for a full text; a summary alone is partial, nothing at all is ``no_article``. Dates are the
    feed's own, in its offset or in ``zone``; one that is impossible at ``now`` is None, its raw text kept.
    """
    base = entry.url or url
    full = plain_paragraphs(entry.content_html) if entry.content_html else ()
    paragraphs = full or (plain_paragraphs(entry.summary) if entry.summary else ())
    text = "\n\n".join(paragraphs)
    outcome, error = _judged(text, is_full=bool(full))
    published = _possible(entry.published, now)
    title = collapse(clean_text(unescape(entry.title))) if entry.title else None
    return Extraction(
        outcome,
        EXTRACTOR,
        extractor_settings(),
        error=error,
        text=text or None,
        text_source=TextSource.FEED,
        title=title or None,
        authors=author_names(entry.authors, frozenset()),
        published=published,
        published_raw=None if published else entry.published_raw,
        modified=_possible(entry.updated, now),
        language=detect_language(text, declared=entry.language) if text else None,
        declared_language=entry.language,
        canonical_url=http_url(base),
        section=entry.categories[0] if entry.categories else None,
        links=_links(entry.content_html or "", base),
    )


def _judged(text: str, *, is_full: bool) -> tuple[ExtractionOutcome, str | None]:
    if not text:
        return ExtractionOutcome.NO_ARTICLE, "the feed carries no text of it"
    if not is_full or ends_open(text):
        return ExtractionOutcome.PARTIAL, "the feed carries only the beginning"
    if len(text) < _MIN_CHARS:
        return ExtractionOutcome.NO_ARTICLE, "the feed carries no text of it"
    return ExtractionOutcome.OK, None


def ends_open(text: str) -> bool:
    """Whether ``text`` says at its end that it goes on elsewhere: "[…]", "…", "Read more"."""
    return bool(_GOES_ON.search(text))


def _possible(stated: StatedTime | None, now: datetime) -> StatedTime | None:
    return stated if stated is not None and is_possible(stated.at, now=now) else None


def _links(markup: str, base: str) -> tuple[str, ...]:
    links = (http_url(unescape(href), base=base) for href in _HREF.findall(markup))
    return tuple(dict.fromkeys(link for link in links if link))[:MAX_LINKS]
