"""What arrives of an article that was taken down: the look is stored, its words are not, and its bytes go.

Between a look and its reading an article may be taken down; and a text may come at an address that nobody knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom
from domain.fetch import PageReading
from storage import Session
from storage.entries import PlacedEntry, without_taken_down
from storage.readings import ReadText
from storage.takedowns import add_key, keys_taken_down, refuse_look, takedown_against
from storage.todos import add_todo
from storage.unread import UnreadFetch


def is_refused(room: ReadingRoom, fetch: UnreadFetch) -> bool:
    """Whether a page stands at an address of what was taken down."""
    address = (fetch.target.outlet, fetch.target.url_key)
    return bool(room.store.ask(lambda session: keys_taken_down(session, [address])))


def refuse(room: ReadingRoom, fetch: UnreadFetch, *, takedown_id: int | None = None) -> ReadResult:
    """Store that a page's words are not kept; ``takedown_id``: its address is from now on one of that takedown."""

    def work(session: Session) -> None:
        if takedown_id is not None:
            add_key(session, takedown_id, fetch.target.url_key)
        refuse_look(session, fetch.fetch_id)
        drop_bytes(session, fetch)

    room.store.write(work)
    return ReadResult(fetch.target.host, PageReading.TAKEN_DOWN)


def refused_by(room: ReadingRoom, text: ReadText) -> int | None:
    """The takedown that a text falls under; None where it may be kept."""
    return room.store.ask(lambda session: takedown_against(session, text))


def drop_bytes(session: Session, fetch: UnreadFetch) -> None:
    """Have the archived bytes of a look dropped, as soon as its file can be written anew."""
    add_todo(session, "drop", fetch.fetch_id, now=fetch.requested_at)


def without_words(room: ReadingRoom, entries: Sequence[PlacedEntry]) -> tuple[PlacedEntry, ...]:
    """The entries; of those that lead to what was taken down only address and dates."""
    return room.store.ask(lambda session: without_taken_down(session, entries))


def holds_words(entries: Iterable[PlacedEntry]) -> bool:
    """Whether the document that listed these holds words of what was taken down."""
    return any(placed.had_words for placed in entries)


def sorted_out(
    room: ReadingRoom, texts: Sequence[ReadText], entries: Sequence[PlacedEntry]
) -> tuple[tuple[ReadText, ...], tuple[PlacedEntry, ...]]:
    """The texts that may be kept, and the entries without the words of those that may not."""
    refused = {
        (text.outlet, text.own.url_key): takedown for text in texts if (takedown := refused_by(room, text)) is not None
    }
    if not refused:
        return tuple(texts), tuple(entries)

    def work(session: Session) -> None:
        for (_, key), takedown_id in refused.items():
            add_key(session, takedown_id, key)

    room.store.write(work)
    kept = tuple(text for text in texts if (text.outlet, text.own.url_key) not in refused)
    return kept, without_words(room, entries)
