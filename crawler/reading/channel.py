"""Reads one poll of a channel: its entries, the texts they carry, and the pages behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from crawler import jobs
from crawler.channels.place import Place, new_page, place_entry
from crawler.decide import after_reading, decide, refusal
from crawler.pool import JobFailed
from crawler.reading.base import read_base_again
from crawler.reading.measures import measured_of
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom, feed_extractor_hash
from crawler.rollover import turnover
from domain.entry import ChannelReading, ParsedChannel
from domain.extraction import Extraction
from domain.fetch import PageReading, Reason
from domain.listing import Turnover
from domain.outlet import Channel, FeedBody, Outlet
from storage import Session
from storage.articles import store_text
from storage.channels import Measured, record_failed_poll, record_good_poll
from storage.entries import EntryChanges, PlacedEntry, entry_changes, put_entries, unique_by_key
from storage.frontier import add_targets, make_known_due
from storage.gaps import put_rollover
from storage.listings import last_listing, listed_entries
from storage.readings import Address, ReadText
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading

log = structlog.get_logger()

FEED_TEXTS_A_JOB = 20


@dataclass(frozen=True, slots=True)
class _Poll:
    """A channel as it was read, ready to be stored. ``texts``: the full texts it carried; ``note``: what was mended."""

    fetch: UnreadFetch
    channel_id: int
    outlet: Outlet
    entries: tuple[PlacedEntry, ...]
    texts: tuple[ReadText, ...]
    reading: PageReading
    note: str | None
    measured: Measured


def read_poll(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, body: jobs.Body) -> ReadResult:
    """Read the channel's document and store what it lists, or why it can't be read."""
    channel_id = fetch.target.channel_id
    assert channel_id is not None
    parsed = room.parsed_channel(body, channel, outlet, fetch.requested_at)
    reading = _reading_of(parsed)
    if not reading.is_success:
        return _store_failure(room, fetch, channel_id, reading, parsed.error)
    entries = _placed(room, parsed, outlet)
    texts = _feed_texts(room, fetch, channel, outlet, entries)
    for text in texts:
        read_base_again(room, text)
    measured = measured_of(parsed, entries, max_age_s=fetch.max_age_s, now=fetch.requested_at)
    poll = _Poll(fetch, channel_id, outlet, entries, texts, reading, parsed.error, measured)
    return room.store.write(lambda session: _store_poll(room, session, poll))


def _reading_of(parsed: ParsedChannel) -> PageReading:
    match parsed.reading:
        case ChannelReading.OK | ChannelReading.REPAIRED:
            return PageReading.LISTED
        case ChannelReading.EMPTY:
            return PageReading.EMPTY_CHANNEL
        case other:
            return PageReading(other.value)


def _store_failure(
    room: ReadingRoom, fetch: UnreadFetch, channel_id: int, reading: PageReading, error: str | None
) -> ReadResult:
    """A body that is not the channel: a challenge, a front page, something broken. The channel was not seen."""

    def work(session: Session) -> None:
        next_look = after_reading(fetch.target, reading, fetch.requested_at)
        put_reading(session, fetch, reading, next_look, error=error)
        record_failed_poll(session, channel_id, at=fetch.requested_at, outcome=reading.value, detail=error)
        mark_done(session, "read", [fetch.fetch_id])

    room.store.write(work)
    return ReadResult(fetch.target.host, reading)


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
        changes = entry_changes(session, fetch.target.channel_id, entries)
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
        texts += [_text(fetch, e, x) for e, x in zip(chunk, found, strict=True) if refusal(x) is None]
    return tuple(texts)


def _text(fetch: UnreadFetch, placed: PlacedEntry, extraction: Extraction) -> ReadText:
    assert placed.entry.url is not None
    return ReadText(
        outlet=placed.target_outlet,
        addresses=(Address(placed.url_key, placed.entry.url, "listed"),),
        extraction=extraction,
        extractor_hash=feed_extractor_hash(),
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
    )


def _store_poll(room: ReadingRoom, session: Session, poll: _Poll) -> ReadResult:
    """Entries, the pages behind the new ones, a second look at the changed ones, and the channel's state."""
    fetch, now = poll.fetch, poll.fetch.requested_at
    turned = _noted_turnover(session, poll)
    changes = entry_changes(session, poll.channel_id, poll.entries)
    put_entries(session, poll.channel_id, poll.entries, fetch_id=fetch.fetch_id, seen_at=now)
    applied = [store_text(session, text, decide) for text in poll.texts]
    _plan_pages(room, session, poll, changes)
    record_good_poll(
        session,
        poll.channel_id,
        at=now,
        outcome=poll.reading.value,
        has_new=bool(changes.new),
        measured=poll.measured,
    )
    next_look = after_reading(fetch.target, poll.reading, now)
    listed = len(poll.entries)
    known = listed - len(changes.new) if turned.known is None else turned.known
    note = "; ".join(filter(None, (poll.note, turned.note))) or None
    put_reading(session, fetch, poll.reading, next_look, error=note, listed=listed, known=known)
    mark_done(session, "read", [fetch.fetch_id])
    return counted(fetch.target.host, poll.reading, applied, new_entries=len(changes.new))


def _noted_turnover(session: Session, poll: _Poll) -> Turnover:
    """Whether the list turned over since the last listing; leaves a gap where it did. Before anything is stored."""
    listed = listed_entries(poll.entries)
    turned = turnover(last_listing(session, poll.fetch, poll.channel_id, listed), listed)
    if turned.since is not None:
        put_rollover(session, poll.channel_id, since=turned.since, until=poll.fetch.requested_at)
        log.info("channel.rolled_over", outlet=poll.outlet.slug, channel=poll.fetch.target.channel_slug)
    return turned


def _plan_pages(room: ReadingRoom, session: Session, poll: _Poll, changes: EntryChanges) -> None:
    """Pages to look at: behind new entries, and behind those that say they changed.

    An entry whose full text its feed carried needs no page. An outlet whose pages refuse us is not asked.
    """
    now = poll.fetch.requested_at
    carried = {(text.outlet, text.addresses[0].url_key) for text in poll.texts}

    def wants_page(placed: PlacedEntry) -> bool:
        owner = room.catalogue.outlets[placed.target_outlet]
        return placed.has_address and owner.page_fetch and (placed.target_outlet, placed.url_key) not in carried

    pages = [
        new_page(placed.entry.url, Place(placed.target_outlet, placed.url_key))
        for placed in changes.new
        if placed.entry.url is not None and wants_page(placed)
    ]
    add_targets(session, pages, poll.outlet.politeness, now=now)
    again = [(placed.target_outlet, placed.url_key) for placed in changes.changed if wants_page(placed)]
    make_known_due(session, again, Reason.RECHECK, now=now)
