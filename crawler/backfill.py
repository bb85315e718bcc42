"""What a backfill of days asks for first, where it goes on, and which entries it wants. Pure; see ADR 21.

Days are the outlet's local ones. An entry's day is the one it states, else the one in its address, else nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.back_keys import FirstDocument, Span, back_key
from crawler.parse.sitemap_index import holds_no_articles
from crawler.wordpress import front_document, posts_channel, posts_documents, why_no_posts
from domain.entry import AskedWhen, Entry, FurtherDocument
from domain.outlet import Channel, ChannelKind, Outlet
from domain.times import Precision, StatedTime, day_bounds
from domain.urls import http_url
from outlets.channels import not_crawled_yet
from outlets.platforms import Platforms, poll_url
from outlets.templates import filled, is_dated, is_of, is_template, page_of

MOST_DOCUMENTS = 500  # of one channel for the same days
LATE_EDITS = timedelta(days=14)  # an article is seldom changed later: what a lastmod beyond says is no article's day
_ONE_DAY = timedelta(days=1)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2]|[1-9](?=[/-]))[/-]?(0[1-9]|[12]\d|3[01]|[1-9])(?=[/-]|$)")
_NAMED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document was asked for: days of one channel. ``zone`` is the outlet's; ``url`` the document's address."""

    channel: Channel
    span: Span
    zone: ZoneInfo
    url: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What is asked of one channel first, in words; where there is nothing, ``says`` is why.

    ``kind``: the channel's, or ``wordpress`` for the outlet's API, whose posts count as listed by that channel.
    """

    channel: str
    kind: str
    says: str
    documents: tuple[FirstDocument, ...] = ()


def openings(outlet: Outlet, span: Span, platforms: Platforms) -> tuple[Opening, ...]:
    """What each channel is asked first, in the order of the outlet's file; then what its WordPress is."""
    return (*(_opening(channel, span, platforms) for channel in outlet.channels), *_of_wordpress(outlet, span))


def _of_wordpress(outlet: Outlet, span: Span) -> Iterator[Opening]:
    documents = posts_documents(outlet, span, outlet.wordpress_api)
    front = front_document(outlet, span)
    channel = posts_channel(outlet)
    if documents:
        yield Opening(documents[0].channel, "wordpress", "its posts, which the catalogue says it serves", documents)
    elif outlet.wordpress_api:
        yield Opening(channel.slug if channel else "none", "wordpress", why_no_posts(outlet))
    elif front is not None:
        yield Opening(front.channel, "wordpress", "its front page, and its posts where that offers them", (front,))


def _opening(channel: Channel, span: Span, platforms: Platforms) -> Opening:
    problem = _problem(channel)
    url = poll_url(channel, None, platforms=platforms) if problem is None else None
    if url is None:
        return Opening(channel.slug, channel.kind, problem or "its address can't be asked for")
    if is_dated(channel.address):
        days = tuple(_first(channel, Span(day, day), filled(channel.address, day)) for day in span.each())
        return Opening(channel.slug, channel.kind, f"the page of each of {span.days} days", days)
    first = filled(url, span.until) if is_template(url) else url
    return Opening(channel.slug, channel.kind, _SAYS[channel.kind], (_first(channel, span, first),))


_SAYS = {
    ChannelKind.SITEMAP: "its sitemaps, but for those that name other days",
    ChannelKind.LISTING: "its pages, back to the first day",
    ChannelKind.TELEGRAM: "its posts, back to the first day",
    ChannelKind.FEED: "what it still lists, and older pages where it names them",
}


def _problem(channel: Channel) -> str | None:
    if not channel.enabled:
        return "it is switched off in the catalogue"
    if channel.kind is ChannelKind.MANUAL:
        return "it is filled by hand"
    if channel.kind is ChannelKind.YOUTUBE:
        return "the quota of its API is left to daily polls"
    return not_crawled_yet(channel)


def _first(channel: Channel, span: Span, raw: str) -> FirstDocument:
    url = http_url(raw)
    assert url is not None  # the catalogue was read with other numbers in the places
    return FirstDocument(url, back_key(channel.slug, span, url), channel.slug)


def may_be_of(entry: Entry, span: Span, zone: ZoneInfo) -> bool:
    """Whether an entry may be of these days. What says no day may; on the page of a day it is that day's."""
    day = day_of(entry, zone)
    if day is not None:
        return day in span
    if entry.updated is None:
        return True
    changed = _local(entry.updated, zone)
    return span.since <= changed <= span.until + LATE_EDITS


def day_of(entry: Entry, zone: ZoneInfo) -> date | None:
    """The day of which an entry says that it is its own; a last change is none."""
    if entry.published is not None:
        return _local(entry.published, zone)
    return _day_in(urlsplit(entry.url).path) if entry.url else None


def _local(stated: StatedTime, zone: ZoneInfo) -> date:
    return stated.at.date() if stated.precision is Precision.DAY else stated.utc.astimezone(zone).date()


def _day_in(path: str) -> date | None:
    found = _URL_DAY.search(path)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:  # the thirty-first of some months
        return None


def leads_back(more: Sequence[FurtherDocument], entries: Sequence[Entry], asked: Asked) -> tuple[FurtherDocument, ...]:
    """The further documents that may list something of these days: children of an index, or the next older page.

    An older page is wanted unless this one lists nothing, or nothing but what is dated before the first day.
    """
    older = () if _is_before(entries, asked) else _older(more, asked)
    children = (one for one in more if one.when is not AskedWhen.OLDER)
    return (*(child for child in children if _child_may_hold(child, asked.span)), *older)


def walked_over(entries: Sequence[Entry], asked: Asked) -> tuple[datetime, datetime] | None:
    """The time of which a walk over older pages has now seen all that is listed; None where that is not proven.

    It is where a page holds nothing but what is dated before the first day: each page was asked for because the one
    before was read. Entries of a sitemap have no order, and those of a day's page no neighbours.
    """
    if asked.channel.kind is ChannelKind.SITEMAP or is_dated(asked.channel.address):
        return None
    days = [day_of(entry, asked.zone) for entry in entries]
    if not days or not all(day is not None and day < asked.span.since for day in days):
        return None
    return day_bounds(asked.span.since, asked.zone)[0], day_bounds(asked.span.until, asked.zone)[1]


def _older(more: Sequence[FurtherDocument], asked: Asked) -> tuple[FurtherDocument, ...]:
    address = asked.channel.address
    number = page_of(address, asked.url) if is_dated(address) else None
    if number is None:
        others = (one for one in more if one.when is AskedWhen.OLDER)
        return tuple(one for one in others if not _is_of_another_day(address, one.url))[:1]
    following = http_url(filled(address, asked.span.since, page=number + 1))
    return (FurtherDocument(following, AskedWhen.OLDER),) if following else ()


def _is_of_another_day(address: str, url: str) -> bool:
    """Whether "next" leads from the page of one day to that of another, which is asked for by itself."""
    return is_dated(address) and is_of(address, url)


def _is_before(entries: Sequence[Entry], asked: Asked) -> bool:
    """Whether a page says that nothing older can be of these days; a page without a date does not."""
    days = [day for entry in entries if (day := day_of(entry, asked.zone)) is not None]
    return not entries or (bool(days) and max(days) < asked.span.since)


def _child_may_hold(child: FurtherDocument, span: Span) -> bool:
    """By the days that its name says, else by its last change: it lists nothing that came after that."""
    if holds_no_articles(child.url):
        return False
    parts = urlsplit(child.url)
    if found := _NAMED.search(f"{parts.path}?{parts.query}"):
        first, last = _named_days(found)
        return first <= span.until + _ONE_DAY and last >= span.since - _ONE_DAY
    changed = _day_of_mark(child.mark)
    return changed is None or changed >= span.since - _ONE_DAY


def _named_days(found: re.Match[str]) -> tuple[date, date]:
    year, month, day = int(found[1]), found[2], found[3]
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is not None:
        try:
            named = date(year, int(month), int(day))
        except ValueError:  # no day of that month: the month is meant
            pass
        else:
            return named, named
    following = date(year + 1, 1, 1) if int(month) == 12 else date(year, int(month) + 1, 1)
    return date(year, int(month), 1), following - _ONE_DAY


def _day_of_mark(mark: str | None) -> date | None:
    try:
        return date.fromisoformat((mark or "").strip()[:10])
    except ValueError:
        return None
