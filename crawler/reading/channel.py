"""Reads one poll of a channel: its entries and the texts they carry."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from crawler import jobs
from crawler.channels.place import place_entry
from crawler.decide import refusal
from crawler.pool import JobFailed
from crawler.reading.addresses import alternates_of
from crawler.reading.base import read_base_again
from crawler.reading.failure import store_failure
from crawler.reading.measures import measured_of
from crawler.reading.parts import PartFacts, behind_joining, part_facts, with_stock
from crawler.reading.platform_id import store_platform_id
from crawler.reading.poll import Poll, store_poll
from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom, entry_extractor_hash
from crawler.reading.shown_posts import shown_posts
from crawler.reading.taken_down import sorted_out, without_words
from domain.entry import ChannelReading, ParsedChannel
from domain.extraction import Extraction
from domain.fetch import PageReading
from domain.outlet import Channel, ChannelKind, Outlet
from domain.urls import url_key
from outlets.forms import article_number, is_main_place, main_form
from storage.entries import PlacedEntry, entry_changes, unique_by_key
from storage.readings import Address, ReadText
from storage.unread import UnreadFetch

log = structlog.get_logger()

FEED_TEXTS_A_JOB = 20


def read_poll(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, body: jobs.Body) -> ReadResult:
    """Read the channel's document and store what it lists, or why it can't be read."""
    is_part = fetch.target.part_of is not None
    parsed = room.parsed_channel(body, channel, outlet, fetch.requested_at, is_part=is_part)
    return store_parsed(room, fetch, outlet, channel, parsed)


def store_parsed(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, parsed: ParsedChannel
) -> ReadResult:
    """Store what a document of a channel says."""
    channel_id = fetch.target.channel_id
    assert channel_id is not None
    reading = reading_of(parsed)
    if reading is PageReading.RESOLVED and parsed.platform_id is not None:
        return store_platform_id(room, fetch, outlet, channel, parsed.platform_id)
    if not reading.is_success:
        return store_failure(room, fetch, reading, parsed.error)
    listed = placed_entries(room, parsed, outlet)
    entries, part = _to_store(room, fetch, channel, listed)
    texts, entries = sorted_out(room, texts_of(room, fetch, channel, outlet, entries), entries)
    listed = without_words(room, listed)
    for text in texts:
        read_base_again(room, text)
    measured = measured_of(parsed, listed, max_age_s=fetch.max_age_s, now=fetch.requested_at)
    poll = Poll(
        fetch=fetch,
        channel_id=channel_id,
        outlet=outlet,
        entries=entries,
        texts=texts,
        reading=reading,
        note=parsed.error,
        measured=measured,
        listed=listed,
        more=parsed.more,
        part=part,
        max_pages=channel.max_pages,
        posts=shown_posts(parsed, listed, channel, outlet, room.catalogue),
    )
    return store_poll(room, poll)


def reading_of(parsed: ParsedChannel) -> PageReading:
    """How a channel's document ended, as a fetch says it."""
    match parsed.reading:
        case ChannelReading.OK | ChannelReading.REPAIRED:
            return PageReading.LISTED
        case ChannelReading.EMPTY:
            return PageReading.EMPTY_CHANNEL
        case other:
            return PageReading(other.value)


def placed_entries(room: ReadingRoom, parsed: ParsedChannel, outlet: Outlet) -> tuple[PlacedEntry, ...]:
    """Each entry once, under the outlet and key its link leads to; without words where that was taken down."""
    placed = []
    for entry in parsed.entries:
        place = place_entry(entry, listed_by=outlet, catalogue=room.catalogue)
        is_own = entry.alternates and place.outlet == outlet.slug
        alternates = alternates_of(entry.alternates, {place.url_key}, outlet, room.catalogue) if is_own else ()
        placed.append(PlacedEntry(entry, place.url_key, place.outlet, alternates))
    return without_words(room, unique_by_key(placed, prefer=lambda e: bool(e.entry.title)))


def _to_store(
    room: ReadingRoom, fetch: UnreadFetch, channel: Channel, listed: Sequence[PlacedEntry]
) -> tuple[tuple[PlacedEntry, ...], PartFacts | None]:
    """The entries that are to be stored, and what is known of the document where it is a further one of its poll.

    Stock that is known and unchanged stays as it was stored: a sitemap lists tens of thousands at each poll.
    """
    channel_id = fetch.target.channel_id
    assert channel_id is not None
    with room.store.read() as session:
        part = part_facts(session, fetch, channel, listed)
        if channel.kind is not ChannelKind.SITEMAP:
            return behind_joining(channel, listed, part), part
        changes = entry_changes(session, channel_id, listed, fetch_id=fetch.fetch_id, seen_at=fetch.requested_at)
        told = {placed.url_key for placed in (*changes.new, *changes.changed)}
        marked = with_stock(session, fetch, channel, listed, changes)
    return tuple(placed for placed in marked if placed.url_key in told or not placed.entry.is_stock), part


def texts_of(
    room: ReadingRoom, fetch: UnreadFetch, channel: Channel, outlet: Outlet, entries: Sequence[PlacedEntry]
) -> tuple[ReadText, ...]:
    """The full texts of new and changed entries, where the channel carries them by its kind or by the catalogue."""
    if not channel.carries_texts and outlet.page_fetch:
        return ()
    assert fetch.target.channel_id is not None
    with room.store.read() as session:
        changes = entry_changes(
            session, fetch.target.channel_id, entries, fetch_id=fetch.fetch_id, seen_at=fetch.requested_at
        )
    carrying = [e for e in (*changes.new, *changes.changed) if e.has_address and e.entry.content_html]
    texts: list[ReadText] = []
    for start in range(0, len(carrying), FEED_TEXTS_A_JOB):
        chunk = carrying[start : start + FEED_TEXTS_A_JOB]
        found = room.run(
            jobs.read_entry_texts,
            tuple(e.entry for e in chunk),
            kind=channel.kind,
            outlet=outlet,
            now=fetch.requested_at,
        )
        if isinstance(found, JobFailed):
            log.warning(
                "feed_texts.failed",
                outlet=outlet.slug,
                channel=channel.slug,
                fetch=fetch.fetch_id,
                error=found.message,
            )
            continue
        read_by = entry_extractor_hash(channel.kind)
        texts += [_text(room, fetch, e, x, read_by) for e, x in zip(chunk, found, strict=True) if refusal(x) is None]
    return tuple(texts)


def _text(room: ReadingRoom, fetch: UnreadFetch, placed: PlacedEntry, extraction: Extraction, read_by: str) -> ReadText:
    """The text with the address that its entry links to, and that address's main form."""
    url = placed.entry.url
    assert url is not None
    owner = room.catalogue.outlets[placed.target_outlet]
    addresses = [Address(placed.url_key, url, "listed")]
    if form := main_form(owner, url):
        addresses.append(Address(url_key(form, host_aliases=owner.host_aliases), form, "form"))
    return ReadText(
        outlet=placed.target_outlet,
        addresses=tuple(addresses),
        extraction=extraction,
        extractor_hash=read_by,
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        number=article_number(owner, url),
        is_main=is_main_place(owner, fetch.target.url),
        host_aliases=owner.host_aliases,
    )
