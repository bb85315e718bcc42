"""How outlets and channels stand, for ops and for the end of a crawl."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from storage.backfill import was_backfilled
from storage.look_queries import last_poll_of_channel
from storage.tables import (
    ArticleRow,
    ChannelRow,
    EntryRow,
    FetchRow,
    GapRow,
    MentionRow,
    OutletRow,
    TodoRow,
    TopicRow,
    TopicVersionRow,
)
from storage.todos import MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """A channel and how it last answered. ``not_crawled`` says why it is not polled; ``gap_since`` is its open gap."""

    outlet: str
    slug: str
    kind: str
    address: str
    evidence: str
    enabled: bool
    not_crawled: str | None
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_outcome: str | None
    last_error: str | None
    failures: int
    gap_since: datetime | None


@dataclass(frozen=True, slots=True)
class OutletStatus:
    """An outlet that the catalogue names, with its channels. ``articles`` counts since the start of ``since``."""

    slug: str
    name: str
    enabled: bool
    last_ok_at: datetime | None
    refusing_since: datetime | None
    articles: int
    channels: tuple[ChannelStatus, ...]


@dataclass(frozen=True, slots=True)
class TodoCount:
    """How much of one kind must still happen, and how much of it failed for good."""

    kind: str
    waiting: int
    given_up: int


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """A topic's present version and how often it was found."""

    slug: str
    title: str
    version: int
    versions: int
    articles: int
    stored: int


def outlet_statuses(session: Session, *, since: datetime, outlets: Sequence[str] = ()) -> tuple[OutletStatus, ...]:
    """Each outlet by slug, with its channels in order and its articles first seen at or after ``since``."""
    channels: dict[str, list[ChannelStatus]] = {}
    for channel in _channels(session):
        channels.setdefault(channel.outlet, []).append(channel)
    counted = dict(
        session.execute(
            select(ArticleRow.outlet, func.count())
            .where(ArticleRow.first_seen_at >= since, ArticleRow.merged_into.is_(None), ~was_backfilled())
            .group_by(ArticleRow.outlet)
        ).all()
    )
    query = select(OutletRow).where(OutletRow.removed_at.is_(None)).order_by(OutletRow.slug)
    if outlets:
        query = query.where(OutletRow.slug.in_(outlets))
    return tuple(
        OutletStatus(
            slug=row.slug,
            name=row.name,
            enabled=row.enabled,
            last_ok_at=row.last_ok_at,
            refusing_since=row.refusing_since,
            articles=counted.get(row.slug, 0),
            channels=tuple(channels.get(row.slug, ())),
        )
        for row in session.scalars(query)
    )


def _channels(session: Session) -> list[ChannelStatus]:
    looked = aliased(FetchRow)
    query = (
        select(ChannelRow, GapRow.from_at, looked.error)
        .join(GapRow, (GapRow.channel_id == ChannelRow.id) & GapRow.to_at.is_(None), isouter=True)
        .join(looked, looked.id == last_poll_of_channel(), isouter=True)
        .where(ChannelRow.removed_at.is_(None))
        .order_by(ChannelRow.outlet, ChannelRow.id)
    )
    return [
        ChannelStatus(
            outlet=row.outlet,
            slug=row.slug,
            kind=row.kind,
            address=row.address,
            evidence=row.evidence,
            enabled=row.enabled,
            not_crawled=row.not_crawled,
            last_polled_at=row.last_polled_at,
            last_ok_at=row.last_ok_at,
            last_outcome=row.last_outcome,
            last_error=error,
            failures=row.failures,
            gap_since=since,
        )
        for row, since, error in session.execute(query)
    ]


def todo_counts(session: Session) -> tuple[TodoCount, ...]:
    """What must still happen, by kind."""
    given_up = func.sum(case((TodoRow.attempts >= MOST_ATTEMPTS, 1), else_=0))
    query = select(TodoRow.kind, func.count(), given_up).group_by(TodoRow.kind).order_by(TodoRow.kind)
    return tuple(TodoCount(kind, total - failed, failed) for kind, total, failed in session.execute(query))


def topic_statuses(session: Session) -> tuple[TopicStatus, ...]:
    """Each topic of the catalogue: version and number of articles whose latest revision mentions it."""
    stored = session.scalar(select(func.count()).select_from(ArticleRow).where(ArticleRow.merged_into.is_(None))) or 0
    versions = dict(session.execute(select(TopicVersionRow.topic, func.count()).group_by(TopicVersionRow.topic)).all())
    found = dict(
        session.execute(
            select(MentionRow.topic_version_id, func.count(ArticleRow.id.distinct()))
            .join(ArticleRow, ArticleRow.latest_revision_id == MentionRow.revision_id)
            .where(ArticleRow.merged_into.is_(None))
            .group_by(MentionRow.topic_version_id)
        ).all()
    )
    query = (
        select(TopicRow, TopicVersionRow)
        .join(TopicVersionRow, TopicVersionRow.id == TopicRow.current_version_id)
        .where(TopicRow.removed_at.is_(None))
        .order_by(TopicRow.slug)
    )
    return tuple(
        TopicStatus(
            slug=topic.slug,
            title=topic.title,
            version=version.version,
            versions=versions.get(topic.slug, 1),
            articles=found.get(version.id, 0),
            stored=stored,
        )
        for topic, version in session.execute(query)
    )


def new_entries_since(session: Session, since: datetime) -> dict[int, int]:
    """Entries first listed at or after ``since``, by channel id."""
    query = (
        select(EntryRow.channel_id, func.count()).where(EntryRow.first_seen_at >= since).group_by(EntryRow.channel_id)
    )
    return dict(session.execute(query).all())


def channel_names(session: Session) -> dict[int, tuple[str, str]]:
    """(outlet, slug) of each channel, by its id."""
    rows = session.execute(select(ChannelRow.id, ChannelRow.outlet, ChannelRow.slug))
    return {row.id: (row.outlet, row.slug) for row in rows}
