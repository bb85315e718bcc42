"""Whether a gap was caught up: the look that ended it still listed what was listed before."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, exists, false, null, or_, true
from sqlalchemy.orm import aliased

from domain.fetch import FetchOutcome
from storage.digest_facts import ROLLOVER
from storage.tables import EntryRow, FetchRow, GapRow

_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)


def is_caught_up() -> ColumnElement[bool | None]:
    """A column beside ``gap``: true where the look that ended it joins what was listed before.

    A backfill that walked over it caught it up. A list that had turned over was caught up where an older page of the
    same poll joins it to what was listed before.
    False where that look listed only what is new, or the list had turned over and none did. Null: the gap is open, no
    look ended it, that look listed nothing, or the channel had never listed anything.
    """
    ending = and_(FetchRow.channel_id == GapRow.channel_id, FetchRow.requested_at == GapRow.to_at)
    joined = or_(FetchRow.outcome.in_(_UNCHANGED), FetchRow.known > 0, was_joined_by_part())
    listed_before = and_(EntryRow.channel_id == GapRow.channel_id, EntryRow.first_seen_at <= GapRow.from_at)
    return case(
        (GapRow.caught_up_at.is_not(None), true()),
        (and_(GapRow.reason == ROLLOVER, ~exists().where(ending, was_joined_by_part())), false()),
        (exists().where(ending, joined), true()),
        (
            and_(exists().where(ending, FetchRow.listed > 0, FetchRow.known == 0), exists().where(listed_before)),
            false(),
        ),
        else_=null(),
    )


def was_joined_by_part() -> ColumnElement[bool]:
    """Beside ``fetch``: whether a further document of this poll listed what was known, or had not changed."""
    part = aliased(FetchRow)
    joins = or_(part.known > 0, part.outcome.in_(_UNCHANGED))
    return exists().where(part.part_of == FetchRow.id, joins).correlate(FetchRow)
