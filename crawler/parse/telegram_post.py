"""One message of a Telegram preview page to an entry. Pure.

A message is told apart by the classes of its parts; what it quotes, previews or plays is not its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement

from crawler.parse.post_text import as_markup, lines_of, undo_double_escapes
from domain.entry import Entry
from domain.times import TimeSource
from domain.urls import http_url
from outlets.platforms import telegram_post_url
from text.dates import parse_stated_date

MAX_LINKS = 200
_MESSAGE = "tgme_widget_message_"
_TEXT = f"{_MESSAGE}text"
_POLL = f"{_MESSAGE}poll"
_PARTS = frozenset(
    f"{_MESSAGE}{name}"
    for name in "date forwarded_from forwarded_from_name from_author meta poll poll_option_text poll_question text "
    "views voice_duration".split()
) | {"message_video_duration"}
_NOT_ITS_OWN = frozenset({f"{_MESSAGE}reply", "js-message_reply_text", f"{_MESSAGE}link_preview"})
_MEDIA = ("grouped_media_wrap", _MESSAGE)  # how the classes of what is shown begin; a link in a text has none of them
_IN_ALBUM = re.compile(r"(?:https?://t\.me)?/(?:s/)?([A-Za-z0-9_]{1,64})/(\d{1,15})\?single")
_POST = re.compile(r"([A-Za-z0-9_]{1,64})/(\d{1,15})")
_COUNT = re.compile(r"(\d{1,15}(?:[.,]\d{1,6})?)\s?([KMB])", re.I)
_MOST_VIEWS = 10**14
_THOUSANDS = {"k": 10**3, "m": 10**6, "b": 10**9}
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
_FORWARDED = re.compile(r"^forwarded from\b[:\s]*", re.I)
_EDITED = re.compile(r"\bedited\b", re.I)

Parts = Mapping[str, Sequence[HtmlElement]]


@dataclass(frozen=True, slots=True)
class Post:
    """A message that was posted: its number in the channel and what the page shows of it."""

    number: int
    entry: Entry


def post_of(message: HtmlElement, *, handle: str, page_url: str, zone: ZoneInfo, now: datetime) -> Post | None:
    """The post in a ``.tgme_widget_message``; None where its ``data-post`` names none.

    Its address is ``https://t.me/HANDLE/NUMBER``, the handle spelled as the catalogue spells it. An album is one post.
    """
    named = _POST.fullmatch((message.get("data-post") or "").strip())
    if named is None:
        return None
    name = handle if named[1].lower() == handle.lower() else named[1]
    parts = _parts(message)
    lines = _lines(parts)
    stated = _stated(parts)
    published = parse_stated_date(stated, zone=zone, now=now, source=TimeSource.FEED) if stated else None
    return Post(
        int(named[2]),
        Entry(
            url=telegram_post_url(name, named[2]),
            guid=f"{name}/{named[2]}",
            content_html=as_markup(lines),
            published=published,
            published_raw=stated,
            authors=_names(parts, "from_author"),
            views=_views(parts),
            duration_s=_duration_s(parts),
            forwarded_from=_forwarded_from(parts),
            is_edited=any(_EDITED.search(_own_text(meta)) for meta in parts[f"{_MESSAGE}meta"]),
            links=_links(parts, page_url),
        ),
    )


def numbers_of(message: HtmlElement, *, handle: str) -> Iterator[int]:
    """The numbers of the channel's posts that a message shows: its own, and those that an album joins in it."""
    named = _POST.fullmatch((message.get("data-post") or "").strip())
    if named is not None and named[1].lower() == handle.lower():
        yield int(named[2])
    for anchor in message.iter("a"):
        leads_to = _IN_ALBUM.fullmatch((anchor.get("href") or "").strip())
        is_media = any(name.startswith(_MEDIA) for name in (anchor.get("class") or "").split())
        if is_media and leads_to is not None and leads_to[1].lower() == handle.lower():
            yield int(leads_to[2])


def _parts(message: HtmlElement) -> Parts:
    """The elements of a message by the classes that name their part; none of a quoted message, nor of a preview."""
    found: dict[str, list[HtmlElement]] = defaultdict(list)
    walker = etree.iterwalk(message, events=("start",))
    for _, element in walker:
        classes = frozenset((element.get("class") or "").split())
        if classes & _NOT_ITS_OWN:
            walker.skip_subtree()
            continue
        for name in classes & _PARTS:
            found[name].append(element)
        if element.tag == "time" and element.get("datetime"):
            found["time"].append(element)
        if _TEXT in classes:
            undo_double_escapes(element)
            walker.skip_subtree()  # a text within a text is part of it
    return found


def _lines(parts: Parts) -> tuple[str, ...]:
    """The post's text, then the question and the options of its poll: they were published, its votes were not."""
    lines = [line for text in parts[_TEXT] for line in lines_of(text)]
    for question in parts[f"{_POLL}_question"]:
        lines += lines_of(question)
    for option in parts[f"{_POLL}_option_text"]:
        lines += [f"– {line}" for line in lines_of(option)]
    return tuple(lines)


def _links(parts: Parts, page_url: str) -> tuple[str, ...]:
    """Where the text leads to; a hashtag leads to a search within the page."""
    links: dict[str, None] = {}
    for text in parts[_TEXT]:
        for anchor in text.iter("a"):
            href = (anchor.get("href") or "").strip()
            link = http_url(href, base=page_url) if href and href[0] not in "?#" else None
            if link is not None and len(links) < MAX_LINKS:
                links[link] = None
    return tuple(links)


def _stated(parts: Parts) -> str | None:
    """The time in the message's footer; where it has none, the last one in it."""
    dated = [time for anchor in parts[f"{_MESSAGE}date"] for time in anchor.iter("time") if time.get("datetime")]
    times = dated or list(parts["time"])
    return (times[-1].get("datetime") or "").strip() or None if times else None


def _forwarded_from(parts: Parts) -> str | None:
    names = _names(parts, "forwarded_from_name")
    if names:
        return names[0]
    whole = " ".join(_names(parts, "forwarded_from"))
    return _FORWARDED.sub("", whole).strip() or None


def _names(parts: Parts, part: str) -> tuple[str, ...]:
    said = (" ".join(lines_of(element)) for element in parts[f"{_MESSAGE}{part}"])
    return tuple(dict.fromkeys(name for name in said if name))


def _own_text(element: HtmlElement) -> str:
    """The text that stands in an element itself, not in what it holds: an author may be called "edited"."""
    return " ".join([element.text or "", *(child.tail or "" for child in element)])


def _views(parts: Parts) -> int | None:
    shown = (" ".join(lines_of(element)) for element in parts[f"{_MESSAGE}views"])
    return next((count for text in shown if (count := count_of(text)) is not None), None)


def count_of(shown: str) -> int | None:
    """The number that a page shows as ``853``, ``12 345``, ``1,204``, ``2.65K`` or ``1.2M``; None for anything else."""
    text = shown.strip()
    rounded = _COUNT.fullmatch(text)
    if rounded is not None:
        count = int(Decimal(rounded[1].replace(",", ".")) * _THOUSANDS[rounded[2].lower()])
    else:
        digits = re.sub(r"[\s.,'\u2019]", "", text)
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 16):
            return None
        count = int(digits)
    return count if count <= _MOST_VIEWS else None


def _duration_s(parts: Parts) -> int | None:
    """Of the first video or recording, from ``0:59`` or ``1:02:03``."""
    for element in (*parts["message_video_duration"], *parts[f"{_MESSAGE}voice_duration"]):
        clock = _CLOCK.fullmatch((element.text or "").strip())
        if clock is not None:
            return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    return None
