"""Keeps the store small and quick: old polls that nothing cites are folded into hours, statistics are refreshed.

What a poll fetched stays in the archive and its record row stays too; only the row that says "looked, nothing new" is
folded. What an entry, an extraction, a revision or a gap cites is never touched, nor are the last listings of a
channel, however old: they say how much its list holds.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.fetch import PageReading
from storage.engine import Store
from storage.listings import LISTINGS_COMPARED
from storage.tables import ChannelHourRow, ChannelRow, EntryRow, ExtractionRow, FetchRow, GapRow, RevisionRow, TodoRow

FOLD_AFTER = timedelta(days=30)
ROWS_A_WRITE = 200


def fold_old_polls(store: Store, *, now: datetime) -> int:
    """Fold the polls older than 30 days that nothing cites; gives their number. Safe to kill between two writes."""
    folded = 0
    before = now - FOLD_AFTER
    with store.read() as session:
        channels = session.scalars(select(ChannelRow.id).order_by(ChannelRow.id)).all()
    for channel_id in channels:
        with store.read() as session:
            foldable = _is_foldable(session, channel_id, before)
            is_any = session.scalar(select(FetchRow.id).where(foldable).limit(1)) is not None
        count = ROWS_A_WRITE if is_any else 0
        while count == ROWS_A_WRITE:
            count = store.write(lambda session, foldable=foldable: _fold_some(session, foldable))  # type: ignore[misc]
            folded += count
    return folded


def _is_foldable(session: Session, channel_id: int, before: datetime) -> ColumnElement[bool]:
    """Which of a channel's polls may be folded."""
    cited = (
        exists().where(EntryRow.first_fetch_id == FetchRow.id),
        exists().where(ExtractionRow.fetch_id == FetchRow.id),
        exists().where(RevisionRow.fetch_id == FetchRow.id),
        exists().where(TodoRow.kind == "read", TodoRow.subject_id == FetchRow.id),
        exists().where(
            GapRow.channel_id == channel_id,
            or_(GapRow.from_at == FetchRow.requested_at, GapRow.to_at == FetchRow.requested_at),
        ),
    )
    is_listing = FetchRow.reading == PageReading.LISTED.value
    listings = select(FetchRow.requested_at).where(FetchRow.channel_id == channel_id, is_listing)
    last = session.scalars(listings.order_by(FetchRow.requested_at.desc()).limit(LISTINGS_COMPARED)).all()
    is_old = FetchRow.requested_at < (min(before, last[-1]) if last else before)
    is_no_listing = or_(FetchRow.reading.is_(None), ~is_listing) & (FetchRow.requested_at < before)
    return and_(FetchRow.channel_id == channel_id, or_(is_no_listing, is_old), *(~one for one in cited))


def _fold_some(session: Session, foldable: ColumnElement[bool]) -> int:
    rows = session.execute(
        select(FetchRow.id, FetchRow.channel_id, FetchRow.requested_at, FetchRow.outcome, FetchRow.reading)
        .where(foldable)
        .order_by(FetchRow.requested_at)
        .limit(ROWS_A_WRITE)
    ).all()
    hours: Counter[tuple[int, datetime, str]] = Counter()
    for _, channel_id, at, outcome, reading in rows:
        assert channel_id is not None
        hours[(channel_id, at.replace(minute=0, second=0, microsecond=0), reading or outcome)] += 1
    for (channel_id, hour_at, outcome), polls in hours.items():
        _add_polls(session, channel_id, hour_at, outcome, polls)
    if rows:
        session.execute(delete(FetchRow).where(FetchRow.id.in_([row[0] for row in rows])))
    return len(rows)


def _add_polls(session: Session, channel_id: int, hour_at: datetime, outcome: str, polls: int) -> None:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"channel_id": channel_id, "hour_at": hour_at, "outcome": outcome, "polls": polls}
    insert = dialect.insert(ChannelHourRow).values(row)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["channel_id", "hour_at", "outcome"],
            set_={"polls": ChannelHourRow.polls + insert.excluded.polls},
        )
    )


def refresh_statistics(store: Store) -> None:
    """Have the database look at its tables anew, so that its plans fit what is in them."""
    store.write(lambda session: session.execute(text("ANALYZE")))
