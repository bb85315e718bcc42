"""A look whose bytes were dropped: what reading it had given is stored again as it was noted.

Retention drops only those of which nothing followed but this: the list was seen, the page still had its text, or it had
none. A takedown drops lists that tell of other articles too, so what they told of those is noted with them.
"""

from __future__ import annotations

from datetime import datetime

from crawler.archive.rounds import DroppedLine
from crawler.back_keys import way_of
from crawler.decide import after_reading
from crawler.reading.backfill import store_found
from crawler.reading.channel import store_parsed
from crawler.reading.offered import FoundDocument
from crawler.reading.posts_again import store_posts_again
from crawler.reading.room import ReadingRoom
from crawler.told_lists import read_told
from domain.fetch import PageReading
from domain.frontier import NO_POLL
from storage import Session
from storage.articles import touch_article
from storage.channels import record_good_poll
from storage.records import StoredRecord
from storage.todos import mark_done
from storage.unread import any_fetch, put_reading


def dropped_record(line: DroppedLine) -> StoredRecord:
    """The record as its row names it: where it lay."""
    return StoredRecord(f"urn:uuid:{line.dropped}", line.file, line.offset, line.length, line.kind, line.sha256)


def dropped_at(line: DroppedLine) -> datetime:
    """When its bytes went."""
    return datetime.fromisoformat(line.at)


def read_as_noted(session: Session, fetch_id: int, line: DroppedLine) -> bool:
    """Store what reading the fetch had given; whether it had been read."""
    if line.reading is None:
        return False
    fetch, reading = any_fetch(session, fetch_id), PageReading(line.reading)
    at, target = fetch.requested_at, fetch.target
    if target.channel_id is not None:
        record_good_poll(session, target.channel_id, at=at, outcome=reading.value, has_new=False)
    elif reading is PageReading.ARTICLE:
        touch_article(session, target.outlet, target.url_key, at=at, fetch_id=fetch_id)
    next_look = after_reading(target, reading, at)
    put_reading(session, fetch, reading, next_look, error=line.error, listed=line.listed, known=line.known)
    mark_done(session, "read", [fetch_id])
    return True


def read_as_parsed(room: ReadingRoom, fetch_id: int, parsed: str) -> bool:
    """Store what a list told, as it was noted when its bytes went; whether its outlet and channel are known."""
    fetch = room.store.ask(lambda session: any_fetch(session, fetch_id))
    outlet = room.catalogue.outlets.get(fetch.target.outlet)
    channel = next((c for c in outlet.channels if c.slug == fetch.target.channel_slug), None) if outlet else None
    if outlet is None or channel is None:
        return False
    told = read_told(parsed)
    if fetch.target.is_again:
        store_posts_again(room, fetch, outlet, channel, told)
    elif fetch.target.part_of == NO_POLL:
        way = way_of(fetch.target.url_key)
        assert way is not None
        store_found(room, fetch, outlet, channel, FoundDocument(way, told))
    else:
        store_parsed(room, fetch, outlet, channel, told)
    return True
