"""Looks as fetches, with all that follows from one at once: acknowledged when bytes and rows are on disk."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from domain.frontier import Look, NextLook, Target
from storage.channels import record_failed_poll, record_good_poll
from storage.frontier import set_next_look
from storage.hosts import pause_host
from storage.records import StoredRecord, put_record
from storage.tables import ArticleRow, ArticleUrlRow, FetchRow, OutletRow, TargetRow
from storage.todos import add_todo


def put_fetch(
    session: Session, look: Look, record: StoredRecord | None, next_look: NextLook, *, run_id: int | None
) -> int:
    """Store one look with all that follows from it at once; gives the fetch's id.

    Writes the record, the fetch, the target's next look, the channel's state and gap, the pause the host asked for, and
    a todo when a body is to be read.
    """
    record_pk = put_record(session, record) if record else None
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
