"""Fetches whose bodies are still to be read, and what reading them gave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from domain.fetch import PageReading, Reason
from domain.frontier import NextLook, Target
from storage.frontier import as_target, set_next_look
from storage.records import StoredRecord, stored_record
from storage.tables import ChannelRow, FetchRow, HostRow, RecordRow, TargetRow, TodoRow
from storage.todos import MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class UnreadFetch:
    """A fetch whose body must still be read."""

    fetch_id: int
    target: Target
    via_target_id: int | None
    requested_at: datetime
    content_type: str | None
    max_age_s: int | None
    body_sha256: str | None
    etag: str | None
    last_modified: str | None
    record: StoredRecord


def unread_without_reader(
    session: Session, owner: str, *, limit: int, after_id: int = 0, with_failed: bool = True
) -> list[tuple[int, int, str]]:
    """(todo id, fetch id, archive file) of what was fetched and not read, at hosts that nobody but ``owner`` works on.

    Oldest first. What another crawl fetched and has not read yet is that crawl's to read.
    """
    query = (
        select(TodoRow.id, TodoRow.subject_id, RecordRow.file)
        .join(FetchRow, FetchRow.id == TodoRow.subject_id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .join(HostRow, HostRow.key == TargetRow.host)
        .where(TodoRow.kind == "read", TodoRow.id > after_id)
        .where(TodoRow.attempts < (MOST_ATTEMPTS if with_failed else 1))
        .where(or_(HostRow.owner.is_(None), HostRow.owner == owner))
        .order_by(TodoRow.id)
        .limit(limit)
    )
    return [(row.id, row.subject_id, row.file) for row in session.execute(query)]


def unread_fetch(session: Session, fetch_id: int) -> UnreadFetch | None:
    """All that reading a fetch needs; None when it was read already or has no body."""
    return _to_read(session, fetch_id, FetchRow.reading.is_(None))


def fetch_to_read_again(session: Session, fetch_id: int) -> UnreadFetch:
    """The same of a fetch that was read before."""
    found = _to_read(session, fetch_id, FetchRow.reading.is_not(None))
    assert found is not None
    return found


def any_fetch(session: Session, fetch_id: int) -> UnreadFetch:
    """The same of a fetch with a record, read or not."""
    found = _to_read(session, fetch_id, FetchRow.id == fetch_id)
    assert found is not None
    return found


def _to_read(session: Session, fetch_id: int, condition: ColumnElement[bool]) -> UnreadFetch | None:
    found = session.execute(
        select(FetchRow, TargetRow, RecordRow, ChannelRow.slug, ChannelRow.kind)
        .join(TargetRow, FetchRow.target_id == TargetRow.id)
        .join(ChannelRow, FetchRow.channel_id == ChannelRow.id, isouter=True)
        .join(RecordRow, FetchRow.record_id == RecordRow.id)
        .where(FetchRow.id == fetch_id, condition)
    ).one_or_none()
    if found is None:
        return None
    fetch, target, record, slug, kind = found
    asked = as_target(target, slug, channel_kind=kind)
    return UnreadFetch(
        fetch_id=fetch.id,
        target=replace(asked, url=fetch.url, reason=Reason(fetch.reason), part_of=fetch.part_of),
        via_target_id=target.via_target_id,
        requested_at=fetch.requested_at,
        content_type=fetch.content_type,
        max_age_s=fetch.max_age_s,
        body_sha256=fetch.body_sha256,
        etag=fetch.etag,
        last_modified=fetch.last_modified,
        record=stored_record(record),
    )


def put_past_reading(session: Session, fetch_id: int, reading: PageReading, *, error: str | None) -> None:
    """Store what reading a fetch of the past gave; its target is left as it is."""
    session.execute(update(FetchRow).where(FetchRow.id == fetch_id).values(reading=reading.value, error=error))


def put_reading(
    session: Session,
    unread: UnreadFetch,
    reading: PageReading,
    next_look: NextLook,
    *,
    error: str | None,
    listed: int | None = None,
    known: int | None = None,
    has_validators: bool = True,
) -> None:
    """Store what reading gave: of a poll also how many entries it ``listed``, and how many of these were ``known``.

    Validators are kept only of a body that was what was asked for: otherwise a challenge page's validator would turn
    the next challenge into "not modified", a success. Nor are they without ``has_validators``.
    """
    session.execute(
        update(FetchRow)
        .where(FetchRow.id == unread.fetch_id)
        .values(reading=reading.value, error=error, listed=listed, known=known)
    )
    set_next_look(session, unread.target, next_look)
    if reading is PageReading.SOFT_404:  # it answered, and was not there: no look at another address may go by it
        session.execute(update(TargetRow).where(TargetRow.id == unread.target.id).values(last_outcome=reading.value))
    if reading.is_success:
        validators = (unread.etag, unread.last_modified, unread.body_sha256) if has_validators else (None,) * 3
        session.execute(
            update(TargetRow)
            .where(TargetRow.id == unread.target.id)
            .values(dict(zip(("etag", "last_modified", "body_sha256"), validators, strict=True)))
        )
        session.execute(
            update(TargetRow)
            .where(TargetRow.id == unread.target.id, TargetRow.via_target_id.is_(None))
            .values(redirects=0)
        )
