"""Keeps the store small and quick: old polls that nothing cites are folded into hours, statistics are refreshed.

What a poll fetched stays in the archive and its record row stays too; only the row that says "looked, nothing new" is
folded. A fetch that an entry, an extraction or a revision cites is never touched.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.engine import Store
from storage.tables import ChannelHourRow, EntryRow, ExtractionRow, FetchRow, RevisionRow, TodoRow

FOLD_AFTER = timedelta(days=30)
ROWS_A_WRITE = 200
_ANALYSED_ROWS = 1_000  # of each index


def fold_old_polls(store: Store, *, now: datetime) -> int:
    """Fold the polls older than 30 days that nothing cites; gives their number. Safe to kill between two writes."""
    folded = 0
    before = now - FOLD_AFTER
    while True:
        count = store.write(lambda session: _fold_some(session, before))
        folded += count
        if count < ROWS_A_WRITE:
            return folded


def _fold_some(session: Session, before: datetime) -> int:
    cited = (
        exists().where(EntryRow.first_fetch_id == FetchRow.id),
        exists().where(ExtractionRow.fetch_id == FetchRow.id),
        exists().where(RevisionRow.fetch_id == FetchRow.id),
        exists().where(TodoRow.kind == "read", TodoRow.subject_id == FetchRow.id),
    )
    rows = session.execute(
        select(FetchRow.id, FetchRow.channel_id, FetchRow.requested_at, FetchRow.outcome, FetchRow.reading)
        .where(FetchRow.channel_id.is_not(None), FetchRow.requested_at < before)
        .where(*(~one for one in cited))
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

    def work(session: Session) -> None:
        if store.dialect == "sqlite":  # which locks out all other writers meanwhile
            session.execute(text(f"PRAGMA analysis_limit={_ANALYSED_ROWS}"))
        session.execute(text("ANALYZE"))

    store.write(work)
