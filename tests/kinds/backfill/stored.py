"""What a store of this world holds, in the words in which its truth is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import func, select

from storage import Session, Store
from storage.checking import check_store
from storage.gaps import put_gap
from storage.tables import ArticleRow, ChannelRow, FetchRow, TodoRow
from tests.kinds.backfill.replies import Site
from tests.kinds.backfill.world import SITES

GAP = (datetime(2026, 2, 10, 6, tzinfo=UTC), datetime(2026, 2, 11, 6, tzinfo=UTC))


def put_gaps(session: Session) -> None:
    """Each channel was not seen for a day of those that are wanted, as if it had been polled then."""
    for channel_id in session.scalars(select(ChannelRow.id)).all():
        put_gap(session, channel_id, since=GAP[0], until=GAP[1], reason="timeout")


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def stored(store: Store) -> frozenset[tuple[str, str]]:
    with store.read() as session:
        return frozenset((row.outlet, path(row.url)) for row in session.scalars(select(ArticleRow)))


def by_outlet(found: frozenset[tuple[str, str]], sites: Iterable[Site] = SITES) -> dict[str, set[str]]:
    """Their paths, by the outlet."""
    return {site.slug: {place for slug, place in found if slug == site.slug} for site in sites}


def documents(store: Store, sites: Iterable[Site] = SITES) -> dict[str, set[tuple[str, str]]]:
    query = select(FetchRow).where(FetchRow.channel_id.is_not(None), FetchRow.reason == "backfill")
    with store.read() as session:
        rows = session.scalars(query).all()
        return {s.slug: {(path(r.url), r.reading or r.outcome) for r in rows if r.outlet == s.slug} for s in sites}


def looks(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(FetchRow)) or 0


def store_is_sound(store: Store) -> None:
    with store.read() as session:
        assert session.scalars(select(TodoRow.subject_id).where(TodoRow.kind == "read")).all() == []
    assert check_store(store, None).findings == []
