"""How large the store is, how it grows, and how soon a listed article is stored; and all facts of a status together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage.digest_looks import gaps
from storage.status_alerts import open_alerts
from storage.status_facts import StatusFacts, StoreFacts
from storage.status_outlets import day_start, outlet_healths
from storage.status_service import frontier_facts, job_facts, last_shift, poll_times
from storage.tables import ArticleRow, DigestRow, FetchRow, RecordRow, RevisionRow

GROWTH_OVER = timedelta(days=7)
SHORTEST_GROWTH = timedelta(hours=6)  # less history says nothing about a day
GAPS_OVER = timedelta(days=7)
MOST_LAGS = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """What the disk says, and at which revision the database and this version are."""

    archive_bytes: int
    free_bytes: int
    revision: str | None
    newest_revision: str
    last_backup_at: datetime | None = None


def status_facts(
    session: Session, *, now: datetime, zone: ZoneInfo, place: Place, outlets: Collection[str] = ()
) -> StatusFacts:
    """Everything a status is made of, of ``outlets`` or of all."""
    midnight = day_start(now, zone)
    found = outlet_healths(session, now=now, zone=zone, outlets=outlets)
    slugs = {outlet.slug for outlet in found}
    return StatusFacts(
        at=now,
        outlets=found,
        alerts=tuple(a for a in open_alerts(session) if not outlets or a.outlet in slugs),
        leader=last_shift(session),
        jobs=job_facts(session),
        polls=poll_times(session, now=now),
        frontier=frontier_facts(session, now=now, midnight=midnight),
        lags_s=lags(session, since=midnight),
        store=store_facts(session, now=now, place=place),
        gaps=tuple(g for g in gaps(session, (now - GAPS_OVER, now)) if g.outlet in slugs),
    )


def lags(session: Session, *, since: datetime) -> tuple[float, ...]:
    """Seconds from the first look that listed an article to the end of the one that brought its text, ascending.

    Of articles first seen since then, the last 20,000.
    """
    # A subquery for each article: joined, SQLite without statistics reads every revision there is.
    stored_at = (
        select(FetchRow.received_at)
        .join(RevisionRow, RevisionRow.fetch_id == FetchRow.id)
        .where(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == 1)
        .limit(1)
        .correlate(ArticleRow)
    )
    rows = session.execute(
        select(ArticleRow.first_seen_at, stored_at.scalar_subquery())
        .where(ArticleRow.first_seen_at >= since, ArticleRow.merged_into.is_(None))
        .order_by(ArticleRow.first_seen_at.desc())
        .limit(MOST_LAGS)
    )
    return tuple(sorted(max(0.0, (stored - listed).total_seconds()) for listed, stored in rows if stored))


def store_facts(session: Session, *, now: datetime, place: Place) -> StoreFacts:
    """Sizes, growth and revision."""
    size = database_bytes(session)
    return StoreFacts(
        database_bytes=size,
        archive_bytes=place.archive_bytes,
        free_bytes=place.free_bytes,
        growth_bytes_a_day=_growth(session, now, size, place.archive_bytes),
        last_digest_at=session.scalar(select(func.max(DigestRow.made_at))),
        revision=place.revision,
        newest_revision=place.newest_revision,
        last_backup_at=place.last_backup_at,
    )


def database_bytes(session: Session) -> int:
    """What the database takes on disk."""
    if session.get_bind().dialect.name == "sqlite":
        pages = session.execute(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
        return int(pages.scalar_one())
    return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _growth(session: Session, now: datetime, database: int, archive: int) -> int | None:
    """Bytes a day, as the archive grew in the last seven days; the database is taken to grow at the same rate."""
    first = session.execute(
        select(FetchRow.record_id, FetchRow.requested_at)
        .where(FetchRow.requested_at >= now - GROWTH_OVER, FetchRow.record_id.is_not(None))
        .order_by(FetchRow.requested_at, FetchRow.id)
        .limit(1)
    ).one_or_none()
    if first is None or now - first.requested_at < SHORTEST_GROWTH:
        return None
    written = int(session.scalar(select(func.sum(RecordRow.length)).where(RecordRow.id >= first.record_id)) or 0)
    days = (now - first.requested_at) / timedelta(days=1)
    whole = (database + archive) / archive if archive else 1.0
    return int(written * whole / days)
