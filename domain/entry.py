"""What a channel listed, before anything of it is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.sameness import Alternate
from domain.times import StatedTime


class ChannelReading(StrEnum):
    """What reading one poll of a channel gave."""

    OK = "ok"
    REPAIRED = "repaired"  # readable only after its bytes were mended
    EMPTY = "empty"  # a valid channel that lists nothing: a success
    NOT_A_FEED = "not_a_feed"
    PREVIEWS_OFF = "previews_off"  # a Telegram channel's page that shows no posts
    NO_CHANNEL = "no_channel"  # its platform knows no public channel of this name
    RESOLVED = "resolved"  # its platform gave the id of a channel known by a name; the list follows
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a channel as given. None means that the channel does not say.

    From ``views`` on: what a platform tells of a post or video beside its text.
    """

    url: str | None  # absolute http(s); None when the item has no link that can be followed
    guid: str | None = None
    title: str | None = None
    summary: str | None = None  # plain text
    content_html: str | None = None  # the full text where the channel carries one, as given, not cleaned
    published: StatedTime | None = None
    published_raw: str | None = None
    updated: StatedTime | None = None
    updated_raw: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    views: int | None = None  # as shown at the look: "2.65K" is 2,650
    duration_s: int | None = None  # of a video
    forwarded_from: str | None = None  # the name of the channel or person it was first published by
    is_edited: bool | None = None  # whether it is marked as edited
    links: tuple[str, ...] | None = None  # absolute http(s), in the order of the text
    is_stock: bool = False  # it was there long before it was listed to us: recorded, and no page is asked for
    alternates: tuple[Alternate, ...] = ()  # versions in other languages that a sitemap names
    only_adds: bool = False  # it tells more of an entry that was listed: what it does not say stays as it was


class AskedWhen(StrEnum):
    """On which polls a further document of a channel is asked for."""

    EACH_POLL = "each_poll"
    MOVED = "moved"  # when it is new to us, or its mark is another than when it was last asked for
    STOCK = "stock"  # when its mark is another than when it was first seen; not when it is new to us
    OLDER = "older"  # older entries of a list: when nothing joins the list to what was listed before


@dataclass(frozen=True, slots=True)
class FurtherDocument:
    """A document of the same channel that one leads to: a child of an index, an older page, an API's second call.

    ``mark`` is what the one that leads there says of its state. ``name`` is what it is known by where its address is
    another each time. ``is_needed``: while it can't be had, the channel is not seen whole, and that is a gap.
    """

    url: str
    when: AskedWhen = AskedWhen.EACH_POLL
    mark: str | None = None
    name: str | None = None
    is_needed: bool = False


def older(url: str | None) -> tuple[FurtherDocument, ...]:
    """The document with older entries, where there is one."""
    return (FurtherDocument(url, AskedWhen.OLDER),) if url else ()


@dataclass(frozen=True, slots=True)
class ParsedChannel:
    """A channel's document, read: its own title and its entries in document order."""

    reading: ChannelReading
    entries: tuple[Entry, ...] = ()
    title: str | None = None
    language: str | None = None
    update_period_s: int | None = None  # what the feed asks for (sy:updatePeriod, ttl)
    more: tuple[FurtherDocument, ...] = ()  # further documents of the channel, the one wanted most first
    platform_id: str | None = None  # the id that a platform gave for a channel known by a name
    numbers: tuple[int, ...] = ()  # of all posts on a whole page of a channel that numbers them, an album's each
    gone: tuple[str, ...] = ()  # addresses of posts or videos that it says, beside others, are not there
    error: str | None = None  # one line: what was wrong or mended
