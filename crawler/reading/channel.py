"""Reads one poll of a channel: its entries and the texts they carry."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from crawler import jobs
from crawler.channels.place import place_entry
from crawler.decide import refusal
from crawler.pool import JobFailed
from crawler.reading.base import read_base_again
from crawler.reading.failure import store_failure
from crawler.reading.measures import measured_of
from crawler.reading.poll import Poll, store_poll
from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom, feed_extractor_hash
from domain.entry import ChannelReading, ParsedChannel
from domain.extraction import Extraction
from domain.fetch import PageReading
from domain.outlet import Channel, FeedBody, Outlet
from domain.urls import url_key
from outlets.forms import article_number, is_main_place, main_form
from storage.entries import PlacedEntry, entry_changes, unique_by_key
from storage.readings import Address, ReadText
from storage.unread import UnreadFetch

log = structlog.get_logger()

FEED_TEXTS_A_JOB = 20


def read_poll(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, body: jobs.Body) -> ReadResult:
    """Read the channel's document and store what it lists, or why it can't be read."""
    channel_id = fetch.target.channel_id
    assert channel_id is not None
    parsed = room.parsed_channel(body, channel, outlet, fetch.requested_at)
    reading = _reading_of(parsed)
    if not reading.is_success:
        return store_failure(room, fetch, reading, parsed.error)
    entries = _placed(room, parsed, outlet)
    texts = _feed_texts(room, fetch, channel, outlet, entries)
    for text in texts:
        read_base_again(room, text)
    measured = measured_of(parsed, entries, max_age_s=fetch.max_age_s, now=fetch.requested_at)
    return store_poll(room, Poll(fetch, channel_id, outlet, entries, texts, reading, parsed.error, measured))


def _reading_of(parsed: ParsedChannel) -> PageReading:
    match parsed.reading:
        case ChannelReading.OK | ChannelReading.REPAIRED:
            return PageReading.LISTED
        case ChannelReading.EMPTY:
            return PageReading.EMPTY_CHANNEL
        case other:
            return PageReading(other.value)


def _placed(room: ReadingRoom, parsed: ParsedChannel, outlet: Outlet) -> tuple[PlacedEntry, ...]:
    """Each entry once, under the outlet and key its link leads to."""
    placed = []
    for entry in parsed.entries:
        place = place_entry(entry, listed_by=outlet, catalogue=room.catalogue)
        placed.append(PlacedEntry(entry, place.url_key, place.outlet))
    return unique_by_key(placed, prefer=lambda e: bool(e.entry.title))


def _feed_texts(
    room: ReadingRoom, fetch: UnreadFetch, channel: Channel, outlet: Outlet, entries: Sequence[PlacedEntry]
) -> tuple[ReadText, ...]:
    """The full texts of new and changed entries, where the catalogue says that the channel carries them."""
    if channel.body is not FeedBody.FULL and outlet.page_fetch:
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
        found = room.run(jobs.read_feed_texts, tuple(e.entry for e in chunk), outlet=outlet, now=fetch.requested_at)
        if isinstance(found, JobFailed):
            log.warning(
                "feed_texts.failed",
                outlet=outlet.slug,
                channel=channel.slug,
                fetch=fetch.fetch_id,
                error=found.message,
            )
            continue
        texts += [_text(room, fetch, e, x) for e, x in zip(chunk, found, strict=True) if refusal(x) is None]
    return tuple(texts)


def _text(room: ReadingRoom, fetch: UnreadFetch, placed: PlacedEntry, extraction: Extraction) -> ReadText:
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
        extractor_hash=feed_extractor_hash(),
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        number=article_number(owner, url),
        is_main=is_main_place(owner, fetch.target.url),
        host_aliases=owner.host_aliases,
    )
