"""Fetches and the records they left: acknowledged when the bytes are on disk and these rows are committed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import Look, NextLook, Target
from storage.channels import record_failed_poll, record_good_poll
from storage.frontier import set_next_look
from storage.hosts import pause_host
from storage.tables import ArticleRow, ArticleUrlRow, ChannelRow, FetchRow, OutletRow, RecordRow, TargetRow
from storage.todos import add_todo


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """Where a response stands in the archive. ``payload_sha256`` is of the body as received."""

    record_id: str
    file: str
    offset: int
    length: int
    kind: str
    payload_sha256: str


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


def put_fetch(
    session: Session, look: Look, record: StoredRecord | None, next_look: NextLook, *, run_id: int | None
) -> int:
    """Store one look with all that follows from it at once; gives the fetch's id.

    Writes the record, the fetch, the target's next look, the channel's state and gap, the pause the host asked for, and
    a todo when a body is to be read.
    """
    record_pk = _put_record(session, record) if record else None
    row = FetchRow(
        target_id=look.target.id,
        outlet=look.target.outlet,
        channel_id=look.target.channel_id,
        run_id=run_id,
        record_id=record_pk,
        url=look.target.url,
        reason=look.target.reason.value,
        requested_at=look.requested_at,
        received_at=look.received_at,
        due_at=look.target.due_at,
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
    session.add(row)
    session.flush()
    set_next_look(session, look.target.id, next_look)
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
    if look.target.channel_id is not None:
        _note_poll(session, look)
    else:
        _note_page(session, look)
    return row.id


def _put_record(session: Session, record: StoredRecord) -> int:
    row = RecordRow(
        record_id=record.record_id,
        file=record.file,
        offset=record.offset,
        length=record.length,
        kind=record.kind,
        payload_sha256=record.payload_sha256,
    )
    session.add(row)
    session.flush()
    return row.id


def _note_access(session: Session, look: Look) -> None:
    """Whether the outlet refuses us, or answered well."""
    outlet = update(OutletRow).where(OutletRow.slug == look.target.outlet)
    if look.outcome is FetchOutcome.REFUSED:
        session.execute(outlet.where(OutletRow.refusing_since.is_(None)).values(refusing_since=look.requested_at))
    elif look.outcome.is_success:
        session.execute(outlet.values(last_ok_at=look.requested_at, refusing_since=None))


def _note_poll(session: Session, look: Look) -> None:
    channel_id = look.target.channel_id
    assert channel_id is not None
    if look.outcome in {FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED}:
        record_good_poll(session, channel_id, at=look.requested_at, outcome=look.outcome.value, has_new=False)
    elif look.outcome not in {FetchOutcome.OK, FetchOutcome.REDIRECTED}:
        record_failed_poll(session, channel_id, at=look.requested_at, outcome=look.outcome.value, detail=look.error)


def _note_page(session: Session, look: Look) -> None:
    """What a look says of an article that is stored already: still there, or no longer served."""
    article_id = article_of(session, look.target)
    if article_id is None:
        return
    article = update(ArticleRow).where(ArticleRow.id == article_id)
    if look.outcome in {FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED}:
        session.execute(article.values(last_seen_at=look.requested_at))
        mark_live(session, article_id, at=look.requested_at)
    elif look.outcome in {FetchOutcome.NOT_FOUND, FetchOutcome.GONE}:
        session.execute(
            article.where(ArticleRow.state == "live").values(
                state="suspected", state_at=look.requested_at, state_status=look.status
            )
        )


def mark_live(session: Session, article_id: int, *, at: datetime) -> None:
    """The article answers again."""
    session.execute(
        update(ArticleRow)
        .where(ArticleRow.id == article_id, ArticleRow.state != "live")
        .values(state="live", state_at=at, state_status=None)
    )


def article_of(session: Session, target: Target) -> int | None:
    """The article known at a target's address, or None."""
    return session.scalar(
        select(ArticleUrlRow.article_id).where(
            ArticleUrlRow.outlet == target.outlet, ArticleUrlRow.url_key == target.url_key
        )
    )


def unread_fetch(session: Session, fetch_id: int) -> UnreadFetch | None:
    """All that reading a fetch needs; None when it was read already or has no body."""
    return _to_read(session, fetch_id, FetchRow.reading.is_(None))


def fetch_to_read_again(session: Session, fetch_id: int) -> UnreadFetch:
    """The same of a fetch that was read before."""
    found = _to_read(session, fetch_id, FetchRow.reading.is_not(None))
    assert found is not None
    return found


def _to_read(session: Session, fetch_id: int, condition: ColumnElement[bool]) -> UnreadFetch | None:
    found = session.execute(
        select(FetchRow, TargetRow, RecordRow, ChannelRow.slug)
        .join(TargetRow, FetchRow.target_id == TargetRow.id)
        .join(ChannelRow, FetchRow.channel_id == ChannelRow.id, isouter=True)
        .join(RecordRow, FetchRow.record_id == RecordRow.id)
        .where(FetchRow.id == fetch_id, condition)
    ).one_or_none()
    if found is None:
        return None
    fetch, target, record, channel_slug = found
    return UnreadFetch(
        fetch_id=fetch.id,
        target=Target(
            id=target.id,
            outlet=target.outlet,
            url=fetch.url,
            url_key=target.url_key,
            host=target.host,
            reason=Reason(fetch.reason),
            channel_id=target.channel_id,
            channel_slug=channel_slug,
            redirects=target.redirects,
            attempts=target.attempts,
        ),
        via_target_id=target.via_target_id,
        requested_at=fetch.requested_at,
        content_type=fetch.content_type,
        max_age_s=fetch.max_age_s,
        body_sha256=fetch.body_sha256,
        etag=fetch.etag,
        last_modified=fetch.last_modified,
        record=_stored_record(record),
    )


def _stored_record(row: RecordRow) -> StoredRecord:
    return StoredRecord(row.record_id, row.file, row.offset, row.length, row.kind, row.payload_sha256)


def put_reading(
    session: Session,
    unread: UnreadFetch,
    reading: PageReading,
    next_look: NextLook,
    *,
    error: str | None,
    listed: int | None = None,
    known: int | None = None,
) -> None:
    """Store what reading gave: of a poll also how many entries it ``listed``, and how many of these were ``known``.

    Validators are kept only of a body that was what was asked for.

    Otherwise a challenge page's validator would turn the next challenge into "not modified", a success.
    """
    session.execute(
        update(FetchRow)
        .where(FetchRow.id == unread.fetch_id)
        .values(reading=reading.value, error=error, listed=listed, known=known)
    )
    set_next_look(session, unread.target.id, next_look)
    if reading.is_success:
        session.execute(
            update(TargetRow)
            .where(TargetRow.id == unread.target.id)
            .values(etag=unread.etag, last_modified=unread.last_modified, body_sha256=unread.body_sha256)
        )
        session.execute(
            update(TargetRow)
            .where(TargetRow.id == unread.target.id, TargetRow.via_target_id.is_(None))
            .values(redirects=0)
        )


def known_records(session: Session, record_ids: Collection[str]) -> set[str]:
    """Which of these archive records a row names already."""
    return set(session.scalars(select(RecordRow.record_id).where(RecordRow.record_id.in_(record_ids))))


def record_with_payload(session: Session, payload: bytes, url: str) -> tuple[StoredRecord, datetime] | None:
    """The latest whole record of the same address with the very same payload, and when it was asked for.

    A new record can refer to it instead of holding the bytes again.
    """
    found = session.execute(
        select(RecordRow, FetchRow.requested_at)
        .join(FetchRow, FetchRow.record_id == RecordRow.id)
        .where(
            RecordRow.payload_sha256 == hashlib.sha256(payload).hexdigest(),
            RecordRow.kind == "response",
            FetchRow.url == url,
        )
        .order_by(RecordRow.id.desc())
        .limit(1)
    ).one_or_none()
    return (_stored_record(found[0]), found[1]) if found else None


def last_offset_named(session: Session, file: str) -> int:
    """Bytes of an archive file up to the end of the last record that a row names; 0 when none does."""
    row = session.execute(
        select(RecordRow.offset, RecordRow.length)
        .where(RecordRow.file == file)
        .order_by(RecordRow.offset.desc())
        .limit(1)
    ).one_or_none()
    return row.offset + row.length if row else 0


def target_by_id(session: Session, target_id: int) -> Target | None:
    """A target as it stands, for a record adopted from the archive; None when it is gone."""
    row = session.get(TargetRow, target_id)
    if row is None:
        return None
    return Target(
        id=row.id,
        outlet=row.outlet,
        url=row.url,
        url_key=row.url_key,
        host=row.host,
        reason=Reason(row.reason),
        channel_id=row.channel_id,
        redirects=row.redirects,
        attempts=row.attempts,
    )
