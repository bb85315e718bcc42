"""Stores one poll as it was read, in pieces, so that no feed is so long that other writers wait for it.

A piece holds entries, the texts they carried and the pages behind them; each is whole, and storing it again changes
nothing. The last one brings the channel's state and deletes the todo: a crawl killed in between reads the poll again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from crawler.channels.place import Place, new_page
from crawler.decide import after_reading, decide
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom
from crawler.rollover import turnover
from crawler.telling import tell_of_sameness
from domain.fetch import PageReading, Reason
from domain.listing import Turnover
from domain.outlet import Outlet
from storage import Session
from storage.articles import Applied, store_text
from storage.channels import Measured, record_good_poll
from storage.entries import EntryChanges, PlacedEntry, entry_changes, put_entries
from storage.frontier import add_targets, make_known_due
from storage.gaps import put_rollover
from storage.listings import last_listing, listed_entries
from storage.merging import Merged
from storage.readings import ReadText
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading

log = structlog.get_logger()

MOST_ROWS = 200
ROWS_AN_ENTRY = 2  # the entry and the target behind it
ROWS_A_TEXT = 8  # article, address, text, extraction, revision, its todos, and the article again
TURN_S = 0.02  # between two pieces: a lock that is free for no time is nobody else's


@dataclass(frozen=True, slots=True)
class Poll:
    """A channel as it was read, ready to be stored. ``texts``: the full texts it carried; ``note``: what was mended."""

    fetch: UnreadFetch
    channel_id: int
    outlet: Outlet
    entries: tuple[PlacedEntry, ...]
    texts: tuple[ReadText, ...]
    reading: PageReading
    note: str | None
    measured: Measured


@dataclass(frozen=True, slots=True)
class Piece:
    """Entries that are stored in one transaction, with the texts they carried."""

    entries: tuple[PlacedEntry, ...]
    texts: tuple[ReadText, ...]


def store_poll(room: ReadingRoom, poll: Poll) -> ReadResult:
    """Store a poll piece by piece."""
    turned = _turned(room, poll)
    applied: list[Applied] = []
    new = 0
    *pieces, last = pieces_of(poll)
    for piece in pieces:
        done, found = room.store.write(lambda session, piece=piece: _store(room, session, poll, piece))  # type: ignore[misc]
        applied += done
        new += found
        time.sleep(TURN_S)

    def work(session: Session) -> tuple[list[Applied], int]:
        done, found = _store(room, session, poll, last)
        _finish(session, poll, turned, new=new + found)
        return done, found

    done, found = room.store.write(work)
    tell_of_sameness(poll.outlet.slug, poll.fetch.target.url, poll.fetch.fetch_id, *_told(applied + done))
    if turned.since is not None:
        log.info("channel.rolled_over", outlet=poll.outlet.slug, channel=poll.fetch.target.channel_slug)
    return counted(poll.fetch.target.host, poll.reading, applied + done, new_entries=new + found)


def _told(applied: list[Applied]) -> Iterator[Merged | str]:
    for one in applied:
        yield from one.merged
        yield from one.notes


def pieces_of(poll: Poll) -> Iterator[Piece]:
    """The poll's entries in their order, in pieces of at most 200 rows; one piece where there are none."""
    texts = {(text.outlet, text.addresses[0].url_key): text for text in poll.texts}
    entries: list[PlacedEntry] = []
    carried: list[ReadText] = []
    rows = 0
    for entry in poll.entries:
        text = texts.get((entry.target_outlet, entry.url_key))
        more = ROWS_AN_ENTRY + (ROWS_A_TEXT if text else 0)
        if rows + more > MOST_ROWS:
            yield Piece(tuple(entries), tuple(carried))
            entries, carried, rows = [], [], 0
        entries.append(entry)
        carried += [text] if text else []
        rows += more
    yield Piece(tuple(entries), tuple(carried))


def _store(room: ReadingRoom, session: Session, poll: Poll, piece: Piece) -> tuple[list[Applied], int]:
    """What was stored of the texts, and the number of new entries."""
    fetch = poll.fetch
    changes = entry_changes(
        session, poll.channel_id, piece.entries, fetch_id=fetch.fetch_id, seen_at=fetch.requested_at
    )
    put_entries(session, poll.channel_id, piece.entries, fetch_id=fetch.fetch_id, seen_at=fetch.requested_at)
    applied = [store_text(session, text, decide) for text in piece.texts]
    _plan_pages(room, session, poll, changes)
    return applied, len(changes.new)


def _turned(room: ReadingRoom, poll: Poll) -> Turnover:
    """Whether the list turned over since the last listing; asked before anything of this one is stored."""
    listed = listed_entries(poll.entries)
    with room.store.read() as session:
        return turnover(last_listing(session, poll.fetch, poll.channel_id, listed), listed)


def _finish(session: Session, poll: Poll, turned: Turnover, *, new: int) -> None:
    """The channel was seen, but for what a list that turned over no longer held; its poll is read."""
    fetch, listed = poll.fetch, len(poll.entries)
    if turned.since is not None:
        put_rollover(session, poll.channel_id, since=turned.since, until=fetch.requested_at)
    record_good_poll(
        session,
        poll.channel_id,
        at=fetch.requested_at,
        outcome=poll.reading.value,
        has_new=bool(new),
        measured=poll.measured,
    )
    next_look = after_reading(fetch.target, poll.reading, fetch.requested_at)
    known = listed - new if turned.known is None else turned.known
    note = "; ".join(filter(None, (poll.note, turned.note))) or None
    put_reading(session, fetch, poll.reading, next_look, error=note, listed=listed, known=known)
    mark_done(session, "read", [fetch.fetch_id])


def _plan_pages(room: ReadingRoom, session: Session, poll: Poll, changes: EntryChanges) -> None:
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
