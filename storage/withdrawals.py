"""Entries that their list dropped before their time, and what follows for the articles behind them.

An article is withdrawn once its page was seen alive after that: a page that is gone has a story of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.outlet import ChannelKind
from domain.presence import Presence, Step
from domain.times import Precision
from domain.withdrawal import Missing, withdrawn_keys
from storage.families import head_of, is_of
from storage.frontier import make_known_due
from storage.gaps import gap_under_way
from storage.tables import (
    ArticleRow,
    ArticleStateRow,
    ArticleUrlRow,
    ChannelRow,
    EntryRow,
    FetchRow,
    TargetRow,
)

POLLS = 2  # in a row at which an entry was not listed
_MOST_POLLS = 24
_LATEST = 300  # entries of a channel, by when they were first seen
_NEAREST = 6  # older ones that are asked whether they are pinned
_LISTING_STEPS = (Step.WITHDRAWN.value, Step.LISTED.value)
_KINDS = (ChannelKind.FEED.value, ChannelKind.SITEMAP.value)
_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)


@dataclass(frozen=True, slots=True)
class _Poll:
    at: datetime
    url: str
    reading: str | None
    listed: int | None

    @property
    def is_list(self) -> bool:
        return self.reading == PageReading.LISTED.value


@dataclass(frozen=True, slots=True)
class _Listed:
    key: str
    first_seen_at: datetime
    last_seen_at: datetime
    exact_at: datetime | None


def note_listing(session: Session, channel_id: int, *, at: datetime, keys: Collection[str] | None = None) -> None:
    """Mark what a channel's list has dropped by the good poll of ``at``; call when that is stored.

    ``keys``: what it listed; None where it was unchanged. Nothing can be said where the list has further documents, was
    not seen whole, was empty in between, or stands at another address by now.
    """
    channel = session.get_one(ChannelRow, channel_id)
    if channel.kind not in _KINDS or (keys is None and channel.kind != ChannelKind.FEED.value):
        return
    polls = _last_polls(session, channel_id, at)
    if not polls or _has_parts(session, channel_id) or gap_under_way(session, channel_id) is not None:
        return
    *since, before = [poll for poll in polls if poll.is_list]
    last = since[0]
    entries = _latest_entries(session, channel_id)
    present = [e for e in entries if (e.key in keys if keys is not None else e.last_seen_at == last.at)]
    held = {entry.key for entry in present}
    away = [entry for entry in entries if entry.key not in held]
    missing = [Missing(e.key, _behind(e, present, away)) for e in away if e.last_seen_at == before.at]
    listed = min(poll.listed or 0 for poll in since)
    dropped = withdrawn_keys(missing, listed=listed, listed_before=before.listed or 0)
    if dropped:
        _note_dropped(session, channel_id, dropped, at=at)


def _last_polls(session: Session, channel_id: int, at: datetime) -> list[_Poll]:
    """Good polls, last first, back to the last list before the two at which an entry may have been missing.

    None where the second of these two was unchanged: then the list still held what it had held. And where one was not
    the whole list, or of another address.
    """
    is_good = or_(FetchRow.outcome.in_(_UNCHANGED), FetchRow.reading.is_not(None))
    rows = session.execute(
        select(FetchRow.requested_at, FetchRow.url, FetchRow.reading, FetchRow.listed)
        .where(FetchRow.channel_id == channel_id, FetchRow.part_of.is_(None), FetchRow.requested_at <= at, is_good)
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(_MOST_POLLS)
    )
    polls = [_Poll(*row) for row in rows]
    before = next((n for n, poll in enumerate(polls) if n >= POLLS and poll.is_list), None)
    if before is None or not polls[POLLS - 1].is_list:
        return []
    asked = polls[: before + 1]
    is_whole = all(poll.reading is None or poll.is_list for poll in asked)
    return asked if is_whole and len({_address(poll.url) for poll in asked}) == 1 else []


def _address(url: str) -> str:
    return url.partition("?")[0]


def _has_parts(session: Session, channel_id: int) -> bool:
    further = or_(TargetRow.part_of.is_not(None), TargetRow.mark.is_not(None))
    query = select(TargetRow.id).where(TargetRow.channel_id == channel_id, further).limit(1)
    return session.scalar(query) is not None


def _latest_entries(session: Session, channel_id: int) -> list[_Listed]:
    rows = session.execute(
        select(
            EntryRow.url_key, EntryRow.first_seen_at, EntryRow.last_seen_at, EntryRow.published_at,
            EntryRow.published_precision,
        )
        .where(EntryRow.channel_id == channel_id)
        .order_by(EntryRow.first_seen_at.desc())
        .limit(_LATEST)
    )  # fmt: skip
    return [
        _Listed(key, first, last, published if precision not in {None, Precision.DAY.value} else None)
        for key, first, last, published, precision in rows
    ]


def _behind(entry: _Listed, present: Sequence[_Listed], away: Sequence[_Listed]) -> tuple[int, ...]:
    older = sorted((one for one in present if _is_newer(entry, one)), key=_age, reverse=True)
    return tuple(sum(_is_newer(gone, one) for gone in away) for one in older[:_NEAREST])


def _age(entry: _Listed) -> datetime:
    return entry.exact_at or entry.first_seen_at


def _is_newer(one: _Listed, other: _Listed) -> bool:
    if one.exact_at is not None and other.exact_at is not None:
        return one.exact_at > other.exact_at
    return one.first_seen_at > other.first_seen_at


def _note_dropped(session: Session, channel_id: int, keys: Collection[str], *, at: datetime) -> None:
    """Mark entries as dropped and have the pages of the articles behind them looked at; others are let be.

    What another channel listed since, moved only from list to list. What is suspected already is looked at anyway.
    """
    elsewhere = EntryRow.__table__.alias()
    seen_since = (
        select(elsewhere.c.id)
        .where(elsewhere.c.url_key == EntryRow.url_key, elsewhere.c.target_outlet == EntryRow.target_outlet)
        .where(elsewhere.c.channel_id != channel_id, elsewhere.c.last_seen_at > EntryRow.last_seen_at)
        .exists()
    )
    article, head = aliased(ArticleRow), aliased(ArticleRow)
    rows = session.execute(
        select(EntryRow.id, EntryRow.target_outlet, EntryRow.url_key, head.state)
        .join(
            ArticleUrlRow,
            and_(ArticleUrlRow.outlet == EntryRow.target_outlet, ArticleUrlRow.url_key == EntryRow.url_key),
        )
        .join(article, article.id == ArticleUrlRow.article_id)
        .join(head, head.id == head_of(article))
        .where(EntryRow.channel_id == channel_id, EntryRow.url_key.in_(list(keys)))
        .where(EntryRow.dropped_at.is_(None), ~seen_since)
    ).all()
    if not rows:
        return
    session.execute(update(EntryRow).where(EntryRow.id.in_([row.id for row in rows])).values(dropped_at=at))
    live = [(row.target_outlet, row.url_key) for row in rows if row.state == Presence.LIVE.value]
    make_known_due(session, live, Reason.RECHECK, now=at)


def note_alive(session: Session, article_id: int, *, at: datetime) -> None:
    """The page of an article was seen well at ``at``: what its list dropped before then is withdrawn."""
    dropped = session.execute(
        select(EntryRow.channel_id, EntryRow.dropped_at, EntryRow.last_seen_at)
        .join(
            ArticleUrlRow,
            and_(ArticleUrlRow.outlet == EntryRow.target_outlet, ArticleUrlRow.url_key == EntryRow.url_key),
        )
        .where(is_of(ArticleUrlRow.article_id, article_id), EntryRow.dropped_at < at)
        .order_by(EntryRow.dropped_at)
        .limit(1)
    ).one_or_none()
    if dropped is None or _last_step(session, article_id) == Step.WITHDRAWN.value:
        return
    poll = select(FetchRow.id).where(
        FetchRow.channel_id == dropped.channel_id,
        FetchRow.requested_at == dropped.dropped_at,
        FetchRow.part_of.is_(None),
    )
    session.add(
        ArticleStateRow(
            article_id=article_id,
            state=Step.WITHDRAWN.value,
            at=at,
            fetch_id=session.scalar(poll.limit(1)),
            how="dropped",
            last_seen_at=dropped.last_seen_at,
            looks=POLLS,
        )
    )
    session.flush()


def note_listed_again(
    session: Session, outlet: str, url_key: str, *, at: datetime, fetch_id: int, last_listed_at: datetime
) -> None:
    """An entry that was dropped is listed again: where that had withdrawn its article, it is listed."""
    article_id = session.scalar(
        select(func.coalesce(ArticleRow.merged_into, ArticleRow.id))
        .join(ArticleUrlRow, ArticleUrlRow.article_id == ArticleRow.id)
        .where(ArticleUrlRow.outlet == outlet, ArticleUrlRow.url_key == url_key)
        .limit(1)
    )
    if article_id is None or _last_step(session, article_id) != Step.WITHDRAWN.value:
        return
    session.add(
        ArticleStateRow(
            article_id=article_id,
            state=Step.LISTED.value,
            at=at,
            fetch_id=fetch_id,
            how="listed",
            last_seen_at=last_listed_at,
            looks=1,
        )
    )


def _last_step(session: Session, article_id: int) -> str | None:
    """Whether an article is withdrawn or listed again, by the last row that says so; None: neither ever."""
    is_listing: ColumnElement[bool] = ArticleStateRow.state.in_(_LISTING_STEPS)
    return session.scalar(
        select(ArticleStateRow.state)
        .where(is_of(ArticleStateRow.article_id, article_id), is_listing)
        .order_by(ArticleStateRow.at.desc(), ArticleStateRow.id.desc())
        .limit(1)
    )
