"""What persons decided about articles being one, told by addresses, so that it outlives a database made anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.sameness import Evidence
from storage.merging import merge, unmerge
from storage.sameness import Join, is_barred
from storage.tables import ArticleMergeRow, ArticleRow, ArticleUrlRow


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision about two articles by what they are, not by their numbers: for a journal, and to redo it.

    Addresses are url keys that the articles were first known by. ``undone_at`` None: they are one.
    """

    outlet: str
    url_key: str
    into_url_key: str
    reason: str
    decided_at: datetime
    undone_at: datetime | None = None
    undone_reason: str | None = None


def persons_decisions(session: Session) -> list[Decision]:
    """All decisions in which a person had a word, in order: merges by hand, and merges that were taken back."""
    query = (
        select(ArticleMergeRow, ArticleRow.outlet)
        .join(ArticleRow, ArticleRow.id == ArticleMergeRow.article_id)
        .where(or_(ArticleMergeRow.evidence == Evidence.PERSON.value, ArticleMergeRow.undone_at.is_not(None)))
        .order_by(ArticleMergeRow.id)
    )
    return [_decision(session, row, outlet) for row, outlet in session.execute(query)]


def decision_on(session: Session, article_id: int) -> Decision:
    """The last one about an article that was merged, or stands by itself again."""
    last = session.scalars(
        select(ArticleMergeRow)
        .where(ArticleMergeRow.article_id == article_id)
        .order_by(ArticleMergeRow.id.desc())
        .limit(1)
    ).one()
    return _decision(session, last, session.get_one(ArticleRow, article_id).outlet)


def redo(session: Session, decision: Decision) -> bool:
    """Apply a decision to a store that was made anew; doing it twice is harmless. False where an article is not there.

    A merge that was taken back is noted as such, whether the store has made it again or not.
    """
    ends = [_at_key(session, decision.outlet, key) for key in (decision.url_key, decision.into_url_key)]
    if ends[0] is None or ends[1] is None:
        return False
    one, other = ends[0], ends[1]
    if decision.undone_at is None:
        merge(session, one, Join(other, Evidence.PERSON, decision.reason), at=decision.decided_at)
    elif is_barred(session, one, other) is None:
        _redo_undone(session, one, other, decision, decision.undone_at)
    return True


def _redo_undone(session: Session, one: int, other: int, decision: Decision, undone_at: datetime) -> None:
    in_force = select(ArticleMergeRow.into_id).where(
        ArticleMergeRow.article_id == one, ArticleMergeRow.undone_at.is_(None)
    )
    if session.scalar(in_force) == other:
        unmerge(session, one, decision.undone_reason or "", at=undone_at)
        return
    session.add(
        ArticleMergeRow(
            article_id=one,
            into_id=other,
            evidence=Evidence.PERSON.value,
            reason=decision.reason,
            decided_at=decision.decided_at,
            undone_at=undone_at,
            undone_reason=decision.undone_reason,
        )
    )
    session.flush()


def _decision(session: Session, row: ArticleMergeRow, outlet: str) -> Decision:
    return Decision(
        outlet,
        _first_key(session, row.article_id),
        _first_key(session, row.into_id),
        row.reason,
        row.decided_at,
        row.undone_at,
        row.undone_reason,
    )


def _first_key(session: Session, article_id: int) -> str:
    key = session.scalar(
        select(ArticleUrlRow.url_key).where(ArticleUrlRow.article_id == article_id).order_by(ArticleUrlRow.id).limit(1)
    )
    assert key is not None
    return key


def _at_key(session: Session, outlet: str, key: str) -> int | None:
    return session.scalar(
        select(ArticleUrlRow.article_id).where(ArticleUrlRow.outlet == outlet, ArticleUrlRow.url_key == key)
    )
