"""What was taken down: asked for before anything is stored, and listed for a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from domain.fetch import FetchOutcome, PageReading
from domain.frontier import TargetState
from domain.takedown import TEXT_KEY
from storage.families import family_of
from storage.readings import ReadText, sha256_of
from storage.tables import (
    ArticleNumberRow,
    ArticleRow,
    ArticleUrlRow,
    ExtractionRow,
    FetchRow,
    TakedownRow,
    TakedownUrlRow,
    TargetRow,
    TextRow,
    TodoRow,
)
from storage.todos import mark_done

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListedTakedown:
    """A takedown for a person. ``article_id`` None: the article is not known here. ``finished_at`` None: not yet."""

    takedown_id: int
    article_id: int | None
    outlet: str
    url: str
    reason: str
    decided_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class NamedBy:
    """What a page may name something by that was taken down: addresses and numbers, of all takedowns."""

    urls: frozenset[str]
    article_ids: frozenset[int]


def takedowns(session: Session) -> list[ListedTakedown]:
    """All of them, in the order in which they were decided."""
    rows = session.scalars(select(TakedownRow).order_by(TakedownRow.decided_at, TakedownRow.id))
    return [_listed(row) for row in rows]


def takedown_of(session: Session, article_id: int) -> ListedTakedown | None:
    """The takedown of an article, or of the one that it was merged into; None where there is none."""
    row = session.scalar(
        select(TakedownRow)
        .join(ArticleRow, ArticleRow.id == article_id)
        .where(TakedownRow.article_id == func.coalesce(ArticleRow.merged_into, ArticleRow.id))
        .order_by(TakedownRow.id)
        .limit(1)
    )
    return _listed(row) if row is not None else None


def articles_of(session: Session, takedown_id: int) -> list[int]:
    """The article of a takedown and all that were merged into it; none where it is not known here."""
    row = session.get_one(TakedownRow, takedown_id)
    return family_of(session, session.get_one(ArticleRow, row.article_id)) if row.article_id is not None else []


def named_by(session: Session) -> NamedBy:
    """All addresses and numbers of what was taken down."""
    listed = takedowns(session)
    article_ids = {one for told in listed for one in articles_of(session, told.takedown_id)}
    query = select(ArticleUrlRow.url).where(ArticleUrlRow.article_id.in_(article_ids))
    return NamedBy(frozenset(told.url for told in listed).union(session.scalars(query)), frozenset(article_ids))


def words_of(session: Session, article_id: int) -> list[str]:
    """Headlines and texts that were read of an article and all that it is one with; none that were taken down."""
    family = family_of(session, session.get_one(ArticleRow, article_id))
    read = select(ExtractionRow.text_sha256).where(ExtractionRow.article_id.in_(family))
    bodies = session.scalars(select(TextRow.body).where(TextRow.sha256.in_(read), TextRow.body != ""))
    titles = session.scalars(select(ExtractionRow.title).where(ExtractionRow.article_id.in_(family)).distinct())
    return [*bodies, *(title for title in titles if title)]


def _listed(row: TakedownRow) -> ListedTakedown:
    return ListedTakedown(row.id, row.article_id, row.outlet, row.url, row.reason, row.decided_at, row.finished_at)


def identities_of_takedowns(session: Session) -> set[tuple[str, str, datetime]]:
    """What each is known by: outlet, first address and when it was decided."""
    query = select(TakedownRow.outlet, TakedownRow.url, TakedownRow.decided_at)
    return {(outlet, url, at) for outlet, url, at in session.execute(query)}


def is_any_unfinished(session: Session) -> bool:
    """Whether bytes of something that was taken down may still be in the archive or in the database's file."""
    unfinished = select(TakedownRow.id).where(TakedownRow.finished_at.is_(None))
    waiting = select(TodoRow.id).where(TodoRow.kind == "drop")
    return bool(session.scalar(select(unfinished.exists() | waiting.exists())))


def finish_takedowns(session: Session, takedown_ids: Collection[int], *, at: datetime) -> None:
    """Note that nothing of these is left."""
    session.execute(update(TakedownRow).where(TakedownRow.id.in_(takedown_ids)).values(finished_at=at))


def keys_taken_down(session: Session, addresses: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (outlet, url key) at which nothing is kept."""
    if not addresses or not _is_any(session):
        return set()
    keys, found = sorted({key for _, key in addresses}), set()
    for start in range(0, len(keys), _AT_ONCE):
        query = (
            select(TakedownRow.outlet, TakedownUrlRow.url_key)
            .join(TakedownUrlRow, TakedownUrlRow.takedown_id == TakedownRow.id)
            .where(TakedownUrlRow.url_key.in_(keys[start : start + _AT_ONCE]))
        )
        found |= {(outlet, key) for outlet, key in session.execute(query)}
    return found & set(addresses)


def _is_any(session: Session) -> bool:
    """Whether anything was ever taken down: mostly nothing was, and then nothing more is asked."""
    return session.scalar(select(TakedownRow.id).limit(1)) is not None


def takedown_against(session: Session, read: ReadText) -> int | None:
    """The takedown by which a text must not be kept: of its address, its number, or of the very text; else None.

    A canonical address counts only where nothing else is known at the text's own: pages name wrong ones.
    """
    if not _is_any(session):
        return None
    known = select(ArticleUrlRow.id).where(
        ArticleUrlRow.outlet == read.outlet, ArticleUrlRow.url_key == read.own.url_key
    )
    is_known = session.scalar(known.limit(1)) is not None
    keys = [a.url_key for a in read.addresses if a.kind != "canonical" or not is_known]
    keys.append(f"{TEXT_KEY}{sha256_of(read.text)}")
    found = session.scalar(
        select(TakedownRow.id)
        .join(TakedownUrlRow, TakedownUrlRow.takedown_id == TakedownRow.id)
        .where(TakedownRow.outlet == read.outlet, TakedownUrlRow.url_key.in_(keys))
        .order_by(TakedownRow.id)
        .limit(1)
    )
    return found if found is not None or is_known else _by_number(session, read)


def _by_number(session: Session, read: ReadText) -> int | None:
    if read.number is None:
        return None
    numbered = aliased(ArticleRow)
    return session.scalar(
        select(TakedownRow.id)
        .join(numbered, TakedownRow.article_id == func.coalesce(numbered.merged_into, numbered.id))
        .join(ArticleNumberRow, ArticleNumberRow.article_id == numbered.id)
        .where(
            ArticleNumberRow.outlet == read.outlet,
            ArticleNumberRow.number == read.number.number,
            ArticleNumberRow.numbering == read.number.numbering,
        )
        .limit(1)
    )


def add_key(session: Session, takedown_id: int, url_key: str) -> None:
    """Note a further address of what was taken down."""
    known = exists().where(TakedownUrlRow.takedown_id == takedown_id, TakedownUrlRow.url_key == url_key)
    if not session.scalar(select(known)):
        session.add(TakedownUrlRow(takedown_id=takedown_id, url_key=url_key))
        session.flush()


def refuse_look(session: Session, fetch_id: int) -> None:
    """Note of a look that what it brought is not kept, nor read; its address is not asked for again."""
    fetch = session.get_one(FetchRow, fetch_id)
    if FetchOutcome(fetch.outcome).has_body:
        fetch.reading = PageReading.TAKEN_DOWN.value
    session.execute(
        update(TargetRow)
        .where(TargetRow.id == fetch.target_id)
        .values(state=TargetState.DEAD.value, next_at=None, etag=None, last_modified=None, body_sha256=None)
    )
    mark_done(session, "read", [fetch_id])
    session.flush()
