"""The date that a listing prints beside a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from domain.times import Precision, StatedTime, TimeSource
from text.dates import parse_stated_date
from text.fold import fold

_MAX_CHARS = 80
_MAX_ELEMENTS = 200
_NAMED = re.compile(r"date|time|tarix|zaman|vaxt|saat|publish|posted|дата|when|clock|calendar", re.I)
_DATELIKE = re.compile(
    r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|\d{1,2}[\s-]+[^\W\d_]{3,}|[^\W\d_]{3,}\s+\d{1,2}\b"
    r"|bu ?gun|dunen|\bdun\b|сегодня|вчера|today|yesterday|evvel|назад|\bonce\b|\bago\b"
)
_FIGURES = re.compile(r"\d{1,2}:\d\d|\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}")
_CLOCK = re.compile(r"\d{1,2}:\d\d")


@dataclass(frozen=True, slots=True)
class LinkDate:
    """What stands beside a link: the time read from it, or None, and its text."""

    stated: StatedTime | None
    raw: str


def date_beside(block: HtmlElement, title: str | None, *, zone: ZoneInfo, now: datetime) -> LinkDate | None:
    """The first date in ``block`` that can be read, else the first text of a date's form; None without either.

    A machine-readable time comes first, then elements that are named after a date, then any short text but the title.
    A day and a time of day in two elements are read as one.
    """
    first: str | None = None
    clocks = (text for text, _ in _texts(block, title) if _CLOCK.fullmatch(text))
    for raw, may_guess in _candidates(block, title):
        stated = parse_stated_date(raw, zone=zone, now=now, source=TimeSource.TEXT, may_guess=may_guess)
        if stated is None:
            first = first or (raw if may_guess or _FIGURES.search(raw) else None)
            continue
        if stated.precision is Precision.DAY and (clock := next(clocks, None)):
            both = f"{raw} {clock}"
            return LinkDate(parse_stated_date(both, zone=zone, now=now, source=TimeSource.TEXT), both)
        return LinkDate(stated, raw)
    return LinkDate(None, first) if first else None


def _candidates(block: HtmlElement, title: str | None) -> Iterator[tuple[str, bool]]:
    """Texts that may be a date, the most telling first, and whether each is named one."""
    for element in islice(block.iter("time"), 5):
        stamp = (element.get("datetime") or "").strip()
        if stamp:
            yield stamp[:_MAX_CHARS], False
    texts = [(text, named) for text, named in _texts(block, title) if _DATELIKE.search(fold(text))]
    yield from (pair for pair in texts if pair[1])
    yield from (pair for pair in texts if not pair[1])


def _texts(block: HtmlElement, title: str | None) -> Iterator[tuple[str, bool]]:
    """Short texts of ``block`` in document order, and whether their element is named after a date."""
    for element in islice(block.iter(), _MAX_ELEMENTS):
        if not isinstance(element.tag, str):
            continue
        is_named = element.tag == "time" or bool(
            _NAMED.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        )
        pieces = [element.text_content()] if is_named else [element.text, *(child.tail for child in element)]
        for piece in pieces:
            text = " ".join((piece or "").split())
            if 4 <= len(text) <= _MAX_CHARS and text != title:
                yield text, is_named
