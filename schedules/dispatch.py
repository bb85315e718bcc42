"""The leader's side of several machines: a job for each due host, and once a minute what keeps jobs and hosts in step.

A host that is due has a job or a living owner, or gets a job at the next tick; a job about a host with nothing due ends
at once, done. So neither the queue nor the frontier can forget what the other knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from crawler.owner import is_alive
from domain.errors import OutageError
from schedules.job_app import QUEUE, job_app, job_of
from storage import Session, Store
from storage.hosts import IsAlive, free_hosts_of_the_dead
from storage.job_tables import hosts_without_job, hurry_jobs
from storage.real_time import real_time

log = structlog.get_logger()

MOST_A_TICK = 500
SWEEP_EVERY_S = 60.0


class Dispatcher:
    """Used by one thread, the ticks'. ``close`` it at the end of a shift."""

    def __init__(self, store: Store, database_url: str, *, dead_after_s: float) -> None:
        self._store = store
        self._database_url = database_url
        self._dead_after = timedelta(seconds=dead_after_s)
        self._sweep_every_s = min(SWEEP_EVERY_S, dead_after_s)
        self._swept_at = float("-inf")
        with _outages():
            self._app = job_app(database_url).open()

    def close(self) -> None:
        """Close the connections."""
        self._app.close()

    def tick(self, now: datetime) -> int:
        """Defer a job for each due host that has none; sweep when it is time. Gives the number of jobs deferred.

        A job that waits is put ahead where a poll or a new page fell due at its host since.
        """
        if time.monotonic() - self._swept_at >= self._sweep_every_s:
            self._swept_at = time.monotonic()
            self.sweep(now)
        hurried = self._store.write(lambda session: self._hurry(session, now))
        if hurried:
            log.debug("jobs.hurried", jobs=hurried)
        with self._store.read() as session:
            real_now = real_time(session)
            lives = self._lives_at(real_now)
            hosts = hosts_without_job(session, is_alive=lives, real_now=real_now, now=now, limit=MOST_A_TICK)
        if hosts:
            with _outages():
                self._defer([job_of(host) for host in hosts])
            log.debug("jobs.deferred", jobs=len(hosts))
        return len(hosts)

    def sweep(self, now: datetime) -> None:
        """Free the hosts of workers that are gone, have their jobs done again, and delete what is finished."""

        def work(session: Session) -> None:
            real_now = real_time(session)
            free_hosts_of_the_dead(session, is_alive=self._lives_at(real_now), real_now=real_now, now=now)

        self._store.write(work)
        with _outages():
            retried = asyncio.run(self._sweep_jobs())
        if retried:
            log.warning("jobs.retried", jobs=retried, reason="their worker is gone")

    def _hurry(self, session: Session, now: datetime) -> int:
        real_now = real_time(session)
        return hurry_jobs(session, is_alive=self._lives_at(real_now), real_now=real_now, now=now, limit=MOST_A_TICK)

    def _lives_at(self, real_now: datetime) -> IsAlive:
        return lambda owner, beat: is_alive(owner, beat, real_now=real_now, dead_after=self._dead_after)

    def _defer(self, jobs: list[Job]) -> None:
        """All at once; where one of them is queued by now, one after the other."""
        try:
            self._app.job_manager.batch_defer_jobs(jobs)
        except AlreadyEnqueued:
            for job in jobs:
                try:
                    self._app.job_manager.defer_job(job)
                except AlreadyEnqueued:
                    continue

    async def _sweep_jobs(self) -> int:
        async with job_app(self._database_url, connections=1).open_async() as app:
            manager = app.job_manager
            stalled = await manager.get_stalled_jobs(
                queue=QUEUE, seconds_since_heartbeat=self._dead_after.total_seconds() / 2
            )
            retried = 0
            for job in stalled:
                try:
                    await manager.retry_job(job)
                    retried += 1
                except UniqueViolation:  # the host is queued again already
                    await manager.finish_job(job, Status.FAILED, delete_job=True)
                except ConnectorException as error:  # its worker came back and finished it meanwhile
                    log.info("job.not_retried", host=job.lock, error=str(error))
            await manager.delete_old_jobs(
                nb_hours=0, queue=QUEUE, include_failed=True, include_cancelled=True, include_aborted=True
            )
        return retried


@contextlib.contextmanager
def _outages() -> Iterator[None]:
    """Turns procrastinate's word for a database that does not answer into ours."""
    try:
        yield
    except ConnectorException as error:
        cause = str(error.__cause__ or error).strip().splitlines()
        raise OutageError("unreachable", f"the database can't be reached: {cause[0] if cause else error}") from error
