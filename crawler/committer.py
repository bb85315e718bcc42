"""Acknowledges fetches: up to a second of responses to the archive, one fsync, then one transaction with their rows.

A look counts once its record is on disk and its row committed. One thread does both, in that order, so that a row never
names bytes that are not there.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from crawler.adopt import stored_place
from crawler.archive import ArchiveWriter, NoteToWrite, Provenance, RecordPlace, RecordRef, RecordToWrite
from crawler.decide import after_look
from crawler.fetch.engine import Rendering
from crawler.journal import LOOKS, look_line
from crawler.telling import tell_of_sameness
from domain.errors import ArchiveFullError, OutageError, ParallaxError
from domain.fetch import FetchOutcome, Reason, Response
from domain.frontier import Look, NewTarget
from domain.outlet import Politeness
from storage import Session, Store
from storage.archive_lock import places_stay
from storage.drops import had_these_bytes_dropped
from storage.fetches import put_fetch
from storage.hosts import holds, keep_certificate
from storage.merging import note_redirect
from storage.page_looks import leads_away
from storage.parts import follow_redirect
from storage.records import StoredRecord, record_with_payload
from storage.takedowns import keys_taken_down, refuse_look

log = structlog.get_logger()

BATCH_S = 1.0
MOST_ROWS = 200
PATIENCE_S = 60.0  # for a full disk under the archive
AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Finished:
    """A look that ended, on its way into the store. ``follow`` is where a redirect leads."""

    look: Look
    response: Response | None
    run_id: int
    token: int
    politeness: Politeness
    follow: NewTarget | None = None
    rendering: Rendering | None = None


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
        # What is not held is dropped below, so nothing may adopt it.
        held = self._store.ask(lambda session: [f for f in batch if self._is_held(session, f)])
        if not held:
            return {}
        archived = self._store.ask(lambda session: _to_archive(session, held))
        writes = self._store.ask(lambda session: [_record_to_write(session, f, self._archive) for f in archived])
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
        if record is None and _refused(session, [finished]):
            refuse_look(session, fetch_id)
            return Acknowledged(finished, fetch_id, is_refused=True)
        return Acknowledged(finished, fetch_id)

    def _is_held(self, session: Session, finished: Finished) -> bool:
        return holds(session, finished.look.target.host, self._owner, finished.token)


def _to_archive(session: Session, held: Sequence[Finished]) -> list[Finished]:
    """The looks whose bodies are archived: not those of what was taken down, nor a list once more that went with it."""
    refused = _refused(session, held)
    return [
        f
        for f in held
        if f.response is not None
        and _is_archived(f.look)
        and _address(f.look) not in refused
        and not (f.look.outcome is FetchOutcome.SAME_CONTENT and _went(session, f.response))
    ]


def _went(session: Session, response: Response) -> bool:
    return had_these_bytes_dropped(session, hashlib.sha256(response.body).hexdigest())


def _address(look: Look) -> tuple[str, str]:
    return look.target.outlet, look.target.url_key


def _refused(session: Session, batch: Iterable[Finished]) -> set[tuple[str, str]]:
    """The addresses of pages among these that stand for something that was taken down."""
    return keys_taken_down(session, [_address(f.look) for f in batch if f.look.target.channel_id is None])


def _note_redirect(session: Session, look: Look, follow: NewTarget, fetch_id: int) -> None:
    """An article whose address now leads to another stored article's is that one."""
    target = look.target
    if target.channel_id is not None or target.outlet != follow.outlet:
        return
    keys = (target.url_key, follow.url_key)
    told = note_redirect(session, target.outlet, keys, follow.url, at=look.requested_at, fetch_id=fetch_id)
    if told is not None:
        tell_of_sameness(target.outlet, target.url, fetch_id, told)


def _is_archived(look: Look) -> bool:
    """Bodies that are read, and the answers that say an article is gone."""
    if look.outcome.has_body or look.outcome is FetchOutcome.SAME_CONTENT:
        return True
    is_gone = look.outcome in {FetchOutcome.NOT_FOUND, FetchOutcome.GONE}
    return is_gone and look.target.channel_id is None and look.target.reason is Reason.RECHECK


def _record_to_write(session: Session, finished: Finished, archive: ArchiveWriter) -> RecordToWrite:
    response, target = finished.response, finished.look.target
    assert response is not None
    return RecordToWrite(
        record_id=uuid.uuid4().urn,
        response=response,
        provenance=Provenance(
            outlet=target.outlet,
            reason=target.reason,
            channel=target.channel_slug,
            target_id=target.id,
            proxy=finished.look.proxy,
            renderer=finished.rendering.renderer if finished.rendering else None,
        ),
        raw=finished.rendering.raw if finished.rendering else None,
        duplicate_of=_same_payload(session, response, archive),
    )


def _same_payload(session: Session, response: Response, archive: ArchiveWriter) -> RecordRef | None:
    """The record that holds these very bytes of this address already, where it can be read from this archive.

    Another machine's record in a folder of its own is no place to refer to: the body is written once more.
    """
    found = record_with_payload(session, response.body, response.url)
    if found is None or not archive.has_file(found[0].file):
        return None
    record, requested_at = found
    return RecordRef(
        record_id=record.record_id,
        url=response.url,
        requested_at=requested_at,
        file=record.file,
        offset=record.offset,
        payload_sha256=record.payload_sha256,
    )
