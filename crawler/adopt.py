"""Whole records that no row names: written by a crawl that was killed before its transaction. They become fetches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import structlog

from crawler.archive import ArchivedResponse, RecordPlace, Slot, archive_files, next_record, scan, slot_names
from crawler.decide import after_look
from crawler.fetch.freshness import max_age_s
from crawler.fetch.kinds import FetchKind, fetch_kind
from crawler.fetch.outcome import one_line, outcome_of_response
from domain.errors import ArchiveError, SlotHeldError
from domain.fetch import Response
from domain.frontier import Look, Target
from domain.urls import url_key
from outlets.templates import is_of, is_template
from storage import Session, Store
from storage.archive_lock import places_stay
from storage.fetches import put_fetch
from storage.frontier import target_by_id
from storage.records import StoredRecord, known_records, last_offset_named

log = structlog.get_logger()


def adopt_left_behind(store: Store, archive: Path, *, own_slot: str, machine_slot: str) -> int:
    """``adopt_records`` for the slot this process holds and for every other one of this machine that nobody holds now.

    Other machines' slots in a shared folder are theirs: a lock that does not reach over the network would have us give
    rows to records that a living writer is about to acknowledge.
    """
    with places_stay(archive):
        return _adopt_all(store, archive, own_slot=own_slot, machine_slot=machine_slot)


def _adopt_all(store: Store, archive: Path, *, own_slot: str, machine_slot: str) -> int:
    adopted = adopt_records(store, archive, slot=own_slot)
    for name in slot_names(archive):
        if name == own_slot or not _is_slot_of(name, machine_slot):
            continue
        try:
            slot = Slot(archive, name, wait_s=0)
        except SlotHeldError:  # its writer lives and will see to it
            continue
        try:
            adopted += adopt_records(store, archive, slot=name)
        finally:
            slot.release()
    return adopted


def _is_slot_of(name: str, machine_slot: str) -> bool:
    """Whether it is ``machine_slot`` or one of its further numbers."""
    return name == machine_slot or name.removeprefix(f"{machine_slot}-").isdigit()


def adopt_records(store: Store, archive: Path, *, slot: str) -> int:
    """Give a row to each whole record of this writer slot's last files that has none; gives their number.

    Call it while holding the slot, so that nobody is writing these files.
    """
    adopted = 0
    for file in archive_files(archive):
        if not file.startswith(f"parallax-{slot}-") or not file.removeprefix(f"parallax-{slot}-")[:14].isdigit():
            continue
        with store.read() as session:
            start = last_offset_named(session, file)
        records = list(_whole_records(archive, file, start))
        if records:
            adopted += store.write(lambda session, records=records: _adopt(session, records))  # type: ignore[misc]
    if adopted:
        log.info("records.adopted", records=adopted, slot=slot)
    return adopted


def _whole_records(archive: Path, file: str, start: int) -> Iterator[ArchivedResponse]:
    """The records from ``start`` on; a damaged one is told of and passed over, never a reason not to start."""
    offset: int | None = start
    while offset is not None:
        try:
            yield from scan(archive, file, offset)
            return
        except ArchiveError as error:
            log.error("record.damaged", file=file, offset=error.offset, error=str(error))
            behind = (error.offset if error.offset is not None else offset) + 1
            offset = next_record(archive, file, behind)


def _adopt(session: Session, records: list[ArchivedResponse]) -> int:
    known = known_records(session, [r.place.record_id for r in records])
    return sum(_adopt_one(session, r) for r in records if r.place.record_id not in known)


def _adopt_one(session: Session, record: ArchivedResponse) -> bool:
    """A row for a record, as if its crawl had lived; False where its target is not on the frontier.

    A restored database gives numbers again that records behind the backup know other targets by, so the address counts.
    """
    target_id = record.provenance.target_id
    target = target_by_id(session, target_id) if target_id is not None else None
    if target is None or not _is_at(target, record.response.url):
        return False
    look = look_of_record(target, record.response, proxy=record.provenance.proxy)
    next_look = after_look(target, look.outcome, look.received_at)
    put_fetch(session, look, stored_place(record.place), next_look, run_id=None)
    return True


def look_of_record(
    target: Target, response: Response, *, previous_sha256: str | None = None, proxy: str | None = None
) -> Look:
    """The look that an archived response was; ``previous_sha256``: of the last whole body of this address."""
    # What was archived was within the limit of its kind when it came; a page may have been a document.
    kind = FetchKind.DOCUMENT if target.channel_id is None else fetch_kind(target.channel_kind)
    verdict = outcome_of_response(response, kind=kind, previous_sha256=previous_sha256)
    return Look(
        target=replace(target, url=response.url) if is_template(target.url) or target.is_again else target,
        requested_at=response.requested_at,
        received_at=response.received_at,
        conditional=False,
        outcome=verdict.outcome,
        status=response.status,
        error=verdict.error,
        content_type=content_type_of(response.headers),
        etag=verdict.etag,
        last_modified=verdict.last_modified,
        redirect_to=verdict.redirect_to,
        retry_after_s=verdict.retry_after_s,
        max_age_s=max_age_s(response.headers),
        body_sha256=verdict.body_sha256,
        body_bytes=len(verdict.body) if verdict.body_sha256 else None,
        proxy=proxy,
    )


def stored_place(place: RecordPlace) -> StoredRecord:
    """Where a record lies, as the store keeps it."""
    return StoredRecord(
        record_id=place.record_id,
        file=place.file,
        offset=place.offset,
        length=place.length,
        kind="revisit" if place.is_revisit else "response",
        payload_sha256=place.payload_sha256,
    )


def _is_at(target: Target, url: str) -> bool:
    """Whether a target is at this address, or at one with places that it fills, or was there by turns."""
    if target.is_again:
        return url_key(target.url).partition("?")[0] == url_key(url).partition("?")[0]
    return is_of(target.url, url) if is_template(target.url) else url_key(target.url) == url_key(url)


def content_type_of(headers: tuple[tuple[str, str], ...]) -> str | None:
    """The Content-Type header on one printable line; None when there is none."""
    return next((one_line(value) for name, value in headers if name.lower() == "content-type"), None)
