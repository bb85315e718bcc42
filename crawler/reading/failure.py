"""Stores that a fetch could not be read: a typed outcome, a second look, and that a channel was not seen by it."""

from __future__ import annotations

from crawler.decide import after_reading
from crawler.fetch.outcome import one_line
from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom
from domain.fetch import PageReading
from storage import Session
from storage.channels import record_failed_poll
from storage.parts import note_failed_part
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading


def store_failure(room: ReadingRoom, fetch: UnreadFetch, reading: PageReading, error: str | None) -> ReadResult:
    """Store what stood in the way of reading; its todo is done with."""
    problem = one_line(error) if error else None

    def work(session: Session) -> None:
        next_look = after_reading(fetch.target, reading, fetch.requested_at)
        put_reading(session, fetch, reading, next_look, error=problem)
        if fetch.target.part_of is not None:
            note_failed_part(session, fetch.target, at=fetch.requested_at, outcome=reading.value, detail=problem)
        elif fetch.target.channel_id is not None:
            at, channel_id = fetch.requested_at, fetch.target.channel_id
            record_failed_poll(session, channel_id, at=at, outcome=reading.value, detail=problem)
        mark_done(session, "read", [fetch.fetch_id])

    room.store.write(work)
    return ReadResult(fetch.target.host, reading)
