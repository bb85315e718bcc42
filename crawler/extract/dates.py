"""When a page says that it was published and changed.

Chosen among what ``date_candidates`` found: the first that can be read, then the address, then htmldate's search.
Stamps are read by ``stamps``, dates as printed for readers by ``text.dates``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from zoneinfo import ZoneInfo

from crawler.extract.date_candidates import MAX_CANDIDATES, Candidate, modified_candidates, published_candidates
from crawler.extract.json_ld import Node
from crawler.extract.markup import Page
from crawler.extract.own_offset import with_own_offset
from crawler.extract.printed_dates import is_bare_date, printed_beside_heading
from crawler.extract.stamps import machine_time, url_day
from domain.outlet import PageHints
from domain.times import Precision, StatedTime, TimeSource, is_possible
from text.dates import parse_stated_date

_DIGIT_OR_DAY = re.compile(r"\d|today|yesterday|bu ?gün|dünən|dün|сегодня|вчера|bugün", re.I)
_ONE_DAY = timedelta(days=1)


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
    candidates = list(islice(published_candidates(page, article, hints), MAX_CANDIDATES))
    printed = _printed(page, frame)
    published = _publication(page, candidates, printed, frame, is_selected=bool(hints.date_css))
    if published is not None:
        read = (_read(raw, source, frame, may_guess=False) for raw, source in candidates)
        published = with_own_offset(published, chain(filter(None, read), printed), zone=zone)
    raw = None if published else next((raw for raw, _ in candidates if raw), None)
    modified = (_read(raw, source, frame) for raw, source in modified_candidates(page, article))
    return PageDates(published, raw, next((stated for stated in modified if stated), None))


def _publication(
    page: Page, candidates: list[Candidate], printed: list[StatedTime], frame: _Frame, *, is_selected: bool
) -> StatedTime | None:
    """What is declared, else what the address says, else what is printed beside the heading, else what a search finds.

    What the outlet's own selector or the address bears out is not weighed against what is printed.
    """
    declared, named = _most_trusted(candidates, frame), url_day(page.url, zone=frame.zone, now=frame.now)
    if declared is not None:
        is_borne_out = named is not None and abs(named.at.date() - declared.at.date()) <= _ONE_DAY
        return declared if is_selected or is_borne_out else _first_publication(declared, printed)
    found = named or next((stated for stated in printed if is_bare_date(stated.raw)), None)
    if found is None and not any(source is not TimeSource.TEXT for _, source in candidates):
        found = _by_search(page, frame)  # where a date is declared and unreadable, a guess would hide it
    return found


def _printed(page: Page, frame: _Frame) -> list[StatedTime]:
    """The dates printed beside the heading, those that stand alone first."""
    stated = [
        parse_stated_date(line, zone=frame.zone, now=frame.now, source=TimeSource.TEXT, may_guess=False)
        for line in printed_beside_heading(page.tree)
    ]
    return sorted(filter(None, stated), key=lambda one: not is_bare_date(one.raw))


def _first_publication(stated: StatedTime, printed: list[StatedTime]) -> StatedTime:
    """The date printed beside the heading, where it is two days or more before the one that is stated for machines.

    Systems stamp an article anew when it is moved or published again; what readers are told stays.
    """
    first = next(iter(printed), None)
    if first is None or first.at.date() >= stated.at.date() - _ONE_DAY:
        return stated
    is_only = all(other.at.date() == first.at.date() for other in printed)  # "Received … Accepted …" are several
    return first if is_only and is_bare_date(first.raw) else stated


def _most_trusted(candidates: Iterable[Candidate], frame: _Frame) -> StatedTime | None:
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


def _read(raw: str, source: TimeSource, frame: _Frame, *, may_guess: bool = True) -> StatedTime | None:
    if not raw or len(raw) > 200 or not _DIGIT_OR_DAY.search(raw):
        return None
    machine = machine_time(raw, zone=frame.zone, source=source)
    if machine is None:
        return parse_stated_date(raw, zone=frame.zone, now=frame.now, source=source, may_guess=may_guess)
    return machine if is_possible(machine.at, now=frame.now) else None


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
