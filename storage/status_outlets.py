"""How the outlets and their channels stand, and how many articles they usually have by this time of day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from domain.frontier import TargetState
from domain.outlet import ChannelKind
from storage.backfill import was_backfilled
from storage.status_facts import ChannelHealth, OutletHealth
from storage.tables import ArticleRow, ChannelRow, FetchRow, GapRow, OutletRow, TargetRow

DAYS_BEFORE = 7
_SUCCESSES = tuple(outcome.value for outcome in FetchOutcome if outcome.is_success)


def day_start(at: datetime, zone: ZoneInfo, *, days_before: int = 0) -> datetime:
    """The start of the local day of ``at``, or of one before."""
    return datetime.combine(at.astimezone(zone).date() - timedelta(days=days_before), time(), zone)


def same_time_before(at: datetime, zone: ZoneInfo, *, days_before: int) -> datetime:
    """The same time of day on a day before; where the clocks were changed, as they then showed."""
    local = at.astimezone(zone)
    return datetime.combine(local.date() - timedelta(days=days_before), local.time(), zone)


def outlet_healths(
    session: Session, *, now: datetime, zone: ZoneInfo, outlets: Collection[str] = ()
) -> tuple[OutletHealth, ...]:
    """Each outlet that the catalogue names (of ``outlets`` only those), by slug, with its channels in order."""
    channels = _channels(session, now)
    today = _articles(session, day_start(now, zone), now)
    usual = _usual(session, now, zone)
    query = select(OutletRow).where(OutletRow.removed_at.is_(None)).order_by(OutletRow.slug)
    if outlets:
        query = query.where(OutletRow.slug.in_(outlets))
    return tuple(
        OutletHealth(
            slug=row.slug,
            name=row.name,
            languages=tuple(row.languages),
            is_enabled=row.enabled,
            refusing_since=row.refusing_since,
            articles_today=today.get(row.slug, 0),
            usual=tuple(usual.get(row.slug, ())),
            channels=tuple(channels.get(row.slug, ())),
        )
        for row in session.scalars(query)
    )


def _usual(session: Session, now: datetime, zone: ZoneInfo) -> dict[str, list[int]]:
    """Articles by this time of day on each of the days before on which the outlet was looked at, last day first."""
    found: dict[str, list[int]] = defaultdict(list)
    for before in range(1, DAYS_BEFORE + 1):
        start, end = day_start(now, zone, days_before=before), day_start(now, zone, days_before=before - 1)
        counted = _articles(session, start, same_time_before(now, zone, days_before=before))
        for outlet in _looked_at(session, start, end):
            found[outlet].append(counted.get(outlet, 0))
    return found


def _articles(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    rows = session.execute(
        select(ArticleRow.outlet, func.count())
        .where(ArticleRow.first_seen_at >= start, ArticleRow.first_seen_at < end, ArticleRow.merged_into.is_(None))
        .where(~was_backfilled())
        .group_by(ArticleRow.outlet)
    )
    return {row[0]: row[1] for row in rows}


def _looked_at(session: Session, start: datetime, end: datetime) -> Sequence[str]:
    """Outlets of which a channel gave a good look in that time: a probe of an index a channel, not a scan of looks."""
    looked = exists().where(
        FetchRow.channel_id == ChannelRow.id,
        FetchRow.part_of.is_(None),
        FetchRow.requested_at >= start,
        FetchRow.requested_at < end,
        FetchRow.outcome.in_(_SUCCESSES),
    )
    return session.scalars(select(ChannelRow.outlet).where(looked).distinct()).all()


def _channels(session: Session, now: datetime) -> dict[str, list[ChannelHealth]]:
    gaps = _open_gaps(session)
    found: dict[str, list[ChannelHealth]] = defaultdict(list)
    for channel, is_enabled, error, due_at in session.execute(_channel_rows(now)):
        gap = gaps.get(channel.id)
        found[channel.outlet].append(
            ChannelHealth(
                slug=channel.slug,
                kind=channel.kind,
                is_polled=is_enabled and channel.enabled and channel.not_crawled is None,
                not_crawled=channel.not_crawled,
                last_polled_at=channel.last_polled_at,
                last_ok_at=channel.last_ok_at,
                last_new_at=channel.last_new_at,
                last_outcome=channel.last_outcome,
                last_error=error,
                failures=channel.failures,
                next_at=due_at or channel.next_poll_at,
                interval_s=channel.interval_s,
                gap_since=gap.from_at if gap else None,
                gap_reason=gap.reason if gap else None,
                gap_detail=gap.detail if gap else None,
            )
        )
    return found


def _open_gaps(session: Session) -> dict[int, GapRow]:
    """The open gap of each channel that has one; of several the one that began first."""
    rows = session.scalars(select(GapRow).where(GapRow.to_at.is_(None)).order_by(GapRow.from_at.desc()))
    return {row.channel_id: row for row in rows}


def _channel_rows(now: datetime) -> Select[ChannelRow, bool, str | None, datetime | None]:
    """Channel, whether its outlet is wanted, the last look's error, and since when it waits for its host (if so)."""
    last_error = (
        select(FetchRow.error)
        .where(FetchRow.channel_id == ChannelRow.id, FetchRow.part_of.is_(None))
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(1)
        .correlate(ChannelRow)
    )
    is_waiting = and_(
        TargetRow.outlet == ChannelRow.outlet,
        TargetRow.url_key == "poll:" + ChannelRow.slug,
        TargetRow.state == TargetState.DUE.value,
        TargetRow.next_at <= now,
    )
    return (
        select(ChannelRow, OutletRow.enabled, last_error.scalar_subquery(), TargetRow.next_at)
        .join(OutletRow, OutletRow.slug == ChannelRow.outlet)
        .join(TargetRow, is_waiting, isouter=True)
        .where(ChannelRow.removed_at.is_(None), ChannelRow.kind != ChannelKind.MANUAL.value)
        .order_by(ChannelRow.outlet, ChannelRow.id)
    )
