"""Looks as fetches, with all that follows from one at once: acknowledged when bytes and rows are on disk."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from domain.frontier import Look, NextLook
from storage.channels import record_failed_poll, record_good_poll
from storage.frontier import set_next_look
from storage.hosts import pause_host
from storage.page_looks import note_page
from storage.parts import note_failed_part, settle_parts
from storage.records import StoredRecord, put_record
from storage.tables import FetchRow, OutletRow, TargetRow
from storage.todos import add_todo
from storage.withdrawals import note_listing


def put_past_fetch(session: Session, look: Look, record: StoredRecord, *, dropped_at: datetime | None = None) -> int:
    """Store a look that another tool made in the past; gives the fetch's id. Nothing of the present follows from it.

    Target, channel and outlet stay as they are; nothing is left to do, for who copies it in reads it at once.
    ``dropped_at``: when its bytes went with an article that was taken down.
    """
    is_gone = dropped_at is not None
    row = _row(look, put_record(session, record, dropped_at=dropped_at, is_taken_down=is_gone), None)
    session.add(row)
    session.flush()
    return row.id


def past_fetch(session: Session, target_id: int, *, at: datetime, body_sha256: str | None) -> tuple[int, bool] | None:
    """The fetch of a target at that time with that body, and whether it was read; None where there is none."""
    found = session.execute(
        select(FetchRow.id, FetchRow.reading)
        .where(FetchRow.target_id == target_id, FetchRow.requested_at == at, FetchRow.body_sha256 == body_sha256)
        .limit(1)
    ).one_or_none()
    return (found.id, found.reading is not None) if found else None


def put_fetch(
    session: Session,
    look: Look,
    record: StoredRecord | None,
    next_look: NextLook,
    *,
    run_id: int | None,
    dropped_at: datetime | None = None,
    is_taken_down: bool = False,
) -> int:
    """Store one look with all that follows from it at once; gives the fetch's id.

    ``dropped_at``: when the bytes of its record went, where they did; ``is_taken_down``: with an article.

    Writes the record, the fetch, the target's next look, the channel's state and gap, the pause the host asked for, and
    a todo when a body is to be read.
    """
    stored = put_record(session, record, dropped_at=dropped_at, is_taken_down=is_taken_down) if record else None
    row = _row(look, stored, run_id)
    session.add(row)
    session.flush()
    set_next_look(session, look.target, next_look)
    session.execute(
        update(TargetRow)
        .where(TargetRow.id == look.target.id)
        .values(last_fetched_at=look.requested_at, last_outcome=look.outcome.value)
    )
    if look.retry_after_s:
        pause_host(session, look.target.host, until=look.received_at + timedelta(seconds=look.retry_after_s))
    if look.outcome.has_body:
        add_todo(session, "read", row.id, now=look.received_at)
    _note_access(session, look)
    if look.target.part_of is not None:
        _note_part(session, look)
    elif look.target.channel_id is not None:
        _note_poll(session, look)
    else:
        note_page(session, look, row.id)
    return row.id


def _row(look: Look, record_id: int | None, run_id: int | None) -> FetchRow:
    return FetchRow(
        target_id=look.target.id,
        outlet=look.target.outlet,
        channel_id=look.target.channel_id,
        run_id=run_id,
        record_id=record_id,
        part_of=look.target.part_of,
        url=look.target.url,
        reason=look.target.reason.value,
        requested_at=look.requested_at,
        received_at=look.received_at,
        due_at=look.target.due_at,
        proxy=look.proxy,
        conditional=look.conditional,
        status=look.status,
        outcome=look.outcome.value,
        error=look.error,
        content_type=look.content_type,
        etag=look.etag,
        last_modified=look.last_modified,
        redirect_to=look.redirect_to,
        retry_after_s=look.retry_after_s,
        max_age_s=look.max_age_s,
        body_sha256=look.body_sha256,
        body_bytes=look.body_bytes,
    )


def _note_access(session: Session, look: Look) -> None:
    """Whether the outlet refuses us, or answered well."""
    outlet = update(OutletRow).where(OutletRow.slug == look.target.outlet)
    if look.outcome is FetchOutcome.REFUSED and look.target.part_of is None:
        session.execute(outlet.where(OutletRow.refusing_since.is_(None)).values(refusing_since=look.requested_at))
    elif look.outcome.is_success:
        session.execute(outlet.values(last_ok_at=look.requested_at, refusing_since=None))


def _note_poll(session: Session, look: Look) -> None:
    channel_id = look.target.channel_id
    assert channel_id is not None
    if look.outcome in {FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED}:
        record_good_poll(session, channel_id, at=look.requested_at, outcome=look.outcome.value, has_new=False)
        note_listing(session, channel_id, at=look.requested_at)
    elif look.outcome not in {FetchOutcome.OK, FetchOutcome.REDIRECTED}:
        record_failed_poll(session, channel_id, at=look.requested_at, outcome=look.outcome.value, detail=look.error)


def _note_part(session: Session, look: Look) -> None:
    """What a look at a further document says of its channel: its poll was counted with the first one."""
    if look.outcome in {FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED}:
        settle_parts(session, look.target, at=look.requested_at)
    elif look.outcome not in {FetchOutcome.OK, FetchOutcome.REDIRECTED}:
        note_failed_part(session, look.target, at=look.requested_at, outcome=look.outcome.value, detail=look.error)
