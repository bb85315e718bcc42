"""Other addresses of an outlet at which the very same was answered: what stands there is no article's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.families import head_of, is_of
from storage.page_looks import articles_behind
from storage.presence import was_served
from storage.tables import ArticleRow, ArticleUrlRow, FetchRow, RecordRow, RevisionRow, TargetRow
from storage.unread import UnreadFetch

_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoredAt:
    """The article that a look is of: its number, and title and text as they were last read."""

    article_id: int
    title: str | None
    text_sha256: str | None


@dataclass(frozen=True, slots=True)
class SameElsewhere:
    """At how many addresses of other articles the same was answered, and whether others were served since the first."""

    addresses: int
    others_served: bool


def stored_at(session: Session, fetch: UnreadFetch) -> tuple[StoredAt, ...]:
    """The articles whose absence a look at this page would show; none where nothing is stored there."""
    ids = articles_behind(session, fetch.target, at=fetch.requested_at)
    rows = session.execute(
        select(ArticleRow.id, ArticleRow.title, RevisionRow.text_sha256)
        .outerjoin(RevisionRow, RevisionRow.id == ArticleRow.latest_revision_id)
        .where(ArticleRow.id.in_(ids))
        .order_by(ArticleRow.id)
    )
    return tuple(StoredAt(*row) for row in rows)


def same_elsewhere(
    session: Session, fetch: UnreadFetch, article_id: int, *, text_sha256: str | None
) -> SameElsewhere | None:
    """Where else the outlet answered the same bytes, or the same text, in the 30 days before; None: nowhere."""
    found = [*_same_bytes(session, fetch, article_id)]
    if text_sha256 is not None:
        found += _same_text(session, fetch, article_id, text_sha256)
    if not found:
        return None
    since = min(at for _, at in found)
    return SameElsewhere(
        addresses=len({article for article, _ in found}),
        others_served=was_served(session, article_id, fetch.target.host, since, fetch.requested_at),
    )


def _same_bytes(session: Session, fetch: UnreadFetch, article_id: int) -> list[tuple[int, datetime]]:
    rows = session.execute(
        select(head_of(), func.min(FetchRow.requested_at))
        .join(ArticleUrlRow, ArticleUrlRow.article_id == ArticleRow.id)
        .join(TargetRow, (TargetRow.outlet == ArticleUrlRow.outlet) & (TargetRow.url_key == ArticleUrlRow.url_key))
        .join(FetchRow, FetchRow.target_id == TargetRow.id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id)
        .where(RecordRow.payload_sha256 == fetch.record.payload_sha256)
        .where(FetchRow.outlet == fetch.target.outlet, FetchRow.channel_id.is_(None))
        .where(FetchRow.requested_at >= fetch.requested_at - _LATELY, FetchRow.requested_at <= fetch.requested_at)
        .where(~is_of(ArticleUrlRow.article_id, article_id))
        .group_by(head_of())
    )
    return [(article, at) for article, at in rows]


def _same_text(session: Session, fetch: UnreadFetch, article_id: int, text_sha256: str) -> list[tuple[int, datetime]]:
    rows = session.execute(
        select(head_of(), func.min(RevisionRow.first_seen_at))
        .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
        .where(RevisionRow.first_seen_at >= fetch.requested_at - _LATELY)
        .where(RevisionRow.first_seen_at <= fetch.requested_at, RevisionRow.number > 1)
        .where(RevisionRow.text_sha256 == text_sha256, ArticleRow.outlet == fetch.target.outlet)
        .where(~is_of(RevisionRow.article_id, article_id))
        .group_by(head_of())
    )
    return [(article, at) for article, at in rows]
