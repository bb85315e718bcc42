"""RSS, RDF, Atom and CDF read by feedparser, its answer turned into our nouns.

feedparser is given mended UTF-8 in a stream and nothing else: a string or bytes it would take for an address or a file
name. Its cleaning of HTML is off (it can be bypassed, and text is taken out here), and so is its reading of dates (it
takes a missing zone for UTC and Feb 30 for a day).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.sax import SAXParseException
from zoneinfo import ZoneInfo

import feedparser
import feedparser.api

from crawler.parse import expat_driver
from crawler.parse.plain import has_markup, plain_line, plain_text
from domain.entry import Entry
from domain.times import StatedTime, TimeSource
from domain.urls import http_url
from text.clean import clean_text
from text.dates import parse_stated_date

_PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_LONGEST_PERIOD_S = 31_536_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# What its two parsers raise on hostile documents, found by running it on them.
_RAISED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

_Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class XmlFeed:
    """What feedparser found: ``version`` is empty where it is no feed; ``problem`` is why it was not well-formed."""

    version: str
    entries: tuple[Entry, ...]
    title: str | None = None
    language: str | None = None
    update_period_s: int | None = None
    next_page: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    base_url: str
    zone: ZoneInfo
    now: datetime
    language: str | None
    dates_publish: bool  # a lone dc:date of RSS and RDF is the day of publication


def read_xml(text: str, *, base_url: str, zone: ZoneInfo, now: datetime) -> XmlFeed:
    """The feed in a mended document."""
    feedparser.api.PREFERRED_XML_PARSERS[:] = [expat_driver.__name__]
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8", errors="replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _RAISED as error:
        return XmlFeed("", (), problem=f"{type(error).__name__}: {error}")
    channel: _Fields = found["feed"]
    version = _string(found, "version") or ""
    context = _Context(
        base_url=base_url or _string(channel, "link") or "",
        zone=zone,
        now=now,
        language=_language(_string(channel, "language")),
        dates_publish=not version.startswith("atom") and "updated>" not in text,
    )
    return XmlFeed(
        version=version,
        entries=tuple(_entry(fields, context) for fields in found["entries"]),
        title=plain_line(_string(channel, "title")),
        language=context.language,
        update_period_s=_update_period_s(channel),
        next_page=_linked(channel, "next", context.base_url),
        problem=_problem(found.get("bozo_exception")) if found["bozo"] else None,
    )


def _problem(error: object) -> str:
    if isinstance(error, SAXParseException):
        return f"line {error.getLineNumber()}: {error.getMessage()}"
    return str(error or "not well-formed")


def _entry(fields: _Fields, context: _Context) -> Entry:
    published_raw = _string(fields, "published") or _string(fields, "created")
    updated_raw = _string(fields, "updated")
    if published_raw is None and context.dates_publish:
        published_raw, updated_raw = updated_raw, None
    summary, content = _texts(fields)
    return Entry(
        url=_url(fields, context.base_url),
        guid=_clean(_string(fields, "id")),
        title=plain_line(_string(fields, "title") or _string(fields, "media_title")),
        summary=plain_text(summary),
        content_html=content,
        published=_stated(published_raw, context),
        published_raw=_clean(published_raw),
        updated=_stated(updated_raw, context),
        updated_raw=_clean(updated_raw),
        authors=_authors(fields),
        categories=_categories(fields),
        language=_entry_language(fields) or context.language,
    )


def _url(fields: _Fields, base_url: str) -> str | None:
    """The address of the article: the original one behind a tracker, the link, a guid that is one."""
    guid, link = _string(fields, "id"), _string(fields, "link")
    is_permalink = dict.get(fields, "guidislink") is True
    candidates = [_string(fields, "feedburner_origlink"), None if is_permalink and link == guid else link]
    candidates += [_string(link, "href") for link in _dicts(fields, "links") if _string(link, "rel") == "alternate"]
    if guid and is_permalink and guid.lower().startswith(("http://", "https://")):
        candidates.append(guid)
    resolved = (http_url(candidate, base=base_url or None) for candidate in candidates if candidate)
    return next((url for url in resolved if url), None)


def _texts(fields: _Fields) -> tuple[str | None, str | None]:
    """Summary and full text as given. feedparser copies a lone full text into the summary: that is undone."""
    summary = _string(fields, "summary")
    bodies = [_string(body, "value") for body in _dicts(fields, "content")]
    content = max((body for body in bodies if body), key=len, default=None)
    if content is None:
        return summary, _clean(summary) if summary and has_markup(summary) else None
    return None if summary == content else summary, _clean(content)


def _authors(fields: _Fields) -> tuple[str, ...]:
    named = [_string(author, "name") or _string(author, "email") for author in _dicts(fields, "authors")]
    if not any(named):
        named = [_string(fields, "author")]
    plain = (plain_line(name) for name in named)
    return tuple(dict.fromkeys(name for name in plain if name))


def _categories(fields: _Fields) -> tuple[str, ...]:
    labels = (plain_line(_string(tag, "label") or _string(tag, "term")) for tag in _dicts(fields, "tags"))
    return tuple(dict.fromkeys(label for label in labels if label))


def _stated(raw: str | None, context: _Context) -> StatedTime | None:
    return parse_stated_date(raw, zone=context.zone, now=context.now, source=TimeSource.FEED) if raw else None


def _entry_language(fields: _Fields) -> str | None:
    stated = [_string(fields, "language"), _string(fields, "dc_language")]
    stated += [
        _string(detail, "language") for key in ("title_detail", "summary_detail") for detail in _one(fields, key)
    ]
    return next((language for language in map(_language, stated) if language), None)


def _language(raw: str | None) -> str | None:
    found = _LANGUAGE.fullmatch((raw or "").strip().replace("_", "-"))
    return found.group() if found else None


def _update_period_s(channel: _Fields) -> int | None:
    """How often the feed asks to be read: the syndication module's period and frequency, else minutes to live."""
    period = _PERIODS_S.get((_string(channel, "sy_updateperiod") or "").strip().lower())
    frequency = _positive(_string(channel, "sy_updatefrequency")) or 1
    minutes = _positive(_string(channel, "ttl"))
    seconds = period // frequency if period else minutes * 60 if minutes else None
    return seconds if seconds is not None and 0 < seconds <= _LONGEST_PERIOD_S else None


def _positive(raw: str | None) -> int | None:
    digits = (raw or "").strip()
    return int(digits) or None if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def _linked(fields: _Fields, relation: str, base_url: str) -> str | None:
    for link in _dicts(fields, "links"):
        href = _string(link, "href")
        if _string(link, "rel") == relation and href:
            return http_url(href, base=base_url or None)
    return None


def _string(fields: _Fields, key: str) -> str | None:
    """A field's own text. ``dict.get``, because feedparser's own look-up answers with other fields and warns."""
    value = dict.get(fields, key)
    return value if isinstance(value, str) and value.strip() else None


def _dicts(fields: _Fields, key: str) -> Iterator[_Fields]:
    value = dict.get(fields, key)
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _one(fields: _Fields, key: str) -> Iterator[_Fields]:
    value = dict.get(fields, key)
    if isinstance(value, dict):
        yield value


def _clean(raw: str | None) -> str | None:
    return clean_text(raw).strip() or None if raw else None
