"""One channel for a person who asks: how it is polled, how it answered, and when it was not seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.look_queries import LookFact, looks_at_channel
from storage.status_alerts import AlertFact, open_alerts
from storage.tables import ChannelHourRow, ChannelRow, GapRow, OutletRow, TargetRow
from storage.why_facts import HostFact
from storage.why_queries import host_fact

MOST_GAPS = 10


@dataclass(frozen=True, slots=True)
class ChannelPlace:
    """Where a channel is: its number, its outlet and name, its address."""

    channel_id: int
    outlet: str
    slug: str
    address: str


@dataclass(frozen=True, slots=True)
class ChannelGap:
    """A span in which the channel was not, or not completely, seen. ``to_at`` None: it still is not."""

    from_at: datetime
    to_at: datetime | None
    reason: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel as it stands. ``looks``: its last ones, newest first; ``before``: the one before the oldest of them.

    ``is_wanted``: outlet and channel are in the catalogue and switched on. ``interval_s``, ``setback`` and
    ``next_poll_at``: as the service planned it, None where none did. ``ttl_s`` and ``depth_s``: as its last answer
    said, None where it did not. ``window_h``: as the catalogue states it. ``folded``: polls of old hours by outcome.
    ``platform_id``: what its platform knows it by, where it was asked for it.
    """

    channel_id: int
    outlet: str
    slug: str
    kind: str
    address: str
    language: str | None
    body: str | None
    evidence: str
    is_wanted: bool
    not_crawled: str | None
    window_h: int | None
    polls: int
    failures: int
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    target_state: str | None
    target_next_at: datetime | None
    interval_s: int | None
    setback: float | None
    ttl_s: int | None
    depth_s: int | None
    host: HostFact | None
    looks: tuple[LookFact, ...]
    before: LookFact | None
    gaps: tuple[ChannelGap, ...]
    alerts: tuple[AlertFact, ...]
    folded: tuple[tuple[str, int], ...]
    platform_id: str | None = None


def channel_places(session: Session) -> tuple[ChannelPlace, ...]:
    """Every channel that the catalogue ever named, by outlet and in the order of its file."""
    rows = session.execute(
        select(ChannelRow.id, ChannelRow.outlet, ChannelRow.slug, ChannelRow.address).order_by(
            ChannelRow.outlet, ChannelRow.id
        )
    )
    return tuple(ChannelPlace(*row) for row in rows)


def channel_facts(session: Session, channel_id: int, *, looks: int) -> ChannelFacts:
    """The channel with its last ``looks`` looks and its last ten gaps."""
    row, outlet, target = session.execute(
        select(ChannelRow, OutletRow, TargetRow)
        .join(OutletRow, OutletRow.slug == ChannelRow.outlet)
        .join(
            TargetRow,
            (TargetRow.outlet == ChannelRow.outlet) & (TargetRow.url_key == "poll:" + ChannelRow.slug),
            isouter=True,
        )
        .where(ChannelRow.id == channel_id)
    ).one()
    found = looks_at_channel(session, channel_id, limit=looks + 1)
    return ChannelFacts(
        channel_id=row.id,
        outlet=row.outlet,
        slug=row.slug,
        kind=row.kind,
        address=row.address,
        language=row.language,
        body=row.body,
        evidence=row.evidence,
        is_wanted=outlet.enabled and outlet.removed_at is None and row.enabled and row.removed_at is None,
        not_crawled=row.not_crawled,
        window_h=row.window_h,
        polls=row.polls,
        failures=row.failures,
        last_polled_at=row.last_polled_at,
        last_ok_at=row.last_ok_at,
        last_new_at=row.last_new_at,
        next_poll_at=row.next_poll_at,
        target_state=target.state if target else None,
        target_next_at=target.next_at if target else None,
        interval_s=row.interval_s,
        setback=row.setback,
        ttl_s=row.ttl_s,
        depth_s=row.depth_s,
        host=host_fact(session, target.host) if target else None,
        looks=found[:looks],
        before=found[looks] if len(found) > looks else None,
        gaps=_gaps(session, channel_id),
        alerts=tuple(a for a in open_alerts(session) if a.channel == f"{row.outlet}/{row.slug}"),
        folded=_folded(session, channel_id),
        platform_id=row.platform_id,
    )


def _gaps(session: Session, channel_id: int) -> tuple[ChannelGap, ...]:
    rows = session.scalars(
        select(GapRow).where(GapRow.channel_id == channel_id).order_by(GapRow.from_at.desc()).limit(MOST_GAPS)
    )
    return tuple(ChannelGap(row.from_at, row.to_at, row.reason, row.detail) for row in rows)


def _folded(session: Session, channel_id: int) -> tuple[tuple[str, int], ...]:
    rows = session.execute(
        select(ChannelHourRow.outcome, func.sum(ChannelHourRow.polls))
        .where(ChannelHourRow.channel_id == channel_id)
        .group_by(ChannelHourRow.outcome)
        .order_by(ChannelHourRow.outcome)
    )
    return tuple((outcome, int(polls)) for outcome, polls in rows)
