"""What looks say of articles that are stored: still served, or not; each step is a row, in the look's transaction.

The rule is ``domain.presence``; here stands what it has to know, and what follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import Target, TargetState
from domain.presence import (
    NEAR,
    Absence,
    Presence,
    Standing,
    Step,
    after_absence,
    comes_back,
    is_return,
    is_too_soon,
    may_remove,
)
from storage.families import is_of
from storage.frontier import make_due
from storage.tables import ArticleRow, ArticleStateRow, ArticleUrlRow, FetchRow, TargetRow

T = TypeVar("T")
_GOOD = tuple(outcome.value for outcome in FetchOutcome if outcome.is_success)
_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_READ = (PageReading.ARTICLE.value, PageReading.PART.value)


@dataclass(frozen=True, slots=True)
class Missed:
    """A look that showed an article's absence, at one of its addresses. ``status``: of HTTP."""

    target: Target
    at: datetime
    fetch_id: int
    how: Absence
    status: int | None


def note_absent(session: Session, article_id: int, missed: Missed) -> Step | None:
    """Store what an absent look makes of an article that stands for itself; gives the step, None where there is none.

    Where the article answered well at another address when that was last asked, that one is asked first. A list that
    does not show it asks for nothing: it is polled again anyway.
    """
    is_of_list = missed.how is Absence.NOT_SHOWN
    if others := _other_addresses(session, article_id, missed.target):
        make_due(session, () if is_of_list else others, Reason.RECHECK, now=missed.at)
        return None
    article = _locked(session, article_id)
    before = _standing(session, article)
    if is_of_list and is_too_soon(session.scalar(_steps_of(ArticleStateRow.at, article_id).limit(1)), missed.at):
        return None
    vouched = _vouched(session, article_id, missed, before) if may_remove(before, missed.at) else ()
    step = after_absence(before, missed.at, vouched=vouched)
    if step is None:
        return None
    session.add(
        ArticleStateRow(
            article_id=article_id,
            state=step.value,
            at=missed.at,
            fetch_id=missed.fetch_id,
            how=missed.how.value,
            last_seen_at=article.last_seen_at,
            looks=len(before.absent) + 1,
        )
    )
    if step is Step.REMOVED or before.presence is Presence.LIVE:
        article.state, article.state_at, article.state_status = step.value, missed.at, missed.status
    session.flush()
    if step is Step.SUSPECTED and not missed.how.is_vouched_for:
        _have_another_looked_at(session, article_id, missed)
    return step


def note_served(session: Session, article_id: int, *, at: datetime, fetch_id: int | None) -> Step | None:
    """The article answers again; a look of before it stopped to says nothing of that."""
    article = session.get_one(ArticleRow, article_id)
    if article.state == Presence.LIVE.value:
        return None
    article = _locked(session, article_id)
    before = _standing(session, article)
    if not comes_back(before, at):
        return None
    step = Step.BACK if is_return(before) else None
    if step is not None:
        seen_at = session.scalar(_steps_of(ArticleStateRow.last_seen_at, article_id).limit(1))
        session.add(
            ArticleStateRow(
                article_id=article_id,
                state=step.value,
                at=at,
                fetch_id=fetch_id,
                how="served",
                last_seen_at=seen_at,
                looks=1,
            )
        )
    article.state, article.state_at, article.state_status = Presence.LIVE.value, at, None
    session.flush()
    return step


def _steps_of(column: InstrumentedAttribute[T], article_id: int) -> Select[T]:
    """``column`` of the steps of an article's absence, the last one first."""
    is_absence = ArticleStateRow.state.in_((Step.SUSPECTED.value, Step.REMOVED.value))
    return (
        select(column)
        .where(ArticleStateRow.article_id == article_id, is_absence)
        .order_by(ArticleStateRow.at.desc(), ArticleStateRow.id.desc())
    )


def _locked(session: Session, article_id: int) -> ArticleRow:
    session.flush()  # what is read anew would otherwise be what was before
    return session.get_one(ArticleRow, article_id, with_for_update=True, populate_existing=True)


def _standing(session: Session, article: ArticleRow) -> Standing:
    presence = Presence(article.state)
    if presence is not Presence.SUSPECTED:
        return Standing(presence, article.state_at, article.last_seen_at)
    absent = session.scalars(
        select(ArticleStateRow.at)
        .where(ArticleStateRow.article_id == article.id, ArticleStateRow.state == Step.SUSPECTED.value)
        .where(ArticleStateRow.at >= article.state_at)
        .order_by(ArticleStateRow.at)
    )
    return Standing(presence, article.state_at, article.last_seen_at, tuple(absent))


def _other_addresses(session: Session, article_id: int, target: Target) -> list[int]:
    """Targets of the article's other addresses that answered well when they were last asked.

    A dropped AMP page is no withdrawal: they are asked first, and the last one that is gone makes it one.
    """
    query = (
        select(TargetRow.id)
        .join(ArticleUrlRow, (ArticleUrlRow.outlet == TargetRow.outlet) & (ArticleUrlRow.url_key == TargetRow.url_key))
        .where(is_of(ArticleUrlRow.article_id, article_id), TargetRow.id != target.id)
        .where(TargetRow.channel_id.is_(None), TargetRow.state != TargetState.DEAD.value)
        .where(TargetRow.last_outcome.in_(_GOOD))
    )
    return list(session.scalars(query))


def _vouched(session: Session, article_id: int, missed: Missed, before: Standing) -> Sequence[datetime]:
    """Those of the absent looks near which, by now, another article's page of the host answered well.

    A look that showed others of its kind vouches for itself.
    """
    how = {**_how_missed(session, article_id, before), missed.at: missed.how}
    return [
        at
        for at in (*before.absent, missed.at)
        if how[at].is_vouched_for
        or was_served(session, article_id, missed.target.host, at - NEAR, min(at + NEAR, missed.at))
    ]


def _how_missed(session: Session, article_id: int, before: Standing) -> Mapping[datetime, Absence]:
    """How each of the absent looks in a row showed it."""
    rows = session.execute(
        select(ArticleStateRow.at, ArticleStateRow.how)
        .where(ArticleStateRow.article_id == article_id, ArticleStateRow.state == Step.SUSPECTED.value)
        .where(ArticleStateRow.at >= before.since)
    )
    return {at: Absence(how) for at, how in rows}


def was_served(session: Session, article_id: int, host: str, since: datetime, until: datetime) -> bool:
    """Whether a page of the host that is not the article's was seen well in that time, as an article."""
    found = _page_looks(article_id, host, since, until).where(_was_good()).limit(1)
    return session.scalar(found) is not None


def _page_looks(article_id: int, host: str, since: datetime, until: datetime) -> Select[int]:
    """Looks at pages of a host in that time, but for those at the article's addresses."""
    is_own = exists().where(
        ArticleUrlRow.outlet == TargetRow.outlet,
        ArticleUrlRow.url_key == TargetRow.url_key,
        is_of(ArticleUrlRow.article_id, article_id),
    )
    return (
        select(FetchRow.id)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .where(FetchRow.requested_at >= since, FetchRow.requested_at <= until)
        .where(FetchRow.channel_id.is_(None), TargetRow.host == host, ~is_own)
    )


def _was_good() -> ColumnElement[bool]:
    return or_(FetchRow.outcome.in_(_UNCHANGED), FetchRow.reading.in_(_READ))


def _have_another_looked_at(session: Session, article_id: int, missed: Missed) -> None:
    """At a host where no other page was looked at for a day one is: else nothing would say whether the host is well."""
    host, at = missed.target.host, missed.at
    if session.scalar(_page_looks(article_id, host, at - NEAR, at).limit(1)) is not None:
        return
    other = session.scalar(
        select(TargetRow.id)
        .join(ArticleUrlRow, and_(ArticleUrlRow.outlet == TargetRow.outlet, ArticleUrlRow.url_key == TargetRow.url_key))
        .join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
        .where(TargetRow.host == host, TargetRow.channel_id.is_(None), TargetRow.state == TargetState.IDLE.value)
        .where(TargetRow.last_outcome.in_(_GOOD), ArticleRow.state == Presence.LIVE.value, ArticleRow.id != article_id)
        .order_by(ArticleRow.last_seen_at.desc(), TargetRow.id)
        .limit(1)
    )
    if other is not None:
        make_due(session, [other], Reason.RECHECK, now=at)
