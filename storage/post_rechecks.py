"""Posts and videos that may be looked at again in their channels, and the documents that are asked for them.

Such a document stands on the frontier in one of a few places of its channel, which are used again and again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, select, update
from sqlalchemy.orm import Session

from domain.fetch import PageReading, Reason
from domain.frontier import AGAIN, NO_POLL, NewTarget, TargetState
from domain.outlet import ChannelKind, Politeness
from domain.planning import ArticleState, AskedAgain, KnownPost, PostChannel, PostState, RecheckSpan, Since
from domain.urls import host_key
from storage.frontier import PRIORITY, add_targets
from storage.rechecks import (
    is_change,
    is_fine_time,
    is_looked_at,
    is_watched,
    lies_in,
    recheck_start,
    span_values,
)
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    ChannelRow,
    EntryRow,
    FetchRow,
    HostRow,
    OutletRow,
    RevisionRow,
    TargetRow,
)

_PLATFORMS = tuple(kind.value for kind in ChannelKind if kind.is_platform)
_MISSING = (Since.SUSPECTED.value, Since.REMOVED.value)
_IDS_A_QUERY = 500


def post_states(session: Session, span: RecheckSpan, *, outlets: Collection[str] = ()) -> list[PostState]:
    """Posts and videos of a span, but for those of a channel that does not answer, or waits for such a look already."""
    query = _query(span.since, is_closer=span.closer is not None, is_some=bool(outlets))
    found = session.execute(query, span_values(span) | {"outlets": sorted(outlets)})
    return [
        PostState(
            ArticleState(
                article_id=row.id,
                outlet=row.outlet,
                url=row.url,
                url_key=row.url_key,
                target_id=None,
                first_seen_at=row.first_seen_at,
                last_looked_at=row.looked_at,
                published_at=row.published_at,
                changed_at=row.changed_at,
                missing=Since(row.state) if row.state in _MISSING else None,
                state_at=row.state_at,
                is_watched=row.is_watched,
                host=row.host,
                delay_s=row.delay_s,
            ),
            row.channel_id,
        )
        for row in found
    ]


@cache
def _query(since: Since, *, is_closer: bool, is_some: bool) -> Select[Any]:
    looked = _looked_at()
    conditions = lies_in(since, recheck_start(since), looked, is_closer=is_closer)
    query = (
        select(
            ArticleRow.id,
            ArticleRow.outlet,
            ArticleRow.first_seen_at,
            case((is_fine_time(), ArticleRow.published_at)).label("published_at"),
            ArticleRow.state,
            ArticleRow.state_at,
            ArticleUrlRow.url,
            ArticleUrlRow.url_key,
            looked.label("looked_at"),
            EntryRow.channel_id,
            TargetRow.host,
            HostRow.delay_s,
            RevisionRow.first_seen_at.label("changed_at"),
            is_watched().label("is_watched"),
        )
        .join(ArticleUrlRow, and_(ArticleUrlRow.article_id == ArticleRow.id, is_looked_at()))
        .join(
            EntryRow,
            and_(EntryRow.target_outlet == ArticleUrlRow.outlet, EntryRow.url_key == ArticleUrlRow.url_key),
        )
        .join(ChannelRow, and_(ChannelRow.id == EntryRow.channel_id, ChannelRow.kind.in_(_PLATFORMS)))
        .join(OutletRow, OutletRow.slug == ChannelRow.outlet)
        .join(TargetRow, _is_poll())
        .join(HostRow, HostRow.key == TargetRow.host)
        .join(RevisionRow, is_change(), isouter=since is not Since.CHANGE)
        .where(*conditions, ArticleRow.merged_into.is_(None), _is_asked())
        .where(ChannelRow.id.not_in(_waiting_channels()))
    )
    return query.where(ArticleRow.outlet.in_(bindparam("outlets", expanding=True))) if is_some else query


def _looked_at() -> ColumnElement[datetime]:
    """When its platform last showed a post, or others around it and not it."""
    seen = case((ArticleRow.last_seen_at > EntryRow.last_seen_at, ArticleRow.last_seen_at), else_=EntryRow.last_seen_at)
    return case((EntryRow.missed_at > seen, EntryRow.missed_at), else_=seen)


def _is_poll() -> ColumnElement[bool]:
    """Beside a channel: the target that polls it."""
    return and_(TargetRow.outlet == ChannelRow.outlet, TargetRow.url_key == "poll:" + ChannelRow.slug)


def _is_asked() -> ColumnElement[bool]:
    is_polled = and_(ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))
    return and_(is_polled, ChannelRow.failures == 0, OutletRow.enabled, OutletRow.removed_at.is_(None))


def _waiting_channels() -> Select[Any]:
    waits = and_(TargetRow.part_of == NO_POLL, TargetRow.state == TargetState.DUE.value)
    return select(TargetRow.channel_id).where(
        TargetRow.channel_id.is_not(None), waits, TargetRow.url_key.startswith(f"{AGAIN}:")
    )


def post_channels(session: Session, channel_ids: Collection[int]) -> Mapping[int, PostChannel]:
    """These channels, by number."""
    found: dict[int, PostChannel] = {}
    given = sorted(channel_ids)
    for start in range(0, len(given), _IDS_A_QUERY):
        rows = session.execute(
            select(ChannelRow.id, ChannelRow.outlet, ChannelRow.slug, ChannelRow.kind, TargetRow.id, TargetRow.url)
            .join(TargetRow, _is_poll())
            .where(ChannelRow.id.in_(given[start : start + _IDS_A_QUERY]))
        )
        for channel_id, outlet, slug, kind, target_id, url in rows:
            found[channel_id] = PostChannel(channel_id, outlet, slug, ChannelKind(kind), target_id, url)
    return found


def known_posts(session: Session, channel_id: int, *, since: datetime) -> Sequence[KnownPost]:
    """The posts that a channel listed first at or after a time, the latest first."""
    rows = session.execute(
        select(EntryRow.url_key, EntryRow.missed_at)
        .where(EntryRow.channel_id == channel_id, EntryRow.first_seen_at >= since)
        .order_by(EntryRow.first_seen_at.desc(), EntryRow.id.desc())
    )
    return [KnownPost(key, missed_at is None) for key, missed_at in rows]


def asked_again(session: Session, channel: PostChannel, *, since: datetime) -> Mapping[str, AskedAgain]:
    """The last look at each address that was asked for posts of a channel again since a time."""
    places = select(TargetRow.id).where(
        TargetRow.channel_id == channel.channel_id, TargetRow.url_key.startswith(_lead(channel))
    )
    rows = session.execute(
        select(FetchRow.url, FetchRow.requested_at, FetchRow.reading)
        .where(FetchRow.target_id.in_(places), FetchRow.requested_at >= since)
        .order_by(FetchRow.requested_at)
    )
    return {url: AskedAgain(at, reading == PageReading.LISTED.value) for url, at, reading in rows}


def ask_again(session: Session, channel: PostChannel, urls: Sequence[str], *, now: datetime) -> None:
    """Have these documents of a channel looked at now, in its places for that."""
    for number, url in enumerate(urls, start=1):
        ask_at_place(session, channel, f"{_lead(channel)}{number}", url, now=now)


def ask_at_place(session: Session, channel: PostChannel, key: str, url: str, *, now: datetime) -> None:
    """Have one such document looked at now, in the place ``key``."""
    place = NewTarget(
        outlet=channel.outlet,
        url=url,
        url_key=key,
        host=host_key(url),
        reason=Reason.RECHECK,
        channel_id=channel.channel_id,
        via_target_id=channel.poll_target_id,
        part_of=NO_POLL,
    )
    add_targets(session, [place], Politeness(), now=now, state=TargetState.IDLE)
    session.execute(
        update(TargetRow)
        .where(TargetRow.outlet == place.outlet, TargetRow.url_key == place.url_key)
        .values(
            url=place.url,
            host=place.host,
            is_needed=False,
            redirects=0,
            reason=Reason.RECHECK.value,
            priority=PRIORITY[Reason.RECHECK],
            state=TargetState.DUE.value,
            next_at=now,
            attempts=0,
        )
    )


def is_place(key: str) -> bool:
    """Whether a key is of such a place of a channel, and not of where a redirect led from one."""
    lead, _, number = key.partition(">")
    return lead.startswith(f"{AGAIN}:") and number.isdecimal()


def _lead(channel: PostChannel) -> str:
    return f"{AGAIN}:{channel.slug}>"
