"""States that planning goes by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from domain.frontier import TargetState
from domain.planning import ArticleState, ChannelState
from storage.tables import ArticleRow, ArticleUrlRow, ChannelRow, OutletRow, TargetRow


def channel_states(session: Session, outlets: Collection[str] = ()) -> list[ChannelState]:
    """Channels that the catalogue wants polled and this version can poll; none of ``outlets`` means all."""
    query = (
        select(ChannelRow.id, TargetRow.id, ChannelRow.last_polled_at)
        .join(
            TargetRow,
            and_(TargetRow.channel_id == ChannelRow.id, TargetRow.via_target_id.is_(None)),
        )
        .where(ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))
        .order_by(ChannelRow.id)
    )
    if outlets:
        query = query.where(ChannelRow.outlet.in_(outlets))
    return [ChannelState(channel, target, polled) for channel, target, polled in session.execute(query)]


def article_states(session: Session, *, since: datetime, outlets: Collection[str] = ()) -> list[ArticleState]:
    """Articles first seen at or after ``since`` whose pages may be asked for and are not on their way already.

    An article at several addresses is looked at where it was read first.
    """
    first_url = (
        select(func.min(ArticleUrlRow.id)).where(ArticleUrlRow.article_id == ArticleRow.id).correlate(ArticleRow)
    )
    query = (
        select(ArticleRow, ArticleUrlRow, TargetRow.id, TargetRow.last_fetched_at)
        .join(ArticleUrlRow, ArticleUrlRow.id == first_url.scalar_subquery())
        .join(OutletRow, OutletRow.slug == ArticleRow.outlet)
        .join(
            TargetRow,
            and_(TargetRow.outlet == ArticleUrlRow.outlet, TargetRow.url_key == ArticleUrlRow.url_key),
            isouter=True,
        )
        .where(
            ArticleRow.first_seen_at >= since,
            ArticleRow.merged_into.is_(None),
            OutletRow.page_fetch,
            OutletRow.enabled,
            OutletRow.removed_at.is_(None),
            func.coalesce(TargetRow.state, TargetState.IDLE.value) == TargetState.IDLE.value,
        )
        .order_by(ArticleRow.id)
    )
    if outlets:
        query = query.where(ArticleRow.outlet.in_(outlets))
    return [
        ArticleState(
            article_id=article.id,
            outlet=address.outlet,
            url=address.url,
            url_key=address.url_key,
            target_id=target_id,
            first_seen_at=article.first_seen_at,
            last_looked_at=looked_at or article.first_seen_at,
        )
        for article, address, target_id, looked_at in session.execute(query)
    ]
