"""When a page says that it was published and changed.

Order of trust: the outlet's own selector, structured data, meta, visible marks, htmldate, the address. Machine-readable
stamps are read here; dates as printed for readers by ``text.dates``. A time without a zone is in the outlet's zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import islice
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.extract.json_ld import Node, text_of_node
from crawler.extract.markup import Page, collapse, select, stated_in
from domain.outlet import PageHints
from domain.times import Precision, StatedTime, TimeSource, is_possible
from text.dates import parse_stated_date

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
_ISO = re.compile(
    r"^(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T\s]+(?P<hour>\d\d?):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\s*$",
    re.I,
)
_URL_STAMP = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d*")
_MAX_CANDIDATES = 40
_DIGIT_OR_DAY = re.compile(r"\d|today|yesterday|bu ?gün|dünən|dün|сегодня|вчера|bugün", re.I)
_EPOCH = re.compile(r"^(\d{10})(?:\d{3})?$")
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|[1-9])(?:[/_-]|(?<=\d\d))(0[1-9]|[12]\d|3[01]|[1-9])(?!\d)"
)
_DECLARED = (
    "meta[itemprop~=datePublished]",
    "[itemprop~=datePublished]",
    "time[pubdate]",
    "time.published, time.entry-date, time[class*=publish], time[class*=Publish]",
)
_CHANGED = re.compile(r"updat|modif|обновл|измен|yenilən|yeniləm|güncelle|dəyişdiril", re.I)
_HEADING_LEVELS = 6  # how far above the heading its date may stand


@dataclass(frozen=True, slots=True)
class PageDates:
    """What a page states of its times; ``published_raw`` is what could not be read, or was impossible."""

    published: StatedTime | None
    published_raw: str | None
    modified: StatedTime | None


@dataclass(frozen=True, slots=True)
class _Frame:
    """What reading a date needs besides its text."""

    zone: ZoneInfo
    now: datetime


def page_dates(page: Page, article: Node | None, *, hints: PageHints, zone: ZoneInfo, now: datetime) -> PageDates:
    """The times that the page states, the most trusted first, refined by a finer one of the same day."""
    frame = _Frame(zone, now)
    candidates = list(islice(_published(page, article, hints), _MAX_CANDIDATES))
    published = _most_trusted(candidates, frame) or url_day(page.url, zone=zone, now=now)
    if published is None and not any(source is not TimeSource.TEXT for _, source in candidates):
        published = _by_search(page, frame)  # where a date is declared and unreadable, a guess would hide it
    raw = None if published else next((raw for raw, _ in candidates if raw), None)
    modified = (_read(raw, source, frame) for raw, source in _modified(page, article))
    return PageDates(published, raw, next((stated for stated in modified if stated), None))


def _published(page: Page, article: Node | None, hints: PageHints) -> Iterator[tuple[str, TimeSource]]:
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


def _modified(page: Page, article: Node | None) -> Iterator[tuple[str, TimeSource]]:
    raw = text_of_node(article, "dateModified")
    if raw:
        yield raw, TimeSource.STRUCTURED_DATA
    for name in _MODIFIED_METAS:
        for stated in page.metas.get(name, ()):
            yield stated, TimeSource.META


def _most_trusted(candidates: Iterable[tuple[str, TimeSource]], frame: _Frame) -> StatedTime | None:
    """The first that can be read; where it states the day alone, the first finer one of the same day."""
    first: StatedTime | None = None
    for raw, source in candidates:
        if first is not None and ":" not in raw:
            continue
        stated = _read(raw, source, frame)
        if stated is None or (first is not None and stated.at.date() != first.at.date()):
            continue
        if stated.precision is not Precision.DAY:
            return stated
        first = first or stated
    return first


def _read(raw: str, source: TimeSource, frame: _Frame) -> StatedTime | None:
    if not raw or len(raw) > 200 or not _DIGIT_OR_DAY.search(raw):
        return None
    machine = machine_time(raw, zone=frame.zone, source=source)
    if machine is None:
        return parse_stated_date(raw, zone=frame.zone, now=frame.now, source=source)
    return machine if is_possible(machine.at, now=frame.now) else None


def machine_time(raw: str, *, zone: ZoneInfo, source: TimeSource) -> StatedTime | None:
    """A stamp written for machines (ISO 8601 in its loose forms, RFC 822, seconds since 1970), or None."""
    text = raw.strip()
    match = _ISO.match(text)
    try:
        if match:
            return _from_iso(match, raw, zone, source)
        if epoch := _EPOCH.match(text):
            return StatedTime(datetime.fromtimestamp(int(epoch.group(1)), UTC), Precision.SECOND, source, raw)
        if text[:4].rstrip(",").isalpha() and ":" in text:
            at = parsedate_to_datetime(text)
            return StatedTime(at if at.tzinfo else at.replace(tzinfo=zone), Precision.SECOND, source, raw)
    except (ValueError, OverflowError, TypeError):
        return None
    return None


def _from_iso(match: re.Match[str], raw: str, zone: ZoneInfo, source: TimeSource) -> StatedTime:
    day = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=zone)
    if match["hour"] is None:
        return StatedTime(day, Precision.DAY, source, raw)
    second = int(match["second"] or 0)
    at = day.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=min(second, 59))
    if match["zone"]:
        at = at.replace(tzinfo=_offset(match["zone"]))
    return StatedTime(at, Precision.MINUTE if match["second"] is None else Precision.SECOND, source, raw)


def _offset(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _by_search(page: Page, frame: _Frame) -> StatedTime | None:
    """What htmldate finds in the page's text and markup, at day precision."""
    from htmldate import find_date  # noqa: PLC0415  # dateparser's tables take a second to load

    found = find_date(
        page.tree,
        extensive_search=True,
        original_date=True,
        url=page.url,
        deferred_url_extractor=True,
        min_date=datetime(1990, 1, 1),  # noqa: DTZ001  # the library compares naive days
        max_date=frame.now.astimezone(frame.zone).replace(tzinfo=None) + timedelta(hours=48),
    )
    if not found or (found.endswith("-01") and not _says_the_first(page.source, found)):
        return None
    stated = machine_time(found, zone=frame.zone, source=TimeSource.TEXT)
    return stated if stated is not None and is_possible(stated.at, now=frame.now) else None


def _says_the_first(source: str, day: str) -> bool:
    """Whether ``source`` states the first of the month; of a month alone the search makes its first day up."""
    year, month = day[:4], day[5:7]
    numbers = rf"0?1[./-]{month}[./-]{year}|{month}/0?1/{year}|{year}[./-]?{month}[./-]?01"
    first = r"(?<!\d)0?1(?:st|-[^\W\d]{1,3})?(?!\d)"
    words = rf"{first}[\s.,]+[^\W\d]{{3,12}}[\s.,]+{year}|[^\W\d]{{3,12}}\.?\s+{first},?\s+{year}"
    return re.search(f"{numbers}|{words}", source) is not None


def url_day(url: str, *, zone: ZoneInfo, now: datetime) -> StatedTime | None:
    """The day that an address names (``/2025/06/05/``, ``20250605…``), or None."""
    path = url.split("?", 1)[0]
    for match in (*_URL_DAY.finditer(path), *_URL_STAMP.finditer(path)):
        try:
            at = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=zone)
        except ValueError:
            continue
        if is_possible(at, now=now):
            return StatedTime(at, Precision.DAY, TimeSource.URL, match[0])
    return None
