"""One fetch after the other: finds out what it is of and has it read."""

from __future__ import annotations

import structlog

from crawler.pool import PoolError
from crawler.reading.backfill import read_backfill
from crawler.reading.channel import read_poll
from crawler.reading.failure import store_failure
from crawler.reading.page import read_page
from crawler.reading.posts_again import read_posts_again
from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom
from crawler.reading.taken_down import is_refused, refuse
from domain.errors import ArchiveError, StorageError
from domain.fetch import PageReading
from domain.frontier import NO_POLL
from domain.outlet import Channel, Outlet
from storage.todos import mark_done, mark_failed
from storage.unread import UnreadFetch, unread_fetch

log = structlog.get_logger()


class Reader:
    """Several threads may use one reader."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room

    def read(self, fetch_id: int) -> ReadResult | None:
        """Read a fetch and store what it gives, whatever goes wrong. None when it was read already.

        One whose outlet or channel left the catalogue stays a todo with its error. Raises StorageError and PoolError
        when nothing can be read or stored now; the todo stays then, too.
        """
        with self._room.store.read() as session:
            fetch = unread_fetch(session, fetch_id)
        if fetch is None:
            self._room.store.write(lambda session: mark_done(session, "read", [fetch_id]))
            return None
        outlet = self._room.catalogue.outlets.get(fetch.target.outlet)
        channel = next((c for c in outlet.channels if c.slug == fetch.target.channel_slug), None) if outlet else None
        if outlet is None or (channel is None and fetch.target.channel_id is not None):
            self._put_off(fetch, "its outlet or channel is no longer in the catalogue")
            return None
        try:
            return self._read(fetch, outlet, channel)
        except (StorageError, PoolError):  # nothing is wrong with the fetch: it stays a todo
            raise
        except ArchiveError as error:
            log.error("record.unreadable", outlet=outlet.slug, url=fetch.target.url, fetch=fetch_id, error=str(error))
            return store_failure(self._room, fetch, PageReading.CRASHED, f"its record can't be read: {error}")
        except Exception as error:  # the border of one reading: it becomes its outcome
            log.exception("reading.crashed", outlet=outlet.slug, url=fetch.target.url, fetch=fetch_id)
            return store_failure(self._room, fetch, PageReading.CRASHED, f"{type(error).__name__}: {error}")

    def _read(self, fetch: UnreadFetch, outlet: Outlet, channel: Channel | None) -> ReadResult:
        if channel is None and is_refused(self._room, fetch):
            return refuse(self._room, fetch)
        body = self._room.body(fetch)
        if channel is None:
            return read_page(self._room, fetch, outlet, body)
        if fetch.target.is_again:
            return read_posts_again(self._room, fetch, outlet, channel, body)
        read = read_backfill if fetch.target.part_of == NO_POLL else read_poll
        return read(self._room, fetch, outlet, channel, body)

    def _put_off(self, fetch: UnreadFetch, problem: str) -> None:
        target = fetch.target
        named = {"outlet": target.outlet, "channel": target.channel_slug, "host": target.host, "url": target.url}
        log.warning("reading.failed", **named, fetch=fetch.fetch_id, error=problem)
        self._room.store.write(lambda session: mark_failed(session, "read", fetch.fetch_id, problem))
