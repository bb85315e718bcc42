"""Keeps the store small and quick: old polls that nothing cites are folded into hours, statistics are refreshed.

What a poll fetched stays in the archive as long as retention lets it, and its record row stays too; only the row that
says "looked, nothing new" is folded. Where there is retention, not before the bytes went: it goes by that row. What an
entry, an extraction, a revision, a merge, a step of an article's state or a gap cites is never touched, nor are the
last listings of a channel, however old: they say how much its list holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import ColumnElement, Row, delete, exists, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from domain.fetch import PageReading
from storage.engine import Store
from storage.listings import LISTINGS_COMPARED
from storage.tables import (
    ArticleMergeRow,
    ArticleStateRow,
    ChannelHourRow,
    ChannelRow,
    EntryRow,
    ExtractionRow,
    FetchRow,
    GapRow,
    RecordRow,
    RevisionRow,
    TodoRow,
)

FOLD_AFTER = timedelta(days=30)
ROWS_A_WRITE = 200
_ROWS_OF_AN_INDEX = 1_000
_START: tuple[datetime, int] = (datetime.min.replace(tzinfo=UTC), 0)
_Poll: TypeAlias = Row[int, int | None, datetime, str, str | None, int | None]


def fold_old_polls(store: Store, *, now: datetime, with_bytes: bool = True) -> int:
    """Fold the polls older than 30 days that nothing cites; gives their number. Safe to kill between two writes.

    Without ``with_bytes`` only those of which the archive holds no bytes, or none any more.
    """
    with store.read() as session:
        channels = session.scalars(select(ChannelRow.id).order_by(ChannelRow.id)).all()
    return sum(_fold_channel(store, channel_id, now - FOLD_AFTER, with_bytes=with_bytes) for channel_id in channels)


def _fold_channel(store: Store, channel_id: int, before: datetime, *, with_bytes: bool) -> int:
    folded, after = 0, _START
    with store.read() as session:
        is_old = _is_old(session, channel_id, before)
    if not with_bytes:
        is_old &= ~exists().where(RecordRow.id == FetchRow.record_id, RecordRow.dropped_at.is_(None))
    while True:
        with store.read() as session:  # cited polls are passed over here, for they may be many, and no writer waits
            found = _uncited(session, channel_id, is_old, after=after)
        if not found:
            return folded
        after = (found[-1].requested_at, found[-1].id)
        ids = [row.id for row in found]
        folded += store.write(lambda session, ids=ids: _fold(session, channel_id, ids))  # type: ignore[misc]


def _is_old(session: Session, channel_id: int, before: datetime) -> ColumnElement[bool]:
    """Older than ``before`` and, of what the channel listed, older than its last listings."""
    is_listing = FetchRow.reading == PageReading.LISTED.value
    listings = select(FetchRow.requested_at).where(
        FetchRow.channel_id == channel_id, FetchRow.part_of.is_(None), is_listing
    )
    last = session.scalars(listings.order_by(FetchRow.requested_at.desc()).limit(LISTINGS_COMPARED)).all()
    is_no_listing = or_(FetchRow.reading.is_(None), ~is_listing)
    return (FetchRow.requested_at < before) & or_(is_no_listing, FetchRow.requested_at < min([before, *last]))


def _uncited(
    session: Session, channel_id: int, condition: ColumnElement[bool], *, after: tuple[datetime, int] = _START
) -> Sequence[_Poll]:
    """Polls of a channel that nothing cites, by time; those that follow on ``after``, a time and an id."""
    poll = aliased(FetchRow)
    is_bound = or_(GapRow.from_at == FetchRow.requested_at, GapRow.to_at == FetchRow.requested_at)
    cited = (
        exists().where(EntryRow.first_fetch_id == FetchRow.id),
        exists().where(ExtractionRow.fetch_id == FetchRow.id),
        exists().where(RevisionRow.fetch_id == FetchRow.id),
        exists().where(ArticleMergeRow.fetch_id == FetchRow.id),
        exists().where(ArticleStateRow.fetch_id == FetchRow.id),
        exists().where(TodoRow.kind == "read", TodoRow.subject_id == FetchRow.id),
        exists().where(GapRow.channel_id == channel_id, is_bound),
        exists().where(poll.id == FetchRow.part_of),  # a further document stays as long as its poll
    )
    at, fetch_id = after
    return session.execute(
        select(
            FetchRow.id,
            FetchRow.channel_id,
            FetchRow.requested_at,
            FetchRow.outcome,
            FetchRow.reading,
            FetchRow.part_of,
        )
        .where(FetchRow.channel_id == channel_id, condition)
        .where(FetchRow.requested_at >= at, or_(FetchRow.requested_at > at, FetchRow.id > fetch_id))
        .where(*(~one for one in cited))
        .order_by(FetchRow.requested_at, FetchRow.id)
        .limit(ROWS_A_WRITE)
    ).all()


def _fold(session: Session, channel_id: int, ids: Sequence[int]) -> int:
    rows = _uncited(session, channel_id, FetchRow.id.in_(ids))
    hours: Counter[tuple[datetime, str]] = Counter()
    for _, _, at, outcome, reading, part_of in rows:
        if part_of is not None:  # its poll is counted with its first document
            continue
        hours[(at.replace(minute=0, second=0, microsecond=0), reading or outcome)] += 1
    for (hour_at, outcome), polls in hours.items():
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
    """Have the database look at its tables anew, so that its plans fit what is in them.

    SQLite reads but a part of each index: all of a large one would hold up every writer meanwhile.
    """

    def work(session: Session) -> None:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text(f"PRAGMA analysis_limit={_ROWS_OF_AN_INDEX}"))
        session.execute(text("ANALYZE"))

    store.write(work)
