"""Shifts: which scheduler led from when to when, so that what nobody looked at is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import JobRunRow, ShiftRow


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as it stands."""

    id: int
    owner: str
    started_at: datetime
    last_tick_at: datetime
    ended_at: datetime | None
    outcome: str | None
    ticks: int


def begin_shift(session: Session, owner: str, *, now: datetime, real_now: datetime) -> tuple[int, datetime | None]:
    """Open a shift; gives its id and the end of the one before (its last sign of life, where it vanished), or None.

    Whoever calls this holds the lead: shifts and job runs that are still open belong to processes that vanished.
    """
    last = session.scalar(select(ShiftRow).order_by(ShiftRow.id.desc()).limit(1))
    stopped_at = (last.ended_at or last.last_tick_at) if last is not None else None
    session.execute(
        update(ShiftRow).where(ShiftRow.ended_at.is_(None)).values(ended_at=ShiftRow.last_tick_at, outcome="lost")
    )
    session.execute(
        update(JobRunRow)
        .where(JobRunRow.ended_at.is_(None))
        .values(ended_at=now, outcome="lost", detail="its process vanished")
    )
    return _opened(session, owner, now=now, real_now=real_now), stopped_at


def go_on(
    session: Session, shift_id: int, owner: str, *, stopped_at: datetime, now: datetime, real_now: datetime
) -> int:
    """The same process leads on after its machine slept, or its clock was moved: a shift ends, another begins.

    Its job runs go on. Gives the new shift's id.
    """
    end_shift(session, shift_id, now=stopped_at, outcome="lost")
    return _opened(session, owner, now=now, real_now=real_now)


def _opened(session: Session, owner: str, *, now: datetime, real_now: datetime) -> int:
    row = ShiftRow(owner=owner, started_at=now, last_tick_at=now, last_tick_real_at=real_now, ticks=0)
    session.add(row)
    session.flush()
    return row.id


def note_ticks(session: Session, shift_id: int, *, now: datetime, real_now: datetime, ticks: int) -> None:
    """A sign of life of a shift, with the number of its ticks so far."""
    session.execute(
        update(ShiftRow)
        .where(ShiftRow.id == shift_id)
        .values(last_tick_at=now, last_tick_real_at=real_now, ticks=ticks)
    )


def end_shift(session: Session, shift_id: int, *, now: datetime, outcome: str) -> None:
    """Close a shift; one that was closed already (another leads by now) stays as it is."""
    session.execute(
        update(ShiftRow)
        .where(ShiftRow.id == shift_id, ShiftRow.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome)
    )


def present_shift(session: Session) -> Shift | None:
    """The shift that is under way, or None."""
    row = session.scalar(select(ShiftRow).where(ShiftRow.ended_at.is_(None)).order_by(ShiftRow.id.desc()).limit(1))
    if row is None:
        return None
    return Shift(row.id, row.owner, row.started_at, row.last_tick_at, row.ended_at, row.outcome, row.ticks)
