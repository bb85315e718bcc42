"""What sort of text a page holds: an article, a report in sections, a live blog, a page for all news of a day.

A page says so itself, or its heading does and its entries bear it out: each begins with a time of day. A timeline
inside an article has such entries too, so they alone say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract.json_ld import types_of
from crawler.extract.markup import Page, places_of
from domain.extraction import ArticleKind, Section

_REPORT_CHARS = 10_000
_REPORT_SECTIONS = 4
_REPORT_NOTES = 5
_REPORT_PATH = re.compile(r"/(?:reports?|research|publications?|hesabat\w*|doklad\w*|raport?\w*)(?:/|$)", re.I)
_MIN_ENTRIES = 4
_ENTRY = re.compile(
    r"^\W{0,3}(?:\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?,?\s+)?(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?(?![\d.%])"
)
_LIVE_NAME = re.compile(r"live-?(?:blog|updates?|ticker|coverage)", re.I)
_LIVE_SPELLINGS = ("live", "Live", "LIVE")
_IN_CLASS = re.compile(r"""class=["'](?:[^"'<>]*[\s_-])?$""", re.I)
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?[ap]\.?m\.?)?", re.I)
_MOST_MARKS = 50_000
_LIVE = re.compile(
    r"\b(?:live(?: blog| updates?| coverage)?\s*[:|–—-]|as it happened|live ?blog|minute by minute|canlı yayım|"
    r"canlı izləmə|canlı anlatım|canlı blog|dəqiqə-dəqiqə|dakika dakika|онлайн[- ](?:трансляция|репортаж)|"
    r"прямая трансляция|текстовая трансляция|хроника (?:событий|дня событий))|^(?:live|canlı|онлайн)\b\s*[:|–—-]",
    re.I,
)
_LIVE_PATH = re.compile(r"/(?:live|live-?blog|canli|online-translation)(?:[/-]|$)|live-?blog|live-updates", re.I)
_DAY = re.compile(
    r"\b(?:news (?:digest|in brief|roundup|round-up)|daily (?:digest|news|briefing|roundup)|(?:the )?day in "
    r"(?:news|brief)|headlines of the day|evening (?:digest|briefing)|morning (?:digest|briefing)|"
    r"günün (?:xəbərləri|əsas xəbərləri|hadisələri|icmalı|yekunları|özeti|haberleri|öne çıkanları)|"
    r"gündəlik (?:xəbərlər|icmal)|xəbər (?:bülleteni|icmalı)|gün ərzində|günlük bülten|haber özeti|"
    r"(?:новости|главное|события|итоги|хроника|дайджест) (?:за )?(?:дня|день|сутки)|главное за \d|"
    r"коротко о главном за день|дайджест новостей|новости к этому часу)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class LiveSigns:
    """What of a page speaks for a live blog, asked before its tree is cut: what it says, and its times of day."""

    is_said: bool
    is_stated: bool  # in its structured data
    entries: int


def live_signs(page: Page, title: str | None) -> LiveSigns:
    """Whether the page says that it goes along with something, and how many marks with a time of day it has."""
    is_stated = any("LiveBlogPosting" in types_of(node) for node in page.nodes)
    is_said = bool(_LIVE.search(title or "") or _LIVE_PATH.search(urlsplit(page.url).path))
    has_times = len(list(islice(page.tree.iter("time"), _MIN_ENTRIES))) == _MIN_ENTRIES
    if not is_said and not has_times:
        return LiveSigns(is_said, is_stated, 0)
    is_said = is_said or _has_live_class(page.source)
    marks = islice(page.tree.iter("time", "span", "strong", "b", "p", "div", "h2", "h3", "h4"), _MOST_MARKS)
    entries = sum(_is_clock(element) for element in marks) if is_said else 0
    return LiveSigns(is_said, is_stated, entries)


def _has_live_class(source: str) -> bool:
    places = (at for word in _LIVE_SPELLINGS for at in places_of(source, word) if _LIVE_NAME.match(source, at))
    return any(_IN_CLASS.search(source, max(0, at - 200), at) for at in places)


def _is_clock(element: HtmlElement) -> bool:
    said = (element.text or "").strip()
    return len(said) <= 20 and _CLOCK.fullmatch(said) is not None


def kind_of_page(
    page: Page,
    *,
    title: str | None,
    paragraphs: Sequence[str],
    sections: tuple[Section, ...],
    live: LiveSigns,
    noted: int = 0,
) -> ArticleKind:
    """The kind of what was read from ``page``; ``noted`` counts its footnotes.

    A long text in sections is a report where it has notes, or says or is addressed as one: lists of gifts are long too.
    """
    entries = sum(_ENTRY.match(paragraph) is not None for paragraph in paragraphs)
    is_said = live.is_said or (entries >= _MIN_ENTRIES and _has_live_class(page.source))
    if live.is_stated or (is_said and max(entries, live.entries) >= _MIN_ENTRIES):
        return ArticleKind.LIVE_BLOG
    if title and _DAY.search(title) and max(entries, len(sections)) >= _MIN_ENTRIES:
        return ArticleKind.DAY_PAGE
    is_long = sum(map(len, paragraphs)) >= _REPORT_CHARS and len(sections) >= _REPORT_SECTIONS
    is_report = any("Report" in types_of(node) for node in page.nodes) or _REPORT_PATH.search(urlsplit(page.url).path)
    return ArticleKind.REPORT if is_long and (noted >= _REPORT_NOTES or is_report) else ArticleKind.ARTICLE
