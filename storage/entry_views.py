"""How often posts and videos were seen, as observed over time: a count is kept where it differs from the one before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import EntryRow, EntryViewsRow
from storage.todos import insert_ignoring

_ENTRIES_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class Views:
    """The count that a look showed of an entry."""

    entry_id: int
    views: int


def put_views(session: Session, shown: Collection[Views], *, observed_at: datetime) -> None:
    """Store the counts that differ from the last ones observed until then. Doing it again changes nothing."""
    known = _last_views(session, [one.entry_id for one in shown], until=observed_at)
    rows: list[dict[str, object]] = [
        {"entry_id": one.entry_id, "observed_at": observed_at, "views": one.views}
        for one in shown
        if known.get(one.entry_id) != one.views
    ]
    insert_ignoring(session, EntryViewsRow, rows, ["entry_id", "observed_at"])


def _last_views(session: Session, entry_ids: list[int], *, until: datetime) -> dict[int, int | None]:
    last = (
        select(EntryViewsRow.views)
        .where(EntryViewsRow.entry_id == EntryRow.id, EntryViewsRow.observed_at <= until)
        .order_by(EntryViewsRow.observed_at.desc())
        .limit(1)
        .correlate(EntryRow)
        .scalar_subquery()
    )
    found: dict[int, int | None] = {}
    for start in range(0, len(entry_ids), _ENTRIES_A_QUERY):
        query = select(EntryRow.id, last).where(EntryRow.id.in_(entry_ids[start : start + _ENTRIES_A_QUERY]))
        found.update(dict(session.execute(query).all()))
    return found
