"""Reads one document that a backfill asked for, and stores what of it is of the days that are wanted.

It is no look at the channel: no poll is counted, no gap begins or ends, and what the polls have yet to list is left to
them. What it leads to waits for the budget (docs/adr/0021-backfill.md).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from crawler import jobs
from crawler.back_keys import FirstDocument, Span, Way, back_key, span_of
from crawler.backfill import MOST_DOCUMENTS, Asked, leads_back, may_be_of, walked_over
from crawler.channels.place import Place, new_page
from crawler.decide import after_reading, decide
from crawler.reading.base import read_base_again
from crawler.reading.channel import placed_entries, reading_of, texts_of
from crawler.reading.failure import store_failure
from crawler.reading.measures import measured_of
from crawler.reading.offered import FoundDocument, found_in, with_known
from crawler.reading.parts import PartFacts
from crawler.reading.poll import TURN_S, Piece, Poll, pieces_of
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom
from crawler.reading.shown_posts import shown_posts, tell_of_posts
from crawler.reading.taken_down import drop_bytes, holds_words, sorted_out, without_words
from domain.entry import AskedWhen
from domain.fetch import Reason
from domain.frontier import NewTarget, TargetState
from domain.outlet import Channel, Outlet
from outlets.platforms import is_post_address
from storage import Session
from storage.articles import Applied, store_text
from storage.backfill import BackDocument, count_documents, last_good_look, put_documents
from storage.entries import PartSeen, PlacedEntry, entry_changes, put_entries
from storage.frontier import add_targets
from storage.gaps import note_caught_up
from storage.parts import known_parts
from storage.post_looks import PostStep, note_posts
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Leading:
    """Where a document leads: ``way`` and ``span`` of what follows it, and ``posts`` that an API was found to offer."""

    way: Way
    span: Span
    posts: tuple[FirstDocument, ...] = ()


def read_backfill(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, body: jobs.Body
) -> ReadResult:
    """Read the document and store what it lists of its days, or why it can't be read."""
    return store_found(room, fetch, outlet, channel, found_in(room, fetch, outlet, channel, body))


def store_found(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, found: FoundDocument
) -> ReadResult:
    """Store what a document of a backfill says."""
    way, parsed = found.way, found.parsed
    reading = reading_of(parsed)
    if not reading.is_success:
        return store_failure(room, fetch, reading, parsed.error)
    asked = Asked(channel, span_of(fetch.target.url_key), ZoneInfo(outlet.zone), fetch.target.url)
    listed = placed_entries(room, parsed, outlet)
    entries = _wanted(room, fetch, listed, asked)
    if way is Way.POSTS:
        entries = with_known(room, fetch, entries)
    texts, entries = sorted_out(room, texts_of(room, fetch, channel, outlet, entries), entries)
    listed = without_words(room, listed)
    for text in texts:
        read_base_again(room, text)
    assert fetch.target.channel_id is not None
    poll = Poll(
        fetch=fetch,
        channel_id=fetch.target.channel_id,
        outlet=outlet,
        entries=entries,
        texts=texts,
        reading=reading,
        note=parsed.error,
        measured=measured_of(parsed, listed, max_age_s=None, now=fetch.requested_at),
        listed=listed,
        more=leads_back(parsed.more, parsed.entries, asked) if way is Way.CHANNEL else parsed.more,
        part=PartFacts(None, frozenset()),
        posts=shown_posts(parsed, listed, channel, outlet, room.catalogue),
    )
    walked = walked_over(parsed.entries, asked) if way is Way.CHANNEL else None
    return _store(room, poll, Leading(way, asked.span, found.posts), walked)


def _wanted(
    room: ReadingRoom, fetch: UnreadFetch, listed: Sequence[PlacedEntry], asked: Asked
) -> tuple[PlacedEntry, ...]:
    """The outlet's own of these days, but for what is dated after the channel's last good poll: that is the polls'."""
    channel_id = fetch.target.channel_id
    assert channel_id is not None
    with room.store.read() as session:
        last_ok_at = last_good_look(session, channel_id)

    def is_wanted(placed: PlacedEntry) -> bool:
        stated = placed.entry.published
        is_left = stated is not None and last_ok_at is not None and stated.utc > last_ok_at
        is_own = placed.target_outlet == fetch.target.outlet
        return is_own and not is_left and may_be_of(placed.entry, asked.span, asked.zone)

    return tuple(filter(is_wanted, listed))


def _store(room: ReadingRoom, poll: Poll, leading: Leading, walked: tuple[datetime, datetime] | None) -> ReadResult:
    applied: list[Applied] = []
    new = 0
    for piece in pieces_of(poll):
        done, found = room.store.write(lambda session, piece=piece: _store_piece(session, poll, piece))  # type: ignore[misc]
        applied += done
        new += found
        time.sleep(TURN_S)

    def finish(session: Session) -> tuple[int, Sequence[PostStep]]:
        if walked is not None:
            at = poll.fetch.requested_at
            note_caught_up(session, poll.channel_id, since=walked[0], until=walked[1], at=at)
        steps = note_posts(session, poll.fetch, poll.posts) if poll.posts is not None else ()
        return _finish(session, poll, leading, new=new), steps

    cut, steps = room.store.write(finish)
    tell_of_posts(poll.fetch, steps)
    if cut:
        target = poll.fetch.target
        log.warning("parts.cut", outlet=target.outlet, channel=target.channel_slug, url=target.url, left=cut)
    return counted(poll.fetch.target.host, poll.reading, applied, new_entries=new)


def _store_piece(session: Session, poll: Poll, piece: Piece) -> tuple[list[Applied], int]:
    """What was stored of the texts, and the number of new entries; their pages wait, and so do those of old stock."""
    fetch, at = poll.fetch, poll.fetch.requested_at
    changes = entry_changes(session, poll.channel_id, piece.entries, fetch_id=fetch.fetch_id, seen_at=at)
    put_entries(session, poll.channel_id, piece.entries, fetch_id=fetch.fetch_id, seen_at=at, part=PartSeen(None))
    applied = [store_text(session, text, decide) for text in piece.texts]
    carried = {text.addresses[0].url_key for text in piece.texts}
    pages = [_page(placed) for placed in piece.entries if _has_page(placed) and placed.url_key not in carried]
    if poll.outlet.page_fetch:
        add_targets(session, pages, poll.outlet.politeness, now=at, state=TargetState.IDLE)
    return applied, len(changes.new)


def _has_page(placed: PlacedEntry) -> bool:
    return placed.entry.url is not None and not placed.is_taken_down and not is_post_address(placed.entry.url)


def _page(placed: PlacedEntry) -> NewTarget:
    assert placed.entry.url is not None
    return new_page(placed.entry.url, Place(placed.target_outlet, placed.url_key), Reason.BACKFILL)


def _mark(listed: Sequence[PlacedEntry]) -> str:
    """What a page lists, in short."""
    keys = "\n".join(sorted(placed.url_key for placed in listed))
    return f"lists {hashlib.sha256(keys.encode('utf-8', 'replace')).hexdigest()[:20]}"


def _leads_to(session: Session, poll: Poll, leading: Leading) -> list[BackDocument]:
    """The documents that follow; no older page where this one lists what the one before did."""
    target = poll.fetch.target
    mark = _mark(poll.listed)
    known = known_parts(session, target.outlet, [target.url_key]).get(target.url_key)
    repeats = known is not None and known.mark == mark  # the last page, shown for each number beyond it
    found = []
    for more in poll.more:
        is_older = more.when is AskedWhen.OLDER
        if not (repeats and is_older):
            key = back_key(target.channel_slug or "", leading.span, more.url, leading.way)
            found.append(BackDocument(more.url, key, mark if is_older else None))
    return found


def _finish(session: Session, poll: Poll, leading: Leading, *, new: int) -> int:
    """Put what it leads to on the frontier; gives how many documents were left out, being too many for its days."""
    fetch, target = poll.fetch, poll.fetch.target
    start = target.url_key.partition(">")[0]
    room_left = max(0, MOST_DOCUMENTS - count_documents(session, target.outlet, f"{start}>"))
    asked = _leads_to(session, poll, leading)
    put_documents(
        session,
        target.outlet,
        target.channel_slug or "",
        asked[:room_left],
        poll.outlet.politeness,
        via_target_id=target.id,
        now=fetch.requested_at,
    )
    for first in leading.posts:
        document = BackDocument(first.url, first.key)
        put_documents(
            session,
            target.outlet,
            first.channel,
            [document],
            poll.outlet.politeness,
            via_target_id=target.id,
            now=fetch.requested_at,
        )
    cut = len(asked[room_left:])
    note = f"leads to {cut} more documents than are read for the same days" if cut else None
    put_reading(
        session,
        fetch,
        poll.reading,
        after_reading(target, poll.reading, fetch.requested_at),
        error="; ".join(filter(None, (poll.note, note))) or None,
        listed=len(poll.entries),
        known=len(poll.entries) - new,
    )
    mark_done(session, "read", [fetch.fetch_id])
    if holds_words(poll.listed):
        drop_bytes(session, fetch)
    return cut
