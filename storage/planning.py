"""States that planning goes by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from domain.frontier import TargetState
from domain.planning import ArticleState, ChannelState
from storage.backfill import was_backfilled
from storage.tables import ArticleRow, ArticleUrlRow, ChannelRow, OutletRow, TargetRow


def channel_states(session: Session, outlets: Collection[str] = ()) -> list[ChannelState]:
    """Channels that the catalogue wants polled and this version can poll; none of ``outlets`` means all.

    A poll counts from its look on: one whose crawl was killed before its body was read is not made again at once.
    """
    query = (
        select(ChannelRow.id, TargetRow.id, ChannelRow.last_polled_at, TargetRow.last_fetched_at)
        .join(
            TargetRow,
            and_(TargetRow.channel_id == ChannelRow.id, TargetRow.via_target_id.is_(None)),
        )
        .where(ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))
        .order_by(ChannelRow.id)
    )
    if outlets:
        query = query.where(ChannelRow.outlet.in_(outlets))
    return [
        ChannelState(channel, target, max(filter(None, looks), default=None))
        for channel, target, *looks in session.execute(query)
    ]


def article_states(
    session: Session,
    *,
    since: datetime,
    looked_before: datetime,
    turns: tuple[int, int],
    after_id: int = 0,
    limit: int = 1_000_000,
    outlets: Collection[str] = (),
) -> list[ArticleState]:
    """Articles first seen since ``since`` whose pages may be asked for and are not on their way already, in that order.

    Of those seen at ``since`` itself the ones behind ``after_id``, so that batch can follow on batch. Only those last
    looked at before ``looked_before``, and of (n, all) ``turns`` those whose id divided by ``all`` leaves less than n.
    An article at several addresses is looked at where it was read first, one in parts at each of them.
    """
    first_url = (
        select(func.min(ArticleUrlRow.id)).where(ArticleUrlRow.article_id == ArticleRow.id).correlate(ArticleRow)
    )
    looked_at = func.coalesce(TargetRow.last_fetched_at, ArticleRow.first_seen_at)
    query = (
        select(
            ArticleRow.id,
            ArticleRow.first_seen_at,
            ArticleUrlRow.outlet,
            ArticleUrlRow.url,
            ArticleUrlRow.url_key,
            TargetRow.id.label("target_id"),
            TargetRow.last_fetched_at,
        )
        .join(
            ArticleUrlRow,
            and_(
                ArticleUrlRow.article_id == ArticleRow.id,
                or_(ArticleUrlRow.id == first_url.scalar_subquery(), ArticleUrlRow.kind == "part"),
            ),
        )
        .join(OutletRow, OutletRow.slug == ArticleRow.outlet)
        .join(
            TargetRow,
            and_(TargetRow.outlet == ArticleUrlRow.outlet, TargetRow.url_key == ArticleUrlRow.url_key),
            isouter=True,
        )
        .where(
            ArticleRow.first_seen_at >= since,
            or_(ArticleRow.first_seen_at > since, ArticleRow.id > after_id),
            ArticleRow.first_seen_at < looked_before,
            ArticleRow.id % turns[1] < turns[0],
            ArticleRow.merged_into.is_(None),
            ~was_backfilled(),
            OutletRow.page_fetch,
            OutletRow.enabled,
            OutletRow.removed_at.is_(None),
            func.coalesce(TargetRow.state, TargetState.IDLE.value) == TargetState.IDLE.value,
            looked_at < looked_before,
        )
        .order_by(ArticleRow.first_seen_at, ArticleRow.id, ArticleUrlRow.id)
        .limit(limit)
    )
    if outlets:
        query = query.where(ArticleRow.outlet.in_(outlets))
    return [
        ArticleState(
            article_id=row.id,
            outlet=row.outlet,
            url=row.url,
            url_key=row.url_key,
            target_id=row.target_id,
            first_seen_at=row.first_seen_at,
            last_looked_at=row.last_fetched_at or row.first_seen_at,
        )
        for row in session.execute(query)
    ]
