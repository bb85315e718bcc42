"""Reads a document that was asked for the sake of posts and videos due to be looked at again.

It is no look at the channel: no poll is counted, no gap begins or ends, and what no poll listed is left to the polls.
Of what was listed it shows whether it is still there, and a text that was edited since.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from crawler import jobs
from crawler.decide import after_reading, decide
from crawler.reading.base import read_base_again
from crawler.reading.channel import placed_entries, reading_of, texts_of
from crawler.reading.failure import store_failure
from crawler.reading.measures import measured_of
from crawler.reading.parts import PartFacts
from crawler.reading.poll import TURN_S, Piece, Poll, pieces_of
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom
from crawler.reading.shown_posts import shown_posts, tell_of_posts
from crawler.reading.taken_down import drop_bytes, holds_words, sorted_out, without_words
from domain.entry import ParsedChannel
from domain.outlet import Channel, Outlet
from storage import Session
from storage.articles import Applied, store_text
from storage.entries import PartSeen, PlacedEntry, entry_changes, put_entries
from storage.post_looks import PostStep, note_posts
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading


def read_posts_again(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, body: jobs.Body
) -> ReadResult:
    """Read the document and store what it shows of posts that are known, or why it can't be read."""
    parsed = room.parsed_channel(body, channel, outlet, fetch.requested_at, is_part=True)
    return store_posts_again(room, fetch, outlet, channel, parsed)


def store_posts_again(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, parsed: ParsedChannel
) -> ReadResult:
    """Store what such a document says."""
    reading = reading_of(parsed)
    if not reading.is_success:
        return store_failure(room, fetch, reading, parsed.error)
    assert fetch.target.channel_id is not None
    listed = placed_entries(room, parsed, outlet)
    entries = _known(room, fetch, listed)
    texts, entries = sorted_out(room, texts_of(room, fetch, channel, outlet, entries), entries)
    listed = without_words(room, listed)
    for text in texts:
        read_base_again(room, text)
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
        part=PartFacts(None, frozenset()),
        posts=shown_posts(parsed, listed, channel, outlet, room.catalogue),
    )
    return _store(room, poll)


def _known(room: ReadingRoom, fetch: UnreadFetch, listed: Sequence[PlacedEntry]) -> tuple[PlacedEntry, ...]:
    """The entries but for those that no poll listed: they may be from long before the channel was watched.

    Those that are unchanged only add: when its list had them last is the list's to say.
    """
    channel_id = fetch.target.channel_id
    assert channel_id is not None
    with room.store.read() as session:
        changes = entry_changes(session, channel_id, listed, fetch_id=fetch.fetch_id, seen_at=fetch.requested_at)
    new, changed = ({placed.url_key for placed in some} for some in (changes.new, changes.changed))
    return tuple(
        placed if placed.url_key in changed else replace(placed, entry=replace(placed.entry, only_adds=True))
        for placed in listed
        if placed.url_key not in new
    )


def _store(room: ReadingRoom, poll: Poll) -> ReadResult:
    applied: list[Applied] = []
    for piece in pieces_of(poll):
        applied += room.store.write(lambda session, piece=piece: _store_piece(session, poll, piece))  # type: ignore[misc]
        time.sleep(TURN_S)
    steps = room.store.write(lambda session: _finish(session, poll))
    tell_of_posts(poll.fetch, steps)
    return counted(poll.fetch.target.host, poll.reading, applied)


def _store_piece(session: Session, poll: Poll, piece: Piece) -> list[Applied]:
    fetch = poll.fetch
    put_entries(
        session,
        poll.channel_id,
        piece.entries,
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        part=PartSeen(None),
    )
    return [store_text(session, text, decide) for text in piece.texts]


def _finish(session: Session, poll: Poll) -> Sequence[PostStep]:
    """Without validators: what an unchanged document lacks is lacking anew. What no poll listed is not counted."""
    fetch = poll.fetch
    steps = note_posts(session, fetch, poll.posts) if poll.posts is not None else ()
    put_reading(
        session,
        fetch,
        poll.reading,
        after_reading(fetch.target, poll.reading, fetch.requested_at),
        error=poll.note,
        listed=len(poll.entries),
        known=len(poll.entries),
        has_validators=False,
    )
    mark_done(session, "read", [fetch.fetch_id])
    if holds_words(poll.listed):
        drop_bytes(session, fetch)
    return steps
