"""Calendar jobs: begun once a due time, run beside the ticks; each leaves its outcome in a row."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from domain.clock import Clock
from domain.errors import OutageError, ParallaxError
from schedules.calendar import Every, Schedule
from storage import Session, Store
from storage.calendar import begin_job_run, end_job_run, hasten_job, job_states, put_job, vanished_jobs
from storage.outages import outage_behind

log = structlog.get_logger()


AGAIN_AFTER = timedelta(minutes=5)  # a job that an outage kept from its work; plan time


class JobError(ParallaxError):
    """What a job that ran in a process of its own says of its failure."""


@dataclass(frozen=True, slots=True)
class CalendarJob:
    """A job by name: when it is due (None: never), and what it does; the text it gives tells what it made."""

    name: str
    schedule: Schedule | None
    work: Callable[[], str | None]


class CalendarJobs:
    """Runs jobs in threads of their own, each one at a time. After an outage a job runs once, whatever it missed."""

    def __init__(self, store: Store, clock: Clock, owner: str, jobs: Sequence[CalendarJob]) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._jobs = {job.name: job for job in jobs}
        self._running: dict[str, tuple[threading.Thread, int]] = {}

    def replace(self, jobs: Sequence[CalendarJob], now: datetime) -> None:
        """Take other jobs, or other times for them; what is under way goes on."""
        self._jobs = {job.name: job for job in jobs}
        self.plan(now)

    def plan(self, now: datetime) -> None:
        """Write down when each job runs next; one whose schedule did not change keeps its time, due or past.

        One whose process vanished while it ran is due now, and one that waits longer than from now on does so no more:
        the clock was set back.
        """

        def work(session: Session) -> None:
            known = {state.name: state for state in job_states(session)}
            vanished = vanished_jobs(session)
            for job in self._jobs.values():
                written = str(job.schedule) if job.schedule else "off"
                before = known.get(job.name)
                next_at = job.schedule.after(now) if job.schedule else None
                if before is not None and before.schedule == written and next_at is not None:
                    next_at = now if job.name in vanished else min(before.next_at or next_at, next_at)
                put_job(session, job.name, schedule=written, next_at=next_at)
            for name in known.keys() - self._jobs.keys():
                put_job(session, name, schedule="off", next_at=None)

        self._store.write(work)

    def run_due(self, now: datetime) -> int:
        """Begin each job that is due and not under way; gives their number."""
        states = self._store.ask(job_states)
        due = [s for s in states if s.next_at is not None and s.next_at <= now]
        return sum(self._begin(state.name, state.next_at, now) for state in due if state.next_at is not None)

    def wait(self, within_s: float, *, is_last: bool) -> None:
        """Wait for jobs under way. With ``is_last`` the runs of those that go on end with the process, as lost."""
        deadline = time.monotonic() + within_s
        for thread, _ in list(self._running.values()):
            thread.join(max(0.0, deadline - time.monotonic()))
        left = {name: run_id for name, (thread, run_id) in self._running.items() if thread.is_alive()}
        if not left or not is_last:
            return
        now = self._clock.now()

        def work(session: Session) -> None:
            for run_id in left.values():
                end_job_run(session, run_id, outcome="lost", detail="it was stopped with the service", now=now)

        try:
            self._store.write(work)
        except ParallaxError as error:  # closed as lost when somebody leads again
            log.warning("job.outcome_lost", job=", ".join(left), error=str(error))

    def _begin(self, name: str, due_at: datetime, now: datetime) -> bool:
        job = self._jobs.get(name)
        running = self._running.get(name)
        if job is None or job.schedule is None or (running is not None and running[0].is_alive()):
            return False
        schedule = job.schedule

        def work(session: Session) -> int | None:
            put_job(session, name, schedule=str(schedule), next_at=schedule.after(now))
            return begin_job_run(
                session, name, due_at=due_at, owner=self._owner, now=now, repeats=isinstance(schedule, Every)
            )

        run_id = self._store.write(work)
        if run_id is None:
            return False
        thread = threading.Thread(target=self._run, args=(job, run_id), name=f"job-{name}", daemon=True)
        self._running[name] = thread, run_id
        thread.start()
        return True

    def _run(self, job: CalendarJob, run_id: int) -> None:
        outcome, is_put_off = "done", False
        try:
            detail = job.work()
            log.info("job.done", job=job.name, detail=detail)
            self._store.outages.worked(f"job {job.name}")
        except Exception as error:  # the border of one job: its outcome is stored
            told = str(error) if isinstance(error, JobError) else f"{type(error).__name__}: {error}"
            outcome, detail = "failed", " ".join(told.split())[:500]
            is_put_off = self._is_outage(error, job)
            if not is_put_off:
                log.error("job.failed", job=job.name, error=detail, exc_info=not isinstance(error, JobError))
        now = self._clock.now()

        def work(session: Session) -> None:
            end_job_run(session, run_id, outcome=outcome, detail=detail, now=now)
            if is_put_off:
                hasten_job(session, job.name, next_at=now + AGAIN_AFTER)

        try:
            self._store.write(work)
        except OutageError as error:  # the run is closed as lost when somebody leads again
            log.warning("job.outcome_lost", job=job.name, error=str(error))
        except Exception:  # the database is gone: the run is closed as lost when somebody leads again
            log.exception("job.outcome_lost", job=job.name)

    def _is_outage(self, error: Exception, job: CalendarJob) -> bool:
        """Whether trying again soon will help. A database's outage was told of where it was met, a full disk here."""
        outage = outage_behind(error)
        if outage is None:
            return False
        if outage is not error:
            self._store.outages.failed(outage, source=f"job {job.name}")
        log.warning("job.put_off", job=job.name, error=str(error), again_in_s=AGAIN_AFTER.total_seconds())
        return True
