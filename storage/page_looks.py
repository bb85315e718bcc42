"""What a look at a page says of the article that is stored under its address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.fetch import FetchOutcome
from domain.frontier import Look, Target
from domain.presence import Absence
from storage.families import head_of
from storage.presence import Missed, note_absent, note_served
from storage.tables import ArticleRow, ArticleUrlRow, FetchRow, TargetRow
from storage.withdrawals import note_alive

_LED_WITHIN = timedelta(days=1)
_GONE = {FetchOutcome.NOT_FOUND: Absence.NOT_FOUND, FetchOutcome.GONE: Absence.GONE}


def note_page(session: Session, look: Look, fetch_id: int) -> None:
    """What a look says of an article that is stored already: still there, or no longer served.

    What came with a body is told by whoever reads it.
    """
    if look.outcome in {FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED}:
        _note_unchanged(session, look, fetch_id)
        return
    how = absence_of(session, look)
    if how is None:
        return
    for article_id in articles_behind(session, look.target, at=look.requested_at):
        note_absent(session, article_id, Missed(look.target, look.requested_at, fetch_id, how, look.status))


def absence_of(session: Session, look: Look) -> Absence | None:
    """How a look shows that what stood at its address is gone, as far as its status and its redirect tell.

    A redirect to the address of a stored article says that the two are one, whatever that address looks like.
    """
    if look.away is None:
        return _GONE.get(look.outcome)
    known = _owner_of(ArticleUrlRow.id, look.target.outlet, look.away.url_key)
    return None if session.scalar(known) is not None else look.away.how


def leads_away(session: Session, look: Look) -> bool:
    """Whether a look at a stored article's page was led away from it: there is nothing to follow."""
    if look.away is None or absence_of(session, look) is None:
        return False
    return bool(articles_behind(session, look.target, at=look.requested_at))


def articles_behind(session: Session, target: Target, *, at: datetime) -> list[int]:
    """The article that stands at a target's address, or those at the addresses that redirected there for this look."""
    own = article_of(session, target)
    if own is not None or not target.redirects:
        return [own] if own is not None else []
    since = session.scalar(
        select(func.max(FetchRow.requested_at)).where(FetchRow.target_id == target.id, FetchRow.requested_at < at)
    )
    led_here = (
        select(TargetRow.url_key)
        .distinct()
        .join(FetchRow, FetchRow.target_id == TargetRow.id)
        .where(FetchRow.requested_at > max(filter(None, (since, at - _LED_WITHIN))), FetchRow.requested_at <= at)
        .where(FetchRow.outlet == target.outlet, FetchRow.channel_id.is_(None))
        .where(FetchRow.outcome == FetchOutcome.REDIRECTED.value, FetchRow.redirect_to == target.url)
    )
    found = {_article_at(session, target.outlet, key) for key in session.scalars(led_here)}
    return sorted(article for article in found if article is not None)


def article_of(session: Session, target: Target) -> int | None:
    """The article that stands at a target's address, or None."""
    return _article_at(session, target.outlet, target.url_key)


def _article_at(session: Session, outlet: str, url_key: str) -> int | None:
    owner = _owner_of(head_of(), outlet, url_key)
    return session.scalar(owner.join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id))


def _note_unchanged(session: Session, look: Look, fetch_id: int) -> None:
    article_id = article_of(session, look.target)
    if article_id is None:
        return
    read_there = _owner_of(ArticleUrlRow.article_id, look.target.outlet, look.target.url_key).scalar_subquery()
    session.execute(
        update(ArticleRow)
        .where(or_(ArticleRow.id == article_id, ArticleRow.id == read_there))
        .where(ArticleRow.last_seen_at < look.requested_at)
        .values(last_seen_at=look.requested_at)
        .execution_options(synchronize_session=False)
    )
    note_served(session, article_id, at=look.requested_at, fetch_id=fetch_id)
    note_alive(session, article_id, at=look.requested_at)


def _owner_of(column: ColumnElement[int] | InstrumentedAttribute[int], outlet: str, url_key: str) -> Select[int]:
    """``column`` of an address; at most one row."""
    return (
        select(column)
        .select_from(ArticleUrlRow)
        .where(ArticleUrlRow.outlet == outlet, ArticleUrlRow.url_key == url_key)
        .limit(1)
    )
