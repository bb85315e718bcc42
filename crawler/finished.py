"""What of finished looks goes into the archive, and as which records."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.archive import ArchiveWriter, Provenance, RecordRef, RecordToWrite
from crawler.fetch.engine import Rendering
from domain.fetch import FetchOutcome, Reason, Response
from domain.frontier import Look, NewTarget
from domain.outlet import Politeness
from storage import Session
from storage.drops import had_these_bytes_dropped
from storage.records import record_with_payload
from storage.takedowns import keys_taken_down


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


def to_archive(session: Session, held: Sequence[Finished]) -> list[Finished]:
    """The looks whose bodies are archived: not those of what was taken down, nor a list once more that went with it."""
    refused = taken_down(session, held)
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


def taken_down(session: Session, batch: Iterable[Finished]) -> set[tuple[str, str]]:
    """The addresses of pages among these that stand for something that was taken down."""
    return keys_taken_down(session, [_address(f.look) for f in batch if f.look.target.channel_id is None])


def _is_archived(look: Look) -> bool:
    """Bodies that are read, and the answers that say an article is gone."""
    if look.outcome.has_body or look.outcome is FetchOutcome.SAME_CONTENT:
        return True
    is_gone = look.outcome in {FetchOutcome.NOT_FOUND, FetchOutcome.GONE}
    return is_gone and look.target.channel_id is None and look.target.reason is Reason.RECHECK


def record_to_write(session: Session, finished: Finished, archive: ArchiveWriter) -> RecordToWrite:
    """The record of a look that is archived; bytes that lie there already are referred to."""
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
