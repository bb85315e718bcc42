"""Calendar jobs: when each runs next, and what its runs gave. A due time has one run, whoever leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import JobRow, JobRunRow
from storage.todos import insert_ignoring

MOST_LOST = 3  # runs of a job in a row whose process vanished


@dataclass(frozen=True, slots=True)
class JobState:
    """A calendar job as it stands."""

    name: str
    schedule: str
    next_at: datetime | None
    last_succeeded_at: datetime | None


def job_states(session: Session) -> tuple[JobState, ...]:
    """All jobs that were ever planned, by name."""
    rows = session.scalars(select(JobRow).order_by(JobRow.name))
    return tuple(JobState(row.name, row.schedule, row.next_at, row.last_succeeded_at) for row in rows)


def vanished_jobs(session: Session) -> frozenset[str]:
    """Jobs whose last run was lost with its process; not those that lost three in a row: what kills is not repeated."""
    vanished = set()
    for name in session.scalars(select(JobRow.name)).all():
        last = select(JobRunRow.outcome).where(JobRunRow.job == name).order_by(JobRunRow.id.desc()).limit(MOST_LOST)
        outcomes = session.scalars(last).all()
        if outcomes[:1] == ["lost"] and outcomes != ["lost"] * MOST_LOST:
            vanished.add(name)
    return frozenset(vanished)


def put_job(session: Session, name: str, *, schedule: str, next_at: datetime | None) -> None:
    """Plan a job; None: it is switched off."""
    row = session.get(JobRow, name)
    if row is None:
        session.add(JobRow(name=name, schedule=schedule, next_at=next_at))
    else:
        row.schedule, row.next_at = schedule, next_at
    session.flush()


def hasten_job(session: Session, name: str, *, next_at: datetime) -> None:
    """Have a job run at ``next_at`` where it would run later; one that is switched off stays so."""
    session.execute(update(JobRow).where(JobRow.name == name, JobRow.next_at > next_at).values(next_at=next_at))


def begin_job_run(
    session: Session, name: str, *, due_at: datetime, owner: str, now: datetime, repeats: bool = False
) -> int | None:
    """Open the run that answers ``due_at``; None when another has it or had it already.

    With ``repeats`` a due time that comes again, because the clock was set back, has another run, due ``now``.
    """
    known = select(JobRunRow.id).where(JobRunRow.job == name, JobRunRow.due_at == due_at)
    if session.scalar(known.where(JobRunRow.started_at > now)) is not None and repeats:
        due_at = now
        known = select(JobRunRow.id).where(JobRunRow.job == name, JobRunRow.due_at == due_at)
    if session.scalar(known) is not None:
        return None
    insert_ignoring(
        session, JobRunRow, [{"job": name, "due_at": due_at, "owner": owner, "started_at": now}], ["job", "due_at"]
    )
    row = session.execute(known.add_columns(JobRunRow.owner)).one()
    return row.id if row.owner == owner else None


def end_job_run(session: Session, run_id: int, *, outcome: str, detail: str | None, now: datetime) -> None:
    """Close a run; a good one moves its job's last success."""
    row = session.get(JobRunRow, run_id)
    if row is None or row.ended_at is not None:
        return
    row.ended_at, row.outcome, row.detail = now, outcome, detail
    if outcome == "done":
        session.execute(update(JobRow).where(JobRow.name == row.job).values(last_succeeded_at=now))
