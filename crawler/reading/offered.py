"""What a document of a backfill says, whichever it is: a channel's, a front page, or posts of WordPress REST.

A channel's document may announce the API as well as the front page does. What the API lists adds entries and changes
none: what the channel itself said of them stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler import jobs
from crawler.back_keys import FirstDocument, Way, span_of, way_of
from crawler.reading.room import ReadingRoom
from crawler.wordpress import may_offer_posts, posts_documents
from domain.entry import ChannelReading, ParsedChannel
from domain.outlet import Channel, Outlet
from outlets.templates import is_dated
from storage.entries import PlacedEntry, entry_changes
from storage.unread import UnreadFetch


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document as it was read. ``posts``: the first calls for the posts of its days, where it announces an API."""

    way: Way
    parsed: ParsedChannel
    posts: tuple[FirstDocument, ...] = ()


def found_in(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, body: jobs.Body) -> FoundDocument:
    """What the document says; of what can't be read, how its reading ended."""
    way = way_of(fetch.target.url_key)
    assert way is not None
    if way is Way.POSTS:
        return FoundDocument(way, room.parsed_posts(body, outlet, fetch.requested_at))
    apis = _announced(room, outlet, body) if way is Way.FRONT or _may_announce(channel) else ()
    posts = posts_documents(outlet, span_of(fetch.target.url_key), apis)
    if way is Way.FRONT:
        says = f"offers WordPress REST at {', '.join(apis)}" if apis else "offers no WordPress REST"
        return FoundDocument(way, ParsedChannel(ChannelReading.EMPTY, error=says), posts)
    return FoundDocument(way, room.parsed_channel(body, channel, outlet, fetch.requested_at, is_part=True), posts)


def _may_announce(channel: Channel) -> bool:
    """Whether a document of the channel is the outlet's site's.

    Pages of days announce the API as well, each for its own day: one call for all days is better.
    """
    return not channel.kind.is_platform and not is_dated(channel.address)


def _announced(room: ReadingRoom, outlet: Outlet, body: jobs.Body) -> tuple[str, ...]:
    """The outlet's APIs that the response names; none is looked for where none would be asked."""
    return room.announced_apis(body, outlet) if may_offer_posts(outlet) else ()


def with_known(room: ReadingRoom, fetch: UnreadFetch, entries: Sequence[PlacedEntry]) -> tuple[PlacedEntry, ...]:
    """The entries, of which those that the channel listed already change nothing there."""
    channel_id = fetch.target.channel_id
    assert channel_id is not None
    with room.store.read() as session:
        changes = entry_changes(session, channel_id, entries, fetch_id=fetch.fetch_id, seen_at=fetch.requested_at)
    new = {placed.url_key for placed in changes.new}
    return tuple(
        placed if placed.url_key in new else replace(placed, entry=replace(placed.entry, only_adds=True))
        for placed in entries
    )
