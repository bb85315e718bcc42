"""Channels by the name that the catalogue gives them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import ChannelRow


def channel_id_of(session: Session, outlet: str, slug: str) -> int | None:
    """The channel's number; None where no catalogue ever named it."""
    return session.scalar(select(ChannelRow.id).where(ChannelRow.outlet == outlet, ChannelRow.slug == slug))
