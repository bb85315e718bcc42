"""The frontier of a trial: each channel polled once, a few pages, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from domain.fetch import Reason
from domain.frontier import TargetState
from storage.frontier import make_due
from storage.tables import ChannelRow, EntryRow, TargetRow


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page that a channel listed and nobody looked at. ``place``: where it stands among what was listed, from 1."""

    target_id: int
    outlet: str
    url: str
    channel_id: int
    place: int
    published_at: datetime | None


def make_polls_due(session: Session, outlets: Collection[str], *, now: datetime) -> int:
    """Have each channel that was never looked at polled now; gives their number. None of ``outlets`` means all."""
    query = (
        select(TargetRow.id)
        .join(ChannelRow, ChannelRow.id == TargetRow.channel_id)
        .where(
            ChannelRow.enabled,
            ChannelRow.removed_at.is_(None),
            ChannelRow.not_crawled.is_(None),
            TargetRow.via_target_id.is_(None),
            TargetRow.last_fetched_at.is_(None),
        )
    )
    if outlets:
        query = query.where(ChannelRow.outlet.in_(outlets))
    targets = session.scalars(query).all()
    make_due(session, targets, Reason.POLL, now=now)
    return len(targets)


def waiting_pages(session: Session, outlets: Collection[str]) -> tuple[WaitingPage, ...]:
    """The pages that wait to be looked at for the first time, in the order in which they were listed."""
    query = (
        select(TargetRow, EntryRow.channel_id, EntryRow.id, EntryRow.published_at)
        .join(EntryRow, and_(EntryRow.url_key == TargetRow.url_key, EntryRow.target_outlet == TargetRow.outlet))
        .join(ChannelRow, and_(ChannelRow.id == EntryRow.channel_id, ChannelRow.outlet == TargetRow.outlet))
        .where(*_never_looked_at())
        .order_by(EntryRow.channel_id, EntryRow.id)
    )
    if outlets:
        query = query.where(TargetRow.outlet.in_(outlets))
    return tuple(
        WaitingPage(row.id, row.outlet, row.url, channel_id, place, published_at)
        for row, channel_id, place, published_at in session.execute(query)
    )


def keep_pages(session: Session, target_ids: Collection[int]) -> None:
    """Set aside every page that waits and is none of these; where a redirect of one led is kept."""
    session.execute(
        update(TargetRow)
        .where(
            TargetRow.state == TargetState.DUE.value,
            TargetRow.channel_id.is_(None),
            TargetRow.id.not_in(target_ids),
            or_(TargetRow.via_target_id.is_(None), TargetRow.last_fetched_at.is_not(None)),
        )
        .values(state=TargetState.IDLE.value, next_at=None)
    )


def looked_at(session: Session) -> tuple[int, int]:
    """How many channels and how many pages were looked at so far."""
    counted = select(func.count()).select_from(TargetRow)
    seen = TargetRow.last_fetched_at.is_not(None), TargetRow.via_target_id.is_(None)
    channels = session.scalar(counted.where(*seen, TargetRow.channel_id.is_not(None))) or 0
    return channels, session.scalar(counted.where(*seen, TargetRow.channel_id.is_(None))) or 0


def _never_looked_at() -> tuple[ColumnElement[bool], ...]:
    return (
        TargetRow.channel_id.is_(None),
        TargetRow.via_target_id.is_(None),
        TargetRow.state == TargetState.DUE.value,
        TargetRow.last_fetched_at.is_(None),
    )
