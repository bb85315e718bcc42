"""Looks as they are told to a person: one row of ``fetch``, whole, with nothing of it interpreted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from storage.tables import ChannelRow, ExtractionRow, FetchRow


@dataclass(frozen=True, slots=True)
class LookFact:
    """One request and what came of it. ``due_at``: when it was due, None where nobody noted it.

    ``listed`` and ``known`` count entries of a poll that was read. ``channel_id`` None: a page.
    """

    fetch_id: int
    target_id: int
    run_id: int | None
    outlet: str
    channel_id: int | None
    url: str
    reason: str
    due_at: datetime | None
    requested_at: datetime
    received_at: datetime
    conditional: bool
    status: int | None
    outcome: str
    reading: str | None
    error: str | None
    redirect_to: str | None
    retry_after_s: int | None
    body_bytes: int | None
    listed: int | None
    known: int | None
    part_of: int | None = None  # the poll (a fetch) that it is a further document of


@dataclass(frozen=True, slots=True)
class ReadingFact:
    """What an extractor read from a look for an article. ``text_source``: page or feed."""

    fetch_id: int
    article_id: int
    extractor: str
    made_at: datetime
    text_source: str
    title: str | None
    text_sha256: str


def look_fact(row: FetchRow) -> LookFact:
    """The look that a row tells of."""
    return LookFact(
        fetch_id=row.id,
        target_id=row.target_id,
        run_id=row.run_id,
        outlet=row.outlet,
        channel_id=row.channel_id,
        url=row.url,
        reason=row.reason,
        due_at=row.due_at,
        requested_at=row.requested_at,
        received_at=row.received_at,
        conditional=row.conditional,
        status=row.status,
        outcome=row.outcome,
        reading=row.reading,
        error=row.error,
        redirect_to=row.redirect_to,
        retry_after_s=row.retry_after_s,
        body_bytes=row.body_bytes,
        listed=row.listed,
        known=row.known,
        part_of=row.part_of,
    )


def looks_at_targets(session: Session, target_ids: Collection[int], *, limit: int) -> tuple[LookFact, ...]:
    """The last ``limit`` looks at each of these targets, oldest first."""
    found: list[LookFact] = []
    for target_id in target_ids:
        rows = session.scalars(
            select(FetchRow)
            .where(FetchRow.target_id == target_id)
            .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
            .limit(limit)
        )
        found += map(look_fact, rows)
    return tuple(sorted(found, key=lambda look: (look.requested_at, look.fetch_id)))


def last_poll_of_channel() -> ScalarSelect[int]:
    """Beside ``channel``: its last poll, one look into an index however many there were."""
    return (
        select(FetchRow.id)
        .where(FetchRow.channel_id == ChannelRow.id, FetchRow.part_of.is_(None))
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(1)
        .correlate(ChannelRow)
        .scalar_subquery()
    )


def looks_at_channel(session: Session, channel_id: int, *, limit: int) -> tuple[LookFact, ...]:
    """The last ``limit`` looks at a channel, its redirects' included, newest first."""
    rows = session.scalars(
        select(FetchRow)
        .where(FetchRow.channel_id == channel_id)
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(limit)
    )
    return tuple(map(look_fact, rows))


def readings_of(session: Session, fetch_ids: Collection[int]) -> tuple[ReadingFact, ...]:
    """What was read from these looks, in the order in which it was."""
    rows = session.scalars(
        select(ExtractionRow).where(ExtractionRow.fetch_id.in_(fetch_ids)).order_by(ExtractionRow.id)
    )
    return tuple(
        ReadingFact(
            fetch_id=row.fetch_id,
            article_id=row.article_id,
            extractor=row.extractor,
            made_at=row.made_at,
            text_source=row.text_source,
            title=row.title,
            text_sha256=row.text_sha256,
        )
        for row in rows
    )
