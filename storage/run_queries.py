"""Runs over hosts, runs of calendar jobs and shifts, for a person who asks how the service worked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from storage.look_queries import LookFact, look_fact
from storage.tables import ChannelRow, FetchRow, JobRunRow, RunRow, ShiftRow

MOST_LOOKED_THROUGH = 20_000  # runs that are looked through for failed ones
_BATCH = 500
_FINE = {*(o.value for o in FetchOutcome if o.is_success), FetchOutcome.REDIRECTED.value}


@dataclass(frozen=True, slots=True)
class RunFact:
    """One pass over one host. ``looks``: fetches by outcome, empty while it is under way or where it was lost."""

    run_id: int
    host: str
    owner: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    looks: Mapping[str, int]

    @property
    def has_failed(self) -> bool:
        """Whether it was lost, or one of its looks failed."""
        return self.outcome == "lost" or any(count and outcome not in _FINE for outcome, count in self.looks.items())


@dataclass(frozen=True, slots=True)
class JobRunFact:
    """One run of a calendar job."""

    job_run_id: int
    job: str
    due_at: datetime
    owner: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class ShiftFact:
    """One stretch in which one scheduler led."""

    shift_id: int
    owner: str
    started_at: datetime
    last_tick_at: datetime
    ended_at: datetime | None
    outcome: str | None
    ticks: int


@dataclass(frozen=True, slots=True)
class RunLook:
    """A look of a run. ``channel``: ``outlet/slug`` of a poll; None: a page."""

    channel: str | None
    look: LookFact


def last_runs(
    session: Session, *, limit: int, host: str | None = None, since: datetime | None = None, only_failed: bool = False
) -> tuple[RunFact, ...]:
    """The last runs, newest first; of ``host``, begun at or after ``since``. Failed ones among the last 20,000."""
    query = select(RunRow).order_by(RunRow.id.desc())
    if host is not None:
        query = query.where(RunRow.host == host)
    if since is not None:
        query = query.where(RunRow.started_at >= since)
    if not only_failed:
        return tuple(map(_run, session.scalars(query.limit(limit))))
    found: list[RunFact] = []
    below: int | None = None
    for _ in range(MOST_LOOKED_THROUGH // _BATCH):
        batch = list(
            map(_run, session.scalars((query if below is None else query.where(RunRow.id < below)).limit(_BATCH)))
        )
        found += [run for run in batch if run.has_failed]
        if len(found) >= limit or len(batch) < _BATCH:
            break
        below = batch[-1].run_id
    return tuple(found[:limit])


def find_run(session: Session, run_id: int) -> RunFact | None:
    """The run of this number."""
    row = session.get(RunRow, run_id)
    return _run(row) if row is not None else None


def looks_of_run(session: Session, run: RunFact) -> tuple[RunLook, ...]:
    """Its fetches in order. They are looked for in its span of time: no index names a fetch's run."""
    query = (
        select(FetchRow, ChannelRow.outlet, ChannelRow.slug)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id, isouter=True)
        .where(FetchRow.requested_at >= run.started_at, FetchRow.run_id == run.run_id)
        .order_by(FetchRow.requested_at, FetchRow.id)
    )
    if run.ended_at is not None:
        query = query.where(FetchRow.requested_at <= run.ended_at)
    return tuple(
        RunLook(f"{outlet}/{slug}" if slug is not None else None, look_fact(row))
        for row, outlet, slug in session.execute(query)
    )


def last_job_runs(
    session: Session, *, limit: int, since: datetime | None = None, job: str | None = None
) -> tuple[JobRunFact, ...]:
    """The last runs of calendar jobs, or of one ``job``, newest first."""
    query = select(JobRunRow).order_by(JobRunRow.id.desc()).limit(limit)
    if since is not None:
        query = query.where(JobRunRow.started_at >= since)
    if job is not None:
        query = query.where(JobRunRow.job == job)
    return tuple(
        JobRunFact(r.id, r.job, r.due_at, r.owner, r.started_at, r.ended_at, r.outcome, r.detail)
        for r in session.scalars(query)
    )


def last_shifts(session: Session, *, limit: int, since: datetime | None = None) -> tuple[ShiftFact, ...]:
    """The last shifts, newest first."""
    query = select(ShiftRow).order_by(ShiftRow.id.desc()).limit(limit)
    if since is not None:
        query = query.where(ShiftRow.started_at >= since)
    return tuple(
        ShiftFact(r.id, r.owner, r.started_at, r.last_tick_at, r.ended_at, r.outcome, r.ticks)
        for r in session.scalars(query)
    )


def _run(row: RunRow) -> RunFact:
    return RunFact(row.id, row.host, row.owner, row.started_at, row.ended_at, row.outcome, dict(row.counts))
