"""Facts for the watch on channels: how they answer, when they listed something new, what their entries carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from domain.watching import ChannelFacts, Listing
from storage.look_queries import last_poll_of_channel
from storage.tables import ChannelRow, EntryRow, FetchRow, GapRow

ARRIVALS_OF = timedelta(days=90)
GAPS_OF = timedelta(days=30)
LISTED_BEFORE_OF = timedelta(days=30)
SILENT_AFTER = timedelta(hours=4)  # nobody asks for the history of a channel that listed something since
_BATCH = 200


def channel_facts(
    session: Session, outlets: Collection[str], *, now: datetime, listings: Mapping[int, Listing]
) -> dict[str, tuple[ChannelFacts, ...]]:
    """By outlet: its channels that are polled, in order. ``listings`` are those of ``channel_listings``.

    Arrivals are there only for channels that have listed nothing for four hours: they cost a channel's history.
    """
    rows = session.scalars(
        select(ChannelRow)
        .where(
            ChannelRow.outlet.in_(outlets),
            ChannelRow.removed_at.is_(None),
            ChannelRow.enabled,
            ChannelRow.not_crawled.is_(None),
            ChannelRow.last_polled_at.is_not(None),
        )
        .order_by(ChannelRow.outlet, ChannelRow.id)
    ).all()
    ids = [row.id for row in rows]
    gaps, last = _gaps(session, ids, now), _last_looks(session, [row.id for row in rows if row.failures])
    silent = [row.id for row in rows if row.last_new_at is not None and now - row.last_new_at >= SILENT_AFTER]
    arrivals = _arrivals(session, silent, now)
    found: dict[str, list[ChannelFacts]] = {}
    for row in rows:
        open_gap = next((gap for gap in gaps.get(row.id, ()) if gap.to_at is None), None)
        facts = ChannelFacts(
            channel_id=row.id,
            outlet=row.outlet,
            slug=row.slug,
            last_ok_at=row.last_ok_at,
            last_new_at=row.last_new_at,
            last_outcome=row.last_outcome,
            last_error=last.get(row.id, (None, None))[0],
            failures=row.failures,
            proxy=last.get(row.id, (None, None))[1],
            gap_since=open_gap.from_at if open_gap else None,
            gap_reason=open_gap.reason if open_gap else None,
            gaps=tuple((gap.from_at, gap.to_at) for gap in gaps.get(row.id, ()) if gap.to_at is not None),
            arrivals=tuple(arrivals.get(row.id, ())),
            listing=listings.get(row.id),
        )
        found.setdefault(row.outlet, []).append(facts)
    return {outlet: tuple(channels) for outlet, channels in found.items()}


def _gaps(session: Session, ids: list[int], now: datetime) -> dict[int, list[GapRow]]:
    """Open gaps, and those of the last month that were failures of the channel's.

    Rollovers were seen; not running is ours, and so are proxies, whose gaps say nothing of how long it sleeps.
    """
    found: dict[int, list[GapRow]] = {}
    for start in range(0, len(ids), _BATCH):
        query = (
            select(GapRow)
            .where(
                GapRow.channel_id.in_(ids[start : start + _BATCH]),
                GapRow.reason.not_in(("rollover", "not_running")),
                GapRow.to_at.is_(None)
                | and_(GapRow.to_at >= now - GAPS_OF, GapRow.reason != FetchOutcome.PROXY_ERROR.value),
            )
            .order_by(GapRow.id)
        )
        for gap in session.scalars(query):
            found.setdefault(gap.channel_id, []).append(gap)
    return found


def _last_looks(session: Session, ids: list[int]) -> dict[int, tuple[str | None, str | None]]:
    """By channel: (error, proxy) of its last poll."""
    found: dict[int, tuple[str | None, str | None]] = {}
    query = select(ChannelRow.id, FetchRow.error, FetchRow.proxy).join(FetchRow, FetchRow.id == last_poll_of_channel())
    for start in range(0, len(ids), _BATCH):
        for row in session.execute(query.where(ChannelRow.id.in_(ids[start : start + _BATCH]))):
            found[row.id] = (row.error, row.proxy)
    return found


def _arrivals(session: Session, ids: list[int], now: datetime) -> dict[int, list[datetime]]:
    """The distinct looks that showed something new, but the first, which showed what was there before."""
    found: dict[int, list[datetime]] = {}
    for start in range(0, len(ids), _BATCH):
        query = (
            select(EntryRow.channel_id, EntryRow.first_seen_at)
            .where(
                EntryRow.channel_id.in_(ids[start : start + _BATCH]),
                EntryRow.first_seen_at >= now - ARRIVALS_OF,
                EntryRow.absent_at.is_not(None),
            )
            .distinct()
            .order_by(EntryRow.channel_id, EntryRow.first_seen_at)
        )
        for channel_id, at in session.execute(query):
            found.setdefault(channel_id, []).append(at)
    return found


def channel_listings(session: Session, ids: Sequence[int], now: datetime) -> dict[int, Listing]:
    """By channel: what the entries of its last listing carry, and those of the month before that it lists no more."""
    found: dict[int, Listing] = {}
    for start in range(0, len(ids), _BATCH):
        latest = (
            select(EntryRow.channel_id, func.max(EntryRow.last_seen_at).label("at"))
            .where(
                EntryRow.channel_id.in_(ids[start : start + _BATCH]), EntryRow.last_seen_at >= now - LISTED_BEFORE_OF
            )
            .group_by(EntryRow.channel_id)
            .subquery()
        )
        is_now = EntryRow.last_seen_at == latest.c.at
        has_no_text = and_(EntryRow.content_sha256.is_(None), EntryRow.summary.is_(None))
        lacks = (EntryRow.published_at.is_(None), has_no_text, EntryRow.title.is_(None))
        columns = [func.sum(case((is_now, 1), else_=0)), func.sum(case((is_now, 0), else_=1))]
        for lack in lacks:
            columns += [
                func.sum(case((and_(is_now, lack), 1), else_=0)),
                func.sum(case((and_(~is_now, lack), 1), else_=0)),
            ]
        query = (
            select(EntryRow.channel_id, *columns)
            .join(latest, latest.c.channel_id == EntryRow.channel_id)
            .where(EntryRow.last_seen_at >= now - LISTED_BEFORE_OF)
            .group_by(EntryRow.channel_id)
        )
        found.update({row[0]: Listing(*(int(value) for value in row[1:])) for row in session.execute(query)})
    return found
