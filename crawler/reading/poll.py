"""Stores one poll as it was read, in pieces, so that no feed is so long that other writers wait for it.

A piece holds entries, the texts they carried and the pages behind them; each is whole, and storing it again changes
nothing. The last one brings the channel's state and deletes the todo: a crawl killed in between reads the poll again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from crawler.channels.place import Place, new_page
from crawler.decide import after_reading, decide
from crawler.parts import Choice, Listed
from crawler.reading.parts import PartFacts, lead_on, tell_of_cut
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom
from crawler.reading.shown_posts import tell_of_posts
from crawler.reading.taken_down import drop_bytes, holds_words
from crawler.rollover import turnover
from crawler.telling import tell_of_sameness
from domain.entry import AskedWhen, FurtherDocument
from domain.fetch import PageReading, Reason
from domain.listing import Turnover
from domain.outlet import Outlet
from domain.posts import ShownPosts
from outlets.platforms import is_post_address
from storage import Session
from storage.articles import Applied, store_text
from storage.channels import Measured, record_good_poll
from storage.entries import EntryChanges, PartSeen, PlacedEntry, entry_changes, put_entries
from storage.frontier import add_targets, make_known_due
from storage.gaps import put_rollover
from storage.listings import has_listed, last_listing, listed_entries
from storage.merging import Merged
from storage.parts import count_part, settle_parts
from storage.post_looks import PostStep, note_posts
from storage.readings import ReadText
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading
from storage.withdrawals import note_listing

log = structlog.get_logger()

MOST_ROWS = 200
ROWS_AN_ENTRY = 2  # the entry and the target behind it
ROWS_A_TEXT = 8  # article, address, text, extraction, revision, its todos, and the article again
TURN_S = 0.02  # between two pieces: a lock that is free for no time is nobody else's


@dataclass(frozen=True, slots=True)
class Poll:
    """A channel's document as it was read, ready to be stored.

    ``entries`` are those to be stored, ``listed`` all of them. ``texts``: the full texts they carried; ``note``: what
    was mended. ``more``: the further documents it leads to; ``part`` is None for a poll's first document. ``posts``:
    what it shows of posts that may be stored, None where its channel is on no platform.
    """

    fetch: UnreadFetch
    channel_id: int
    outlet: Outlet
    entries: tuple[PlacedEntry, ...]
    texts: tuple[ReadText, ...]
    reading: PageReading
    note: str | None
    measured: Measured
    listed: tuple[PlacedEntry, ...]
    more: tuple[FurtherDocument, ...] = ()
    part: PartFacts | None = None
    max_pages: int = 1
    posts: ShownPosts | None = None


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

    def work(session: Session) -> tuple[list[Applied], int, Choice, Sequence[PostStep]]:
        done, found = _store(room, session, poll, last)
        finish = _finish if poll.part is None else _finish_part
        choice = finish(session, poll, turned, new=new + found)
        steps = note_posts(session, poll.fetch, poll.posts) if poll.posts is not None else ()
        return done, found, choice, steps

    done, found, choice, steps = room.store.write(work)
    tell_of_posts(poll.fetch, steps)
    tell_of_cut(poll.fetch, choice)
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
    put_entries(
        session,
        poll.channel_id,
        piece.entries,
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        part=PartSeen(poll.part.absent_at) if poll.part is not None else None,
    )
    applied = [store_text(session, text, decide) for text in piece.texts]
    _plan_pages(room, session, poll, changes)
    return applied, len(changes.new)


def _turned(room: ReadingRoom, poll: Poll) -> Turnover:
    """Whether the list turned over since the last listing; asked before anything of this one is stored.

    A further document is no listing of its own: its poll is judged by the first one.
    """
    if poll.part is not None:
        return Turnover()
    listed = listed_entries(poll.listed)
    with room.store.read() as session:
        return turnover(last_listing(session, poll.fetch, poll.channel_id, listed), listed)


def _finish(session: Session, poll: Poll, turned: Turnover, *, new: int) -> Choice:
    """The channel was seen, but for what a list that turned over no longer held; its poll is read."""
    fetch, listed = poll.fetch, len(poll.listed)
    known = listed - new if turned.known is None else turned.known
    is_first = not has_listed(session, poll.channel_id, before=fetch)
    choice = _lead_on(session, poll, Listed(known > 0, bool(new), is_first, poll.max_pages))
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
    note = "; ".join(filter(None, (poll.note, turned.note, _cut(choice)))) or None
    _put_reading(session, poll, note, listed=listed, known=known)
    keys = {placed.url_key for placed in poll.listed}
    note_listing(session, poll.channel_id, at=fetch.requested_at, keys=keys)
    return choice


def _finish_part(session: Session, poll: Poll, _turned: Turnover, *, new: int) -> Choice:
    """A further document is read: its channel's poll was counted with the first one."""
    fetch, listed = poll.fetch, len(poll.listed)
    assert poll.part is not None
    joining = len(poll.part.joining)
    choice = _lead_on(session, poll, Listed(joining > 0, bool(new), poll.part.absent_at is None, poll.max_pages))
    stock = sum(placed.entry.is_stock for placed in poll.entries)
    told = max(0, new - stock)  # of stock nobody can say that an earlier poll could have listed it
    count_part(session, fetch.target, at=fetch.requested_at, listed=joining + told, new=told)
    note = "; ".join(filter(None, (poll.note, _cut(choice)))) or None
    _put_reading(session, poll, note, listed=listed, known=joining)
    settle_parts(session, fetch.target, at=fetch.requested_at)
    return choice


def _lead_on(session: Session, poll: Poll, listed: Listed) -> Choice:
    return lead_on(session, poll.fetch, poll.more, listed, poll.outlet.politeness)


def _cut(choice: Choice) -> str | None:
    return f"leads to {choice.cut} more documents than are read in one poll" if choice.cut else None


def _put_reading(session: Session, poll: Poll, note: str | None, *, listed: int, known: int) -> None:
    """What a document leads to may have changed where it has not itself, so that one keeps no validators.

    Nor does a list of posts: what it does not show is missing at each look anew.
    """
    next_look = after_reading(poll.fetch.target, poll.reading, poll.fetch.requested_at)
    put_reading(
        session,
        poll.fetch,
        poll.reading,
        next_look,
        error=note,
        listed=listed,
        known=known,
        has_validators=poll.posts is None and all(further.when is AskedWhen.OLDER for further in poll.more),
    )
    mark_done(session, "read", [poll.fetch.fetch_id])
    if holds_words(poll.listed):
        drop_bytes(session, poll.fetch)


def _plan_pages(room: ReadingRoom, session: Session, poll: Poll, changes: EntryChanges) -> None:
    """Pages to look at: behind new entries, and behind those that say they changed.

    An entry whose full text its feed carried needs no page, nor does a post. An outlet whose pages refuse us is not
    asked.
    """
    now = poll.fetch.requested_at
    carried = {(text.outlet, text.addresses[0].url_key) for text in poll.texts}

    def wants_page(placed: PlacedEntry) -> bool:
        url = placed.entry.url
        if (
            url is None
            or placed.is_taken_down
            or is_post_address(url)
            or not room.catalogue.outlets[placed.target_outlet].page_fetch
        ):
            return False
        return (placed.target_outlet, placed.url_key) not in carried

    pages = [
        new_page(placed.entry.url, Place(placed.target_outlet, placed.url_key))
        for placed in changes.new
        if placed.entry.url is not None and not placed.entry.is_stock and wants_page(placed)
    ]
    add_targets(session, pages, poll.outlet.politeness, now=now)
    again = [(placed.target_outlet, placed.url_key) for placed in changes.changed if wants_page(placed)]
    make_known_due(session, again, Reason.RECHECK, now=now)
