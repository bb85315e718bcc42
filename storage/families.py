"""Articles that turned out to be one: the one that stands, and those merged into it. No row of theirs is moved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage.tables import ArticleRow, RevisionRow


def head_of(article: Any = ArticleRow) -> ColumnElement[int]:  # the table or an alias of it
    """The number of the article that stands for this one: itself, or what it was merged into."""
    return func.coalesce(article.merged_into, article.id)


def family_of(session: Session, article: ArticleRow) -> list[int]:
    """The article that stands and all that were merged into it, in order."""
    head = article.merged_into or article.id
    return list(
        session.scalars(
            select(ArticleRow.id)
            .where(or_(ArticleRow.id == head, ArticleRow.merged_into == head))
            .order_by(ArticleRow.id)
        )
    )


def is_of(owner: InstrumentedAttribute[int], head: int) -> ColumnElement[bool]:
    """Whether the article that ``owner`` names is the one that stands as ``head``, or merged into it."""
    member = aliased(ArticleRow)
    return owner.in_(select(member.id).where(or_(member.id == head, member.merged_into == head)))


def place_in_history(revision: Any, article: Any) -> ColumnElement[int]:  # tables or aliases of them
    """A revision's number in the one history of its article: by time over all that are one, else its own."""
    other, member = aliased(RevisionRow), aliased(ArticleRow)
    head = head_of(article)
    is_earlier = or_(
        other.first_seen_at < revision.first_seen_at,
        (other.first_seen_at == revision.first_seen_at) & (other.id <= revision.id),
    )
    counted = (
        select(func.count(other.id))
        .join(member, member.id == other.article_id)
        .where(or_(member.id == head, member.merged_into == head), is_earlier)
        .scalar_subquery()
    )
    joined = aliased(ArticleRow)
    is_family = or_(
        article.merged_into.is_not(None), select(joined.id).where(joined.merged_into == article.id).exists()
    )
    return case((is_family, counted), else_=revision.number)
