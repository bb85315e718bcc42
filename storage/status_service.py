"""How the service stands: who leads, calendar jobs, how punctual polls are, and what waits on the frontier."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from domain.frontier import TargetState
from storage.status_facts import FrontierFacts, JobFact, LeaderFact, PollTimes
from storage.status_queries import todo_counts
from storage.tables import FetchRow, HostRow, JobRow, JobRunRow, ShiftRow, TargetRow

PUNCTUAL_OVER = timedelta(hours=1)


def last_shift(session: Session) -> LeaderFact | None:
    """The shift that began last; None where no service ever ran on this store."""
    row = session.scalar(select(ShiftRow).order_by(ShiftRow.id.desc()).limit(1))
    if row is None:
        return None
    return LeaderFact(
        owner=row.owner,
        started_at=row.started_at,
        last_tick_at=row.last_tick_at,
        last_tick_real_at=row.last_tick_real_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        ticks=row.ticks,
    )


def job_facts(session: Session) -> tuple[JobFact, ...]:
    """The calendar jobs by name, each with its last run."""
    last = aliased(JobRunRow)
    last_id = (
        select(last.id).where(last.job == JobRow.name).order_by(last.due_at.desc()).limit(1).correlate(JobRow)
    ).scalar_subquery()
    rows = session.execute(
        select(JobRow, JobRunRow).join(JobRunRow, JobRunRow.id == last_id, isouter=True).order_by(JobRow.name)
    )
    return tuple(
        JobFact(
            name=job.name,
            schedule=job.schedule,
            next_at=job.next_at,
            last_succeeded_at=job.last_succeeded_at,
            last_started_at=run.started_at if run else None,
            last_outcome=run.outcome if run else None,
            last_detail=run.detail if run else None,
        )
        for job, run in rows
    )


def poll_times(session: Session, *, now: datetime) -> PollTimes:
    """How late the planned polls of the last hour began; one that was redirected counts once, from its first look."""
    begun = session.execute(
        select(FetchRow.due_at, func.min(FetchRow.requested_at))
        .where(FetchRow.requested_at > now - PUNCTUAL_OVER, FetchRow.requested_at <= now)
        .where(FetchRow.channel_id.is_not(None), FetchRow.part_of.is_(None), FetchRow.due_at.is_not(None))
        .group_by(FetchRow.channel_id, FetchRow.due_at)
    )
    waiting = session.scalars(
        select(TargetRow.next_at)
        .where(_on_a_host(), TargetRow.state == TargetState.DUE.value, TargetRow.next_at <= now)
        .where(TargetRow.channel_id.is_not(None), TargetRow.via_target_id.is_(None))
    )
    return PollTimes(
        begun_s=tuple(sorted(max(0.0, (at - due_at).total_seconds()) for due_at, at in begun if due_at is not None)),
        waiting_s=tuple(sorted((now - at).total_seconds() for at in waiting if at is not None)),
    )


def _on_a_host() -> ColumnElement[bool]:
    """True of every target; it leads SQLite through the index that begins with the host, not through all targets."""
    return TargetRow.host.in_(select(HostRow.key))


def frontier_facts(session: Session, *, now: datetime, midnight: datetime) -> FrontierFacts:
    """What waits, what is planned, what was given up, and the looks since ``midnight``."""
    is_due = case((TargetRow.next_at <= now, 1), else_=0)
    rows = session.execute(
        select(TargetRow.state, TargetRow.reason, is_due, func.count(), func.min(TargetRow.next_at))
        .where(_on_a_host(), TargetRow.state.in_((TargetState.DUE.value, TargetState.DEAD.value)))
        .group_by(TargetRow.state, TargetRow.reason, is_due)
    ).all()
    due = [(reason, count, oldest) for state, reason, ready, count, oldest in rows if state == "due" and ready]
    fetched = session.execute(
        select(FetchRow.outcome, func.count())
        .where(FetchRow.requested_at >= midnight, FetchRow.requested_at <= now)
        .group_by(FetchRow.outcome)
        .order_by(FetchRow.outcome)
    )
    return FrontierFacts(
        waiting=tuple(sorted((reason, count) for reason, count, _ in due)),
        oldest_due_at=min((oldest for _, _, oldest in due), default=None),
        later=sum(count for state, _, ready, count, _ in rows if state == "due" and not ready),
        set_aside=sum(count for state, _, _, count, _ in rows if state == "dead"),
        fetched_today=tuple((outcome, count) for outcome, count in fetched),
        todos=todo_counts(session),
        hosts_in_work=session.scalar(select(func.count()).where(HostRow.owner.is_not(None))) or 0,
    )
