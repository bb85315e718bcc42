"""Two articles that turned out to be one, and a person's word that they are two after all.

Merging moves no row: each article keeps its addresses, readings and revisions, and ``merged_into`` names the one that
stands, which is the one seen first. What is shown is one history; what was merged wrongly comes apart as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.errors import StorageError
from domain.sameness import Evidence
from storage.families import family_of
from storage.presence import note_served
from storage.sameness import Join, is_barred, unlike
from storage.sameness import latest_text as text_of_article
from storage.search import forget_search_document
from storage.tables import ArticleMergeRow, ArticleRow, ArticleUrlRow, ExtractionRow, RevisionRow
from storage.todos import add_todo


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was made, for the log."""

    article_id: int
    into_id: int
    evidence: Evidence
    reason: str


def merge(session: Session, article_id: int, join: Join, *, at: datetime, fetch_id: int | None = None) -> Merged | None:
    """Make one of an article and the one that ``join`` names; None where they are one already.

    Several machines may find it at once: the rows are locked in the order of their numbers and read again.
    """
    one, other = _locked_heads(session, (article_id, join.article_id))
    if one.id == other.id:
        return None
    into, gone = sorted((one, other), key=lambda a: (a.first_seen_at, a.id))
    gone.merged_into = into.id
    session.execute(update(ArticleRow).where(ArticleRow.merged_into == gone.id).values(merged_into=into.id))
    session.add(
        ArticleMergeRow(
            article_id=gone.id,
            into_id=into.id,
            evidence=join.evidence.value,
            reason=join.reason,
            fetch_id=fetch_id,
            decided_at=at,
        )
    )
    session.flush()
    _show(session, gone, _latest(session, [gone.id]))
    _stand_for(session, into, now=at)
    forget_search_document(session, gone.id)
    return Merged(gone.id, into.id, join.evidence, join.reason)


def unmerge(session: Session, article_id: int, reason: str, *, at: datetime) -> int:
    """Take back that an article was merged; gives the one it was merged into. The decision is kept, with the reason.

    The same two are never joined again but by a person. Raises StorageError where no decision is in force.
    """
    decision = session.scalar(
        select(ArticleMergeRow)
        .where(ArticleMergeRow.article_id == article_id, ArticleMergeRow.undone_at.is_(None))
        .with_for_update()
    )
    if decision is None:
        raise StorageError(f"article {article_id} is not merged into another")
    stands, apart = _locked_head_and(session, article_id)
    decision.undone_at, decision.undone_reason = at, reason
    session.flush()
    for member in _below(session, article_id):
        session.execute(update(ArticleRow).where(ArticleRow.id == member).values(merged_into=article_id))
    apart.merged_into = None
    session.flush()
    _stand_for(session, stands, now=at)
    _stand_for(session, apart, now=at)
    return decision.into_id


def merge_by_hand(session: Session, one: int, other: int, reason: str, *, at: datetime) -> Merged | None:
    """A person says that two articles of one outlet are one. Raises StorageError where they can't be."""
    rows = [session.get(ArticleRow, number) for number in (one, other)]
    for number, row in zip((one, other), rows, strict=True):
        if row is None:
            raise StorageError(f"there is no article {number}")
    if len({row.outlet for row in rows if row is not None}) > 1:
        raise StorageError(f"articles {one} and {other} are of two outlets; each outlet's article stands by itself")
    return merge(session, one, Join(other, Evidence.PERSON, reason), at=at)


def note_redirect(
    session: Session, outlet: str, keys: tuple[str, str], url: str, *, at: datetime, fetch_id: int
) -> Merged | str | None:
    """An address of a stored article that now leads to another's: they are one, unless their texts say otherwise.

    ``keys``: from where, to where. A string says why it was not believed.
    """
    rows = session.execute(
        select(ArticleUrlRow.url_key, ArticleUrlRow.article_id).where(
            ArticleUrlRow.outlet == outlet, ArticleUrlRow.url_key.in_(keys)
        )
    )
    known = {row.url_key: row.article_id for row in rows}
    if len(known) < 2 or keys[0] == keys[1]:
        return None
    one, other = _heads(session, [known[key] for key in keys])
    if one == other:
        return None
    article = session.get_one(ArticleRow, other)
    text = text_of_article(session, session.get_one(ArticleRow, one))
    why = is_barred(session, one, other) or (unlike(session, text, article, Evidence.REDIRECT) if text else None)
    if why is not None:
        return f"its redirect leads to article {other}; not taken for one: {why}"
    return merge(session, one, Join(other, Evidence.REDIRECT, url), at=at, fetch_id=fetch_id)


def _heads(session: Session, article_ids: Collection[int]) -> list[int]:
    rows = {a.id: a for a in session.scalars(select(ArticleRow).where(ArticleRow.id.in_(article_ids)))}
    return [rows[i].merged_into or i for i in article_ids]


def _locked_heads(session: Session, article_ids: Collection[int]) -> list[ArticleRow]:
    """The articles that stand for these, locked: read again after the lock, for another may have merged them."""
    wanted = set(article_ids)
    while True:
        locked = {row.id: row for row in _locked(session, wanted)}
        heads = [locked[i].merged_into or i for i in article_ids]
        if set(heads) <= locked.keys():
            return [locked[i] for i in heads]
        wanted |= set(heads)


def _locked_head_and(session: Session, article_id: int) -> tuple[ArticleRow, ArticleRow]:
    """The article that stands for a merged one, and that one: locked in the order that a merge locks them in."""
    while True:
        head = session.scalar(select(ArticleRow.merged_into).where(ArticleRow.id == article_id))
        assert head is not None
        locked = {row.id: row for row in _locked(session, (head, article_id))}
        if locked[article_id].merged_into == head:
            return locked[head], locked[article_id]


def _locked(session: Session, article_ids: Collection[int]) -> list[ArticleRow]:
    query = select(ArticleRow).where(ArticleRow.id.in_(article_ids)).order_by(ArticleRow.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def _stand_for(session: Session, article: ArticleRow, *, now: datetime) -> None:
    """Have an article that stands show the latest of all that are one with it, and have search find that."""
    family = family_of(session, article)
    latest = _latest(session, family)
    rows = list(session.scalars(select(ArticleRow).where(ArticleRow.id.in_(family))))
    article.last_seen_at = max(row.last_seen_at for row in rows)
    if any(row.state == "live" for row in rows) and article.state != "live":
        note_served(session, article.id, at=now, fetch_id=None)
    _show(session, article, latest)
    if latest is not None:
        add_todo(session, "index", latest.id, now=now)
    session.flush()


def _latest(session: Session, article_ids: Collection[int]) -> RevisionRow | None:
    return session.scalar(
        select(RevisionRow)
        .where(RevisionRow.article_id.in_(article_ids))
        .order_by(RevisionRow.first_seen_at.desc(), RevisionRow.id.desc())
        .limit(1)
    )


def _show(session: Session, article: ArticleRow, latest: RevisionRow | None) -> None:
    """Have an article repeat what its latest revision says."""
    if latest is not None:
        article.latest_revision_id, article.title, article.language = latest.id, latest.title, latest.language
        article.kind = session.get_one(ExtractionRow, latest.extraction_id).kind


def _below(session: Session, article_id: int) -> list[int]:
    """Articles that were merged into this one before it was merged itself, by the decisions in force."""
    found: list[int] = []
    waiting = [article_id]
    while waiting:
        into = ArticleMergeRow.into_id.in_(waiting)
        waiting = list(
            session.scalars(select(ArticleMergeRow.article_id).where(into, ArticleMergeRow.undone_at.is_(None)))
        )
        waiting = [number for number in waiting if number not in found]
        found += waiting
    return found
