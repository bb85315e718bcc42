"""A worker's side of several machines: takes jobs about due hosts and has each host crawled, until told to stop.

Who crawls is handed in, and so is known only by what came of it. A job whose host was not done, because the worker was
told to stop, is put back for another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from schedules.job_app import QUEUE, TASK, job_app

log = structlog.get_logger()

CrawlHost = Callable[[str], Awaitable[str]]  # a host's key to what came of it; raises NotDoneError
STOPPING_S = 8.0
POLL_S = 2.0  # jobs are told of; those put back are not
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 5.0


class NotDoneError(Exception):
    """The host was given back with work left, because the worker stops; ``str()`` is the host."""


class _PutBack(BaseRetryStrategy):
    """Puts a job back where its worker stops; one that fails otherwise ends, and the host gets another at a tick."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        is_put_back = isinstance(exception, NotDoneError | asyncio.CancelledError)
        return RetryDecision(retry_in={"seconds": 0}) if is_put_back else None


class HostWorker:
    """Takes up to ``concurrency`` jobs at a time. ``run`` ends after ``stop``, with unfinished jobs put back."""

    def __init__(
        self, database_url: str, crawl_host: CrawlHost, *, concurrency: int, dead_after_s: float = 60.0
    ) -> None:
        self._database_url = database_url
        self._crawl_host = crawl_host
        self._concurrency = concurrency
        self._dead_after_s = dead_after_s
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take no more jobs, and end when those under way have ended or eight seconds are over."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until told to stop; a database that is gone is waited for."""
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await self._work()
            except (ConnectorException, OSError) as error:
                log.warning("jobs.unreachable", error=str(error.__cause__ or error), again_in_s=pause_s)
            if self._stopping.is_set():
                return
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_S:
                pause_s = FIRST_PAUSE_S
            await _wait(self._stopping, pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _work(self) -> None:
        """From connecting to being told to stop or losing the database."""
        async with job_app(self._database_url).open_async() as app:
            self._add_task(app)
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    name="parallax",
                    concurrency=self._concurrency,
                    fetch_job_polling_interval=POLL_S,
                    shutdown_graceful_timeout=STOPPING_S,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=self._dead_after_s / 6,
                    stalled_worker_timeout=self._dead_after_s / 2,
                )
            )
            told = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if not working.done():
                working.cancel()  # which ends it the gentle way
            try:
                await working
            except asyncio.CancelledError:
                return

    def _add_task(self, app: procrastinate.App) -> None:
        @app.task(name=TASK, queue=QUEUE, retry=_PutBack())
        async def crawl_host(host: str) -> None:
            outcome = await self._crawl_host(host)
            log.debug("job.done", host=host, outcome=outcome)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
