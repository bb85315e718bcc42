"""What was edited or no longer served after it was published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from domain.fetch import FetchOutcome
from storage.digest_facts import EditFact, RemovalFact
from storage.edit_pairs import pairs_seen
from storage.families import place_in_history
from storage.ledger import ledger_of
from storage.tables import ArticleRow, ArticleUrlRow, FetchRow, RevisionRow, TargetRow

Window = tuple[datetime, datetime]
_GONE = (FetchOutcome.NOT_FOUND.value, FetchOutcome.GONE.value)


def edits(session: Session, window: Window) -> tuple[EditFact, ...]:
    """Second and later revisions first seen in the window, each beside the one before and with what the ledger says."""
    found = pairs_seen(session, window)
    told = ledger_of(session, [pair.revision_id for pair in found])
    return tuple(
        EditFact(
            article_id=pair.article_id,
            outlet=pair.outlet,
            url=pair.url,
            last_old_at=pair.last_old_at,
            first_new_at=pair.first_new_at,
            old_revision=pair.old_number,
            new_revision=pair.new_number,
            old_title=pair.old.title,
            new_title=pair.new.title,
            old_text=pair.old.text,
            new_text=pair.new.text,
            new_sha256=pair.new_sha256,
            language=pair.language,
            is_ours=pair.is_ours,
            old_authors=pair.old.authors,
            new_authors=pair.new.authors,
            is_confirmed=pair.is_confirmed,
            ledger=told.get(pair.revision_id),
        )
        for pair in found
    )


def removals(session: Session, window: Window) -> tuple[RemovalFact, ...]:
    """Articles that became suspected in the window and still are, with the looks answered 404 or 410 since."""
    suspected = (
        select(ArticleRow.id)
        .where(ArticleRow.state != "live", ArticleRow.merged_into.is_(None))
        .where(ArticleRow.state_at >= window[0], ArticleRow.state_at < window[1])
    )
    member, stored_as = aliased(ArticleRow), aliased(ArticleRow)
    looked = (
        select(
            ArticleRow.id.label("article_id"),
            func.count(FetchRow.id.distinct()).label("looks"),
            func.max(FetchRow.requested_at).label("last_at"),
        )
        .join(member, or_(member.id == ArticleRow.id, member.merged_into == ArticleRow.id))
        .join(ArticleUrlRow, ArticleUrlRow.article_id == member.id)
        .join(TargetRow, and_(TargetRow.outlet == ArticleUrlRow.outlet, TargetRow.url_key == ArticleUrlRow.url_key))
        .join(FetchRow, FetchRow.target_id == TargetRow.id)
        .where(ArticleRow.id.in_(suspected), FetchRow.outcome.in_(_GONE))
        .where(FetchRow.requested_at >= ArticleRow.state_at, FetchRow.requested_at < window[1])
        .group_by(ArticleRow.id)
        .subquery()
    )
    number = place_in_history(RevisionRow, stored_as)
    rows = session.execute(
        select(ArticleRow, looked.c.looks, looked.c.last_at, number, RevisionRow.text_sha256)
        .outerjoin(looked, looked.c.article_id == ArticleRow.id)
        .outerjoin(RevisionRow, RevisionRow.id == ArticleRow.latest_revision_id)
        .outerjoin(stored_as, stored_as.id == RevisionRow.article_id)
        .where(ArticleRow.id.in_(suspected))
        .order_by(ArticleRow.state_at, ArticleRow.id)
    )
    return tuple(
        RemovalFact(
            article_id=article.id,
            outlet=article.outlet,
            url=article.url,
            status=article.state_status or 404,
            first_gone_at=article.state_at,
            last_gone_at=last_at or article.state_at,
            looks_gone=looks or 1,
            last_served_at=min(article.last_seen_at, article.state_at),
            title=article.title,
            language=article.language,
            revision=place,
            text_sha256=text_sha256,
        )
        for article, looks, last_at, place, text_sha256 in rows
    )
