"""Whether a gap was caught up: the look that ended it still listed what was listed before."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, exists, false, null, or_, true

from domain.fetch import FetchOutcome
from storage.digest_facts import ROLLOVER
from storage.tables import EntryRow, FetchRow, GapRow

_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)


def is_caught_up() -> ColumnElement[bool | None]:
    """A column beside ``gap``: true where the look that ended it joins what was listed before.

    False where that look listed only what is new, or the list had turned over. Null: the gap is open, no look ended it,
    that look listed nothing, or the channel had never listed anything.
    """
    ending = and_(FetchRow.channel_id == GapRow.channel_id, FetchRow.requested_at == GapRow.to_at)
    joined = or_(FetchRow.outcome.in_(_UNCHANGED), FetchRow.known > 0)
    listed_before = and_(EntryRow.channel_id == GapRow.channel_id, EntryRow.first_seen_at <= GapRow.from_at)
    return case(
        (GapRow.reason == ROLLOVER, false()),
        (exists().where(ending, joined), true()),
        (
            and_(exists().where(ending, FetchRow.listed > 0, FetchRow.known == 0), exists().where(listed_before)),
            false(),
        ),
        else_=null(),
    )
