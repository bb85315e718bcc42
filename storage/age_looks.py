"""The looks at articles that reached an age in a window, for the report of how many ages were met."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

from domain.planning import RecheckSpan, Since
from storage.backfill import was_backfilled
from storage.recheck_counts import showed_it
from storage.rechecks import is_closely_watched, is_fine_time, is_looked_at, recheck_start
from storage.tables import ArticleRow, ArticleUrlRow, FetchRow, OutletRow, TargetRow

_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ArticleLooks:
    """An article and the looks at its page, in order: when each was made, and whether it showed page or absence.

    ``published_at`` is None unless it is known more finely than to the day.
    """

    outlet: str
    first_seen_at: datetime
    published_at: datetime | None
    looks: tuple[tuple[datetime, bool], ...]


def age_looks(
    session: Session,
    span: RecheckSpan,
    *,
    since: datetime,
    now: datetime,
    outlets: Collection[str] = (),
    without_hosts: Collection[str] = (),
) -> Iterator[ArticleLooks]:
    """Articles whose publication lies in ``span``, with the looks from ``since`` to ``now``; at one address each.

    With ``span.closer`` only those that are watched closely by now. Left out: what a backfill brought, what was merged
    into another article, and outlets whose pages are not asked for.
    """
    start = recheck_start(Since.PUBLICATION)
    looked = and_(FetchRow.target_id == TargetRow.id, FetchRow.requested_at >= since, FetchRow.requested_at <= now)
    query = (
        select(
            ArticleRow.id,
            ArticleRow.outlet,
            ArticleRow.first_seen_at,
            case((is_fine_time(), ArticleRow.published_at)).label("published_at"),
            FetchRow.requested_at,
            showed_it().label("is_shown"),
        )
        .join(
            ArticleUrlRow, and_(ArticleUrlRow.article_id == ArticleRow.id, is_looked_at(), ArticleUrlRow.kind != "part")
        )
        .join(OutletRow, OutletRow.slug == ArticleRow.outlet)
        .join(
            TargetRow,
            and_(TargetRow.outlet == ArticleUrlRow.outlet, TargetRow.url_key == ArticleUrlRow.url_key),
            isouter=True,
        )
        .join(FetchRow, looked, isouter=True)
        .where(start > span.after, start <= span.until, ArticleRow.merged_into.is_(None), ~was_backfilled())
        .where(ArticleRow.first_seen_at > span.after, ArticleRow.first_seen_at <= now)
        .where(OutletRow.page_fetch, OutletRow.enabled, OutletRow.removed_at.is_(None))
        .where(*(~ArticleUrlRow.url_key.startswith(f"{one}/", autoescape=True) for one in without_hosts))
        .order_by(ArticleRow.id, FetchRow.requested_at, FetchRow.id)
    )
    if span.closer is not None:
        query = query.where(is_closely_watched())
    if outlets:
        query = query.where(ArticleRow.outlet.in_(outlets))
    rows = session.execute(query.execution_options(yield_per=_ROWS_AT_ONCE))
    for _, grouped in groupby(rows, key=lambda row: row.id):
        of_one = list(grouped)
        looks = tuple((row.requested_at, bool(row.is_shown)) for row in of_one if row.requested_at is not None)
        yield ArticleLooks(of_one[0].outlet, of_one[0].first_seen_at, of_one[0].published_at, looks)
