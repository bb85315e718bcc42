"""Acknowledges fetches: up to a second of responses to the archive, one fsync, then one transaction with their rows.

A look counts once its record is on disk and its row committed. One thread does both, in that order, so that a row never
names bytes that are not there.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from crawler.adopt import stored_place
from crawler.archive import ArchiveWriter, NoteToWrite, RecordPlace, RecordToWrite
from crawler.decide import after_look
from crawler.finished import Finished, record_to_write, taken_down, to_archive
from crawler.journal import LOOKS, look_line
from crawler.telling import tell_of_sameness
from domain.errors import ArchiveFullError, OutageError, ParallaxError
from domain.frontier import Look, NewTarget
from storage import Session, Store
from storage.archive_lock import places_stay
from storage.fetches import put_fetch
from storage.hosts import holds, keep_certificate
from storage.merging import note_redirect
from storage.page_looks import leads_away
from storage.parts import follow_redirect
from storage.records import StoredRecord
from storage.takedowns import refuse_look

log = structlog.get_logger()

BATCH_S = 1.0
MOST_ROWS = 200
PATIENCE_S = 60.0  # for a full disk under the archive
AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A look that is stored. ``fetch_id`` is None when it was dropped: another owner has the host by now.

    ``is_refused``: what stands at its address was taken down, so nothing of what came is kept.
    """

    finished: Finished
    fetch_id: int | None
    is_refused: bool = False

    @property
    def is_read_later(self) -> bool:
        """Whether its body is still to be read."""
        return self.fetch_id is not None and self.finished.look.outcome.has_body and not self.is_refused


class Committer(threading.Thread):
    """The one writer of fetches in a process. ``acknowledge`` is called in its thread for each batch, then ``took``."""

    def __init__(
        self,
        store: Store,
        archive: ArchiveWriter,
        owner: str,
        *,
        acknowledge: Callable[[list[Acknowledged]], None],
        failed: Callable[[Exception], None],
        took: Callable[[int, float], None] = lambda _looks, _seconds: None,
    ) -> None:
        super().__init__(name="committer", daemon=True)
        self._store = store
        self._archive = archive
        self._owner = owner
        self._acknowledge = acknowledge
        self._failed = failed
        self._took = took
        self._inbox: queue.Queue[Finished | None] = queue.Queue()
        self._is_closing = threading.Event()

    def put(self, finished: Finished) -> None:
        """Have a look stored."""
        self._inbox.put(finished)

    def close(self) -> None:
        """Store what is waiting and end."""
        self._is_closing.set()
        self._inbox.put(None)
        self.join()

    def run(self) -> None:
        """Store batch after batch; an error ends the crawl: nobody else could store what comes after it."""
        is_open = True
        while is_open:
            batch, is_open = self._next_batch()
            if not batch:
                continue
            try:
                began = time.monotonic()
                self._acknowledge(self._commit(batch))
                self._took(len(batch), time.monotonic() - began)
            except OutageError as error:  # told of by now
                self._failed(error)
                return
            except Exception as error:  # the border of this thread: the crawl's outcome
                log.error(
                    "batch.failed", error=str(error), looks=len(batch), exc_info=not isinstance(error, ParallaxError)
                )
                self._failed(error)
                return

    def _next_batch(self) -> tuple[list[Finished], bool]:
        """What came within a second of the first, at most 200; False once closed.

        A batch ends early when nothing more comes at once: a lone fetch is not kept waiting.
        """
        first = self._inbox.get()
        if first is None:
            return [], False
        batch = [first]
        deadline = time.monotonic() + BATCH_S
        while len(batch) < MOST_ROWS and (left := deadline - time.monotonic()) > 0:
            try:
                following = self._inbox.get(timeout=min(left, 0.02))
            except queue.Empty:
                break
            if following is None:
                return batch, False
            batch.append(following)
        return batch, True

    def _commit(self, batch: list[Finished]) -> list[Acknowledged]:
        with places_stay(self._archive.folder):  # a revisit names where its body lies
            records = self._write_records(batch)
            return self._store.write(lambda session: [self._put(session, f, records.get(id(f))) for f in batch])

    def _write_records(self, batch: list[Finished]) -> dict[int, StoredRecord]:
        """Put the bodies that something will be read from into the archive, and a line for every look."""

        def ask(session: Session) -> tuple[list[Finished], list[Finished], list[RecordToWrite]]:
            held = [f for f in batch if self._is_held(session, f)]  # what is not is dropped: nothing may adopt it
            archived = to_archive(session, held)
            return held, archived, [record_to_write(session, f, self._archive) for f in archived]

        held, archived, writes = self._store.ask(ask)
        if not held:
            return {}
        ids = {id(f): write.record_id for f, write in zip(archived, writes, strict=True)}
        lines = tuple(look_line(f.look, follow=f.follow, record_id=ids.get(id(f))) for f in held)
        note = NoteToWrite(LOOKS, max(f.look.received_at for f in held), lines)
        places = self._append(writes, note)
        return {id(f): stored_place(place) for f, place in zip(archived, places, strict=True)}

    def _append(self, writes: list[RecordToWrite], note: NoteToWrite) -> tuple[RecordPlace, ...]:
        """Write records and their note; room on a full disk is waited for. Raises OutageError when none comes."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                places = self._archive.append(writes, [note])
            except ArchiveFullError as error:
                outage = OutageError("disk_full", f"the disk is full: {error}")
                self._store.outages.failed(outage, source="archive")
                if self._is_closing.is_set() or time.monotonic() > deadline:
                    raise outage from error
                time.sleep(AGAIN_S)
            else:
                self._store.outages.worked("archive")
                return places

    def _put(self, session: Session, finished: Finished, record: StoredRecord | None) -> Acknowledged:
        look = finished.look
        if not self._is_held(session, finished):
            target = look.target
            named = {"outlet": target.outlet, "channel": target.channel_slug, "host": target.host, "url": target.url}
            log.warning("look.dropped", run=finished.run_id, **named, reason="stale token")
            return Acknowledged(finished, None)
        next_look = after_look(look.target, look.outcome, look.received_at)
        fetch_id = put_fetch(session, look, record, next_look, run_id=finished.run_id)
        if finished.response is not None and finished.response.certificate is not None:
            keep_certificate(session, look.target.host, finished.response.certificate, at=look.requested_at)
        if finished.follow is not None and not leads_away(session, look):
            follow_redirect(session, finished.follow, finished.politeness, now=look.received_at)
            _note_redirect(session, look, finished.follow, fetch_id)
        if record is None and taken_down(session, [finished]):
            refuse_look(session, fetch_id)
            return Acknowledged(finished, fetch_id, is_refused=True)
        return Acknowledged(finished, fetch_id)

    def _is_held(self, session: Session, finished: Finished) -> bool:
        return holds(session, finished.look.target.host, self._owner, finished.token)


def _note_redirect(session: Session, look: Look, follow: NewTarget, fetch_id: int) -> None:
    """An article whose address now leads to another stored article's is that one."""
    target = look.target
    if target.channel_id is not None or target.outlet != follow.outlet:
        return
    keys = (target.url_key, follow.url_key)
    told = note_redirect(session, target.outlet, keys, follow.url, at=look.requested_at, fetch_id=fetch_id)
    if told is not None:
        tell_of_sameness(target.outlet, target.url, fetch_id, told)
