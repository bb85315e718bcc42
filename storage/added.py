"""Addresses that somebody adds by hand: an entry of the outlet's manual channel, and a target that is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.fetch import Reason
from domain.frontier import NewTarget, TargetState
from domain.outlet import ChannelKind, Outlet
from domain.urls import host_key
from storage.catalogue import BY_HAND
from storage.frontier import PRIORITY, add_targets
from storage.tables import ArticleUrlRow, ChannelRow, EntryRow, TargetRow
from storage.todos import insert_ignoring


@dataclass(frozen=True, slots=True)
class Added:
    """What adding an address came to. ``was_known``: it was on the frontier already."""

    channel: str
    was_known: bool


def add_by_hand(session: Session, outlet: Outlet, url: str, url_key: str, *, now: datetime) -> Added:
    """Make ``url`` an entry of the outlet's manual channel and have it looked at now; doing it again changes no more.

    An address that was given up is tried again, and that of a stored article is looked at again. The outlet must be in
    the store.
    """
    channel_id, slug = _manual_channel(session, outlet, now)
    entry: dict[str, object] = {
        "channel_id": channel_id,
        "url_key": url_key,
        "url": url,
        "target_outlet": outlet.slug,
        "authors": [],
        "categories": [],
        "first_seen_at": now,
        "last_seen_at": now,
    }
    insert_ignoring(session, EntryRow, [entry], ["channel_id", "url_key"])
    was_known = (
        session.scalar(select(TargetRow.id).where(TargetRow.outlet == outlet.slug, TargetRow.url_key == url_key))
        is not None
    )
    is_article = select(ArticleUrlRow.id).where(ArticleUrlRow.outlet == outlet.slug, ArticleUrlRow.url_key == url_key)
    reason = Reason.RECHECK if session.scalar(is_article) is not None else Reason.NEW
    target = NewTarget(outlet=outlet.slug, url=url, url_key=url_key, host=host_key(url), reason=reason)
    add_targets(session, [target], outlet.politeness, now=now)
    session.execute(
        update(TargetRow)
        .where(TargetRow.outlet == outlet.slug, TargetRow.url_key == url_key)
        .values(state=TargetState.DUE.value, reason=reason.value, priority=PRIORITY[reason], next_at=now, attempts=0)
    )
    return Added(slug, was_known)


def _manual_channel(session: Session, outlet: Outlet, now: datetime) -> tuple[int, str]:
    """The channel that the catalogue names for it, else one made on demand."""
    slug = next((c.slug for c in outlet.channels if c.kind is ChannelKind.MANUAL and c.enabled), BY_HAND)
    row = session.scalar(select(ChannelRow).where(ChannelRow.outlet == outlet.slug, ChannelRow.slug == slug))
    if row is None:
        row = ChannelRow(
            outlet=outlet.slug,
            slug=slug,
            kind=ChannelKind.MANUAL.value,
            address=outlet.home or "",
            enabled=True,
            evidence="A",
            first_recorded_at=now,
            failures=0,
            polls=0,
        )
        session.add(row)
        session.flush()
    return row.id, row.slug
