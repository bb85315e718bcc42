"""The threads that read what was fetched, one a worker of the pool, and what still waits for them."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from crawler.news import Read
from crawler.reading import Reader, ReadResult
from domain.errors import OutageError
from storage import Store
from storage.alone import alone_with
from storage.unread import unread_without_reader

log = structlog.get_logger()

UNREAD_EVERY_S = 30.0
_AT_A_TIME = 500


class Readers:
    """Reads fetches by number, and none any more once ``is_stopping``: they stay todos.

    ``tell`` gets each one's end, in a reader's thread; all else is the loop's to call.
    """

    def __init__(
        self,
        store: Store,
        reader: Reader,
        archive: Path,
        *,
        count: int,
        owner: str,
        is_stopping: threading.Event,
        tell: Callable[[Read], None],
    ) -> None:
        self._store = store
        self._reader = reader
        self._archive = archive
        self._owner = owner
        self._tell = tell
        self._to_read: queue.Queue[int | None] = queue.Queue()
        self._unread: set[int] = set()
        self._is_stopping = is_stopping
        self._next_unread = 0.0
        self._threads = [threading.Thread(target=self._read_on, name="reader", daemon=True) for _ in range(count)]

    @property
    def is_busy(self) -> bool:
        """Whether something is being read, or waits to be."""
        return bool(self._unread)

    def start(self) -> None:
        """Begin to read."""
        for thread in self._threads:
            thread.start()

    def read_later(self, fetch_ids: Iterable[int]) -> None:
        """Have these read, each once."""
        for fetch_id in fetch_ids:
            if fetch_id not in self._unread:
                self._unread.add(fetch_id)
                self._to_read.put(fetch_id)

    def was_read(self, fetch_id: int) -> None:
        """Its end was told of and taken notice of."""
        self._unread.discard(fetch_id)

    def take_up_unread(self, now: float) -> None:
        """Each half minute: what another crawl fetched and did not come to read, as far as our archive has its records.

        What failed before is tried once a process, so that five attempts are not over in minutes. ``now``: monotonic.
        """
        if now < self._next_unread:
            return
        is_first = not self._next_unread
        self._next_unread = now + UNREAD_EVERY_S
        after = 0
        while True:
            found = self._store.ask(
                lambda session, after=after: unread_without_reader(  # type: ignore[misc]
                    session, self._owner, limit=_AT_A_TIME, after_id=after, with_failed=is_first
                )
            )
            if not found:
                return
            after = found[-1][0]
            self.read_later(fetch_id for _, fetch_id, file in found if (self._archive / file).exists())

    def close(self) -> None:
        """End once what was to be read is read."""
        for _ in self._threads:
            self._to_read.put(None)

    def join(self) -> None:
        """Wait for what is being read."""
        for thread in self._threads:
            thread.join()

    def _read_on(self) -> None:
        while (fetch_id := self._to_read.get()) is not None:
            began = time.monotonic()
            result = None if self._is_stopping.is_set() else self._read(fetch_id)
            self._tell(Read(fetch_id, result, time.monotonic() - began))

    def _read(self, fetch_id: int) -> ReadResult | None:
        try:
            with alone_with(self._store, "read", fetch_id) as is_ours:
                return self._reader.read(fetch_id) if is_ours else None
        except OutageError:  # told of; it stays a todo and is taken up again within half a minute
            return None
        except Exception:  # the border of one reading: it stays a todo and is tried again
            log.exception("reading.failed", fetch=fetch_id)
            return None
