"""States that planning goes by."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from domain.planning import ChannelState
from storage.tables import ChannelRow, TargetRow


def channel_states(session: Session, outlets: Collection[str] = ()) -> list[ChannelState]:
    """Channels that the catalogue wants polled and this version can poll; none of ``outlets`` means all.

    A poll counts from its look on: one whose crawl was killed before its body was read is not made again at once.
    """
    query = (
        select(ChannelRow.id, TargetRow.id, ChannelRow.last_polled_at, TargetRow.last_fetched_at)
        .join(
            TargetRow,
            and_(TargetRow.channel_id == ChannelRow.id, TargetRow.via_target_id.is_(None)),
        )
        .where(ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))
        .order_by(ChannelRow.id)
    )
    if outlets:
        query = query.where(ChannelRow.outlet.in_(outlets))
    return [
        ChannelState(channel, target, max(filter(None, looks), default=None))
        for channel, target, *looks in session.execute(query)
    ]
