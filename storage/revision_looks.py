"""How often an article's page was seen unchanged after each of its revisions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading
from storage.families import is_of
from storage.tables import ArticleUrlRow, FetchRow, RevisionRow, TargetRow

_SAME = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)


@dataclass(frozen=True, slots=True)
class LaterLooks:
    """Good looks at an article's pages after a revision was first seen and before the next one was."""

    count: int
    last_at: datetime


def later_looks(session: Session, article_id: int) -> Mapping[int, LaterLooks]:
    """By the revision's place in the article's history, counted from 1; a revision without later looks is left out.

    ``article_id`` is the article that stands; looks at what was merged into it count too. A look that gave another text
    begins another revision, so each of those counted gave the same one.
    """
    firsts = list(
        session.scalars(
            select(RevisionRow.first_seen_at)
            .where(is_of(RevisionRow.article_id, article_id))
            .order_by(RevisionRow.first_seen_at, RevisionRow.id)
        )
    )
    looks = (
        select(FetchRow.requested_at)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .join(
            ArticleUrlRow,
            and_(ArticleUrlRow.outlet == TargetRow.outlet, ArticleUrlRow.url_key == TargetRow.url_key),
        )
        .where(is_of(ArticleUrlRow.article_id, article_id))
        .where(or_(FetchRow.outcome.in_(_SAME), FetchRow.reading == PageReading.ARTICLE.value))
        .where(FetchRow.channel_id.is_(None))
        .distinct()
        .order_by(FetchRow.requested_at)
    )
    first_looks, found = frozenset(firsts), dict[int, LaterLooks]()
    for at in session.scalars(looks):
        place = bisect_left(firsts, at)
        if place and at not in first_looks:
            before = found.get(place)
            found[place] = LaterLooks(before.count + 1 if before else 1, at)
    return found
