"""JSON Feed 1.0 and 1.1 (jsonfeed.org). What is of another type than the standard says counts as not said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.parse.plain import plain_line, plain_text
from domain.entry import Entry
from domain.times import StatedTime, TimeSource
from domain.urls import http_url
from text.clean import clean_text
from text.dates import parse_stated_date


@dataclass(frozen=True, slots=True)
class JsonFeed:
    """A JSON Feed's own fields and its entries; ``listed`` is how many items it has, read or not."""

    title: str | None
    language: str | None
    next_page: str | None
    entries: tuple[Entry, ...]
    listed: int


def read_json(text: str, *, base_url: str, zone: ZoneInfo, now: datetime, most: int) -> JsonFeed | None:
    """The feed in a JSON document, its first ``most`` items read; None when it is no feed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    items = document.get("items")
    if not isinstance(items, list) or not ("jsonfeed.org" in str(document.get("version")) or "title" in document):
        return None
    base = base_url or _string(document, "home_page_url") or ""
    language = _string(document, "language")
    entries = (_entry(item, base, language, zone, now) for item in items[:most] if isinstance(item, dict))
    return JsonFeed(
        title=plain_line(_string(document, "title")),
        language=language,
        next_page=_url(_string(document, "next_url"), base),
        entries=tuple(entries),
        listed=len(items),
    )


def _entry(item: dict[str, object], base: str, language: str | None, zone: ZoneInfo, now: datetime) -> Entry:
    guid = item.get("id")
    identity = str(guid) if isinstance(guid, str | int | float) and not isinstance(guid, bool) else None
    as_link = identity if identity and identity.lower().startswith(("http://", "https://")) else None
    links = (_url(link, base) for link in (_string(item, "url"), _string(item, "external_url"), as_link))
    content = _string(item, "content_html")
    summary = plain_text(_string(item, "summary")) or plain_text(_string(item, "content_text"))
    published, updated = _string(item, "date_published"), _string(item, "date_modified")
    return Entry(
        url=next((link for link in links if link), None),
        guid=clean_text(identity).strip() or None if identity else None,
        title=plain_line(_string(item, "title")),
        summary=summary,
        content_html=clean_text(content) if content else None,
        published=_stated(published, zone, now),
        published_raw=published,
        updated=_stated(updated, zone, now),
        updated_raw=updated,
        authors=tuple(dict.fromkeys(_names(item))),
        categories=tuple(dict.fromkeys(_tags(item))),
        language=_string(item, "language") or language,
    )


def _names(item: dict[str, object]) -> Iterator[str]:
    """Version 1.1 lists authors, version 1 has one."""
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    for person in people:
        name = plain_line(_string(person, "name")) if isinstance(person, dict) else None
        if name:
            yield name


def _tags(item: dict[str, object]) -> Iterator[str]:
    tags = item.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        label = plain_line(tag) if isinstance(tag, str) else None
        if label:
            yield label


def _stated(raw: str | None, zone: ZoneInfo, now: datetime) -> StatedTime | None:
    return parse_stated_date(raw, zone=zone, now=now, source=TimeSource.FEED) if raw else None


def _url(raw: str | None, base: str) -> str | None:
    return http_url(raw, base=base or None) if raw else None


def _string(fields: dict[str, object], key: str) -> str | None:
    value = fields.get(key)
    return clean_text(value) or None if isinstance(value, str) and value.strip() else None
