"""Facts for the watch: outlets, hosts, jobs, work that failed for good, and how fast the store grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from domain.outlet import Expectations
from domain.watching import HostFacts, JobFacts, Listing, OutletFacts, TodoFacts
from storage.tables import (
    ArticleRow,
    ChannelRow,
    FetchRow,
    HostRow,
    JobRow,
    JobRunRow,
    OutletRow,
    RecordRow,
    ShiftRow,
    TargetRow,
    TodoRow,
)
from storage.todos import MOST_ATTEMPTS
from storage.watch_channels import channel_facts, channel_listings
from storage.watch_pages import page_looks

DAYS = 29  # the last 24 hours and the four weeks before
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What a month of rows is read for, as of ``at``: a watch may well use what was read some watches before.

    ``listings`` by channel, ``day_counts`` and ``first_looks`` by outlet; ``archive_a_day`` in bytes, None: not known
    yet; ``week_share`` is the part of all fetches that the last week made.
    """

    at: datetime
    listings: Mapping[int, Listing]
    day_counts: Mapping[str, Mapping[int, int]]
    first_looks: Mapping[str, datetime]
    archive_a_day: float | None
    week_share: float


def month_facts(session: Session, *, now: datetime) -> MonthFacts:
    """All of it, read now."""
    channels = list(session.scalars(select(ChannelRow.id).where(ChannelRow.enabled, ChannelRow.removed_at.is_(None))))
    return MonthFacts(
        at=now,
        listings=channel_listings(session, channels, now),
        day_counts=_day_counts(session, now),
        first_looks=_first_looks(session),
        archive_a_day=archive_growth(session, now=now),
        week_share=recent_share(session, now=now),
    )


def outlet_facts(
    session: Session, expectations: Mapping[str, Expectations], *, now: datetime, month: MonthFacts | None = None
) -> tuple[OutletFacts, ...]:
    """Each outlet that is crawled, by slug, without its pages. ``expectations`` are the catalogue's."""
    month = month or month_facts(session, now=now)
    rows = session.scalars(
        select(OutletRow).where(OutletRow.removed_at.is_(None), OutletRow.enabled).order_by(OutletRow.slug)
    ).all()
    slugs = [row.slug for row in rows]
    channels = channel_facts(session, slugs, now=now, listings=month.listings)
    counts, first = month.day_counts, month.first_looks
    return tuple(
        OutletFacts(
            slug=row.slug,
            name=row.name,
            zone=row.zone,
            expectations=expectations.get(row.slug, Expectations()),
            channels=channels[row.slug],
            day_counts=_whole_days(counts.get(row.slug, {}), first.get(row.slug), now),
            refusing_since=row.refusing_since,
        )
        for row in rows
        if row.slug in channels
    )


def with_pages(session: Session, outlets: Sequence[OutletFacts], *, now: datetime) -> tuple[OutletFacts, ...]:
    """The same with the latest looks at their pages: some hundred texts an outlet, so ask for a few at a time."""
    pages = page_looks(session, [outlet.slug for outlet in outlets], now=now)
    return tuple(replace(outlet, pages=pages.get(outlet.slug, ())) for outlet in outlets)


def _day_counts(session: Session, now: datetime) -> dict[str, dict[int, int]]:
    """Articles first seen by outlet and by days ago (0: the last 24 hours); what the first look showed is left out."""
    found: dict[str, dict[int, int]] = {}
    for ago in range(DAYS):
        query = (
            select(ArticleRow.outlet, func.count())
            .where(
                ArticleRow.first_seen_at > now - (ago + 1) * _DAY,
                ArticleRow.first_seen_at <= now - ago * _DAY,
                ArticleRow.absent_at.is_not(None),
                ArticleRow.merged_into.is_(None),
            )
            .group_by(ArticleRow.outlet)
        )
        for outlet, count in session.execute(query):
            found.setdefault(outlet, {})[ago] = count
    return found


def _first_looks(session: Session) -> dict[str, datetime]:
    """When each outlet was first looked at, as far as is kept: the creation of the target of its first channel."""
    query = (
        select(TargetRow.outlet, func.min(TargetRow.created_at))
        .where(TargetRow.channel_id.in_(select(ChannelRow.id)), TargetRow.last_fetched_at.is_not(None))
        .group_by(TargetRow.outlet)
    )
    return dict(session.execute(query).all())


def _whole_days(counts: Mapping[int, int], first: datetime | None, now: datetime) -> tuple[int, ...]:
    if first is None:
        return ()
    return tuple(counts.get(ago, 0) for ago in range(min(DAYS, (now - first) // _DAY)))


def host_facts(session: Session) -> tuple[HostFacts, ...]:
    """Hosts of channels that are polled, with their outlets."""
    query = (
        select(
            HostRow.key,
            TargetRow.outlet,
            HostRow.robots_outcome,
            HostRow.robots_changed_at,
            HostRow.certificate_changed_at,
            HostRow.certificate_expires_at,
        )
        .join(TargetRow, TargetRow.host == HostRow.key)
        .join(ChannelRow, ChannelRow.id == TargetRow.channel_id)
        .join(OutletRow, OutletRow.slug == TargetRow.outlet)
        .where(ChannelRow.enabled, ChannelRow.removed_at.is_(None), OutletRow.enabled, OutletRow.removed_at.is_(None))
        .distinct()
        .order_by(HostRow.key, TargetRow.outlet)
    )
    found: dict[str, HostFacts] = {}
    for key, outlet, robots, robots_at, certificate_at, ends_at in session.execute(query):
        outlets = (*found[key].outlets, outlet) if key in found else (outlet,)
        found[key] = HostFacts(key, outlets, robots, robots_at, certificate_at, ends_at)
    return tuple(found.values())


def job_facts(session: Session, *, now: datetime) -> tuple[JobFacts, ...]:
    """Each calendar job with its last run that was due by now."""
    found = []
    for job in session.scalars(select(JobRow).order_by(JobRow.name)):
        run = session.scalar(
            select(JobRunRow)
            .where(JobRunRow.job == job.name, JobRunRow.due_at <= now)
            .order_by(JobRunRow.due_at.desc())
            .limit(1)
        )
        last = (run.due_at, run.outcome, run.detail) if run else (None, None, None)
        found.append(JobFacts(job.name, job.next_at, job.last_succeeded_at, *last))
    return tuple(found)


def todo_facts(session: Session) -> tuple[TodoFacts, ...]:
    """Work that failed for good, by kind."""
    query = (
        select(TodoRow.kind, func.count(), func.min(TodoRow.created_at), func.max(TodoRow.error))
        .where(TodoRow.attempts >= MOST_ATTEMPTS)
        .group_by(TodoRow.kind)
        .order_by(TodoRow.kind)
    )
    return tuple(TodoFacts(*row) for row in session.execute(query))


def last_real_tick(session: Session) -> datetime | None:
    """The last sign of life of the scheduler that leads, by the system's clock; None: nobody leads."""
    return session.scalar(
        select(ShiftRow.last_tick_real_at)
        .where(ShiftRow.ended_at.is_(None))
        .order_by(ShiftRow.last_tick_real_at.desc())
        .limit(1)
    )


def archive_growth(session: Session, *, now: datetime, days: int = 7) -> float | None:
    """Bytes a day that the archive grew by in the last ``days`` days; None where it is younger than two."""
    first = session.scalar(select(func.min(FetchRow.requested_at)).where(FetchRow.requested_at >= now - days * _DAY))
    if first is None or now - first < 2 * _DAY:
        return None
    grown = session.scalar(
        select(func.sum(RecordRow.length))
        .join(FetchRow, FetchRow.record_id == RecordRow.id)
        .where(FetchRow.requested_at >= now - days * _DAY)
    )
    return float(grown or 0) / ((now - first) / _DAY)


def recent_share(session: Session, *, now: datetime, days: int = 7) -> float:
    """The part of all fetches that the last ``days`` days made: what of the database they made, about."""
    newest = session.scalar(select(func.max(FetchRow.id))) or 0
    oldest = session.scalar(select(func.min(FetchRow.id)).where(FetchRow.requested_at >= now - days * _DAY))
    return (newest - oldest + 1) / newest if newest and oldest is not None else 0.0


def database_bytes(session: Session) -> int:
    """How large the database is."""
    if session.get_bind().dialect.name == "sqlite":
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages) * int(session.execute(text("PRAGMA page_size")).scalar_one())
    return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
