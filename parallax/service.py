"""The service, `parallax run`: the scheduler, the crawl child and what follows a revision, in one process.

The main thread runs the scheduler. Only the leader has a child at work, or, where the executor is procrastinate, says
to workers which hosts are due (``parallax.worker``). SIGTERM and SIGINT end everything within ten seconds, hosts given
back; SIGHUP reads settings and catalogue anew, and keeps the old ones where the new are not valid.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from crawler.memory import settle_allocator
from crawler.owner import this_owner
from domain.clock import plan_time
from domain.errors import ParallaxError
from parallax.bootstrap import Parallax
from parallax.children import CrawlChild
from parallax.config import load_settings
from parallax.crawling import finish_takedowns
from parallax.metrics import Recorder
from parallax.repeating import Repeating
from parallax.service_jobs import daily, service_jobs
from parallax.signals import hear_signals
from parallax.spawning import Child
from parallax.systemd import Notifier
from parallax.web.server import serving
from schedules.aftercare import Aftercare
from schedules.calendar import Daily
from schedules.calendar_jobs import CalendarJob, CalendarJobs
from schedules.page_watch import WatchMemory
from schedules.plan import LookBy, Pace
from schedules.post_rechecks import PostTurns
from schedules.rechecks import RecheckTurns
from schedules.scheduler import SIGN_OF_LIFE_S, Hooks, Scheduler
from storage import Session
from storage.leadership import leadership_on
from storage.stoppages import note_stoppage

if TYPE_CHECKING:
    from schedules.dispatch import Dispatcher

log = structlog.get_logger()

BESIDE_EVERY_S = 0.5
STOPPING_S = 3.0  # for an outage, once told to stop
JOBS_END_S = 6.0  # for jobs under way, and for the child beside them: all of it is over within ten seconds
BEFORE_DIGEST = timedelta(minutes=20)  # time for the last polls and their pages to come in


class Service:
    """One service process. ``run`` blocks until it is told to stop."""

    def __init__(self, parallax: Parallax, *, child: Child | None = None) -> None:
        parallax.require_contact()  # says what is missing before anything is begun
        self._parallax = parallax
        self._store = parallax.prepare_store()
        finish_takedowns(parallax)
        self._notifier = Notifier()
        self._stopping = threading.Event()
        self._wants_reload = threading.Event()
        self._turns = RecheckTurns(), PostTurns()
        self._cares = Aftercare(self._store)
        self._recorder = Recorder()
        self._child = CrawlChild(self._child_environ, self._on_event, first=child)
        self._dispatcher: Dispatcher | None = None
        self._watch_memory = WatchMemory()
        self._jobs = CalendarJobs(self._store, parallax.clock, this_owner(), self._calendar())
        self._scheduler = Scheduler(
            self._store,
            parallax.clock,
            leadership_on(parallax.settings.database_url),
            self._jobs,
            owner=this_owner(),
            pace=lambda now: pace_of(self._parallax, now),
            hooks=Hooks(
                waited=self._waited,
                began=self._began,
                ticked=self._ticked,
                resumed=self._resumed,
                ending=self._child.ask_to_stop,
                ended=self._ended,
            ),
        )

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises ConfigError where the port for the metrics can't be used."""
        settle_allocator()
        with serving(self._parallax, self._recorder):
            self._run()

    def _run(self) -> None:
        stop = self._stop
        hear_signals({signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: self._wants_reload.set})
        beside = [
            Repeating(name, work, every_s=BESIDE_EVERY_S, outages=self._store.outages, stopping=self._stopping)
            for name, work in {"aftercare": self._care, "planning": self._plan_looks}.items()
        ]
        for one in beside:
            one.start()
        self._notifier.tell(READY=1, STATUS="waiting for the lead")
        log.info("service.began", database=self._parallax.settings.safe_database_url)
        self._scheduler.run()
        self._notifier.tell(STOPPING=1)
        self._stopping.set()
        end_by = time.monotonic() + 2.0
        for one in beside:
            one.join(max(0.0, end_by - time.monotonic()))
        log.info("service.ended")

    def _stop(self) -> None:
        self._stopping.set()
        self._store.hurry(STOPPING_S)
        self._scheduler.stop()

    # Turns of a shift

    def _waited(self) -> None:
        self._notifier.tell(WATCHDOG=1)

    def _began(self) -> None:
        settings = self._parallax.settings
        if self._parallax.has_workers:
            from schedules.dispatch import Dispatcher  # noqa: PLC0415 - takes long, and few need it

            self._dispatcher = Dispatcher(self._store, settings.database_url, dead_after_s=settings.dead_after_s)
        else:
            self._child.start()
        self._turns = RecheckTurns(), PostTurns()
        self._notifier.tell(STATUS="leading")

    def _resumed(self, stopped_at: datetime, now: datetime) -> None:
        """What nobody looked at between the two stands as a gap."""

        def interval_of(seconds: int | None) -> timedelta:
            return timedelta(seconds=seconds if seconds is not None else pace_of(self._parallax, now).first_s)

        signs_every = plan_time(self._parallax.clock, SIGN_OF_LIFE_S)

        def work(session: Session) -> int:
            missed = note_stoppage(
                session, stopped_at=stopped_at, resumed_at=now, interval_of=interval_of, signs_every=signs_every
            )
            self._parallax.journal_gaps(missed, now)
            return len(missed)

        log.info("stoppage.noted", channels=self._store.write(work), stopped_at=str(stopped_at))

    def _calendar(self) -> tuple[CalendarJob, ...]:
        return service_jobs(lambda: self._parallax, self._watch_memory, outages=self._store.outages)

    def _ended(self) -> None:
        began = time.monotonic()
        self._child.stop()
        if self._dispatcher is not None:
            self._dispatcher.close()
            self._dispatcher = None
        is_last = self._stopping.is_set()
        left_s = JOBS_END_S - (time.monotonic() - began) if is_last else 0.0  # a lead that was lost is sought at once
        self._jobs.wait(max(1.0, left_s), is_last=is_last)
        self._notifier.tell(STATUS="waiting for the lead")

    def _ticked(self, now: datetime) -> None:
        self._notifier.tell(WATCHDOG=1)
        if self._wants_reload.is_set():
            self._wants_reload.clear()
            self._reload()
        if self._dispatcher is not None:
            self._dispatcher.tick(now)

    # Settings and catalogue

    def _reload(self) -> None:
        """Take new settings and a new catalogue, all of them or none."""
        self._notifier.tell(RELOADING=1)
        try:
            parallax = self._parallax.reloaded(load_settings(os.environ))
            parallax.require_contact()
            parallax.put_catalogue(parallax.clock.now())
        except ParallaxError as error:
            log.error("reload.refused", error=str(error), kept="the old settings and catalogue")
        else:
            self._parallax = parallax
            self._jobs.replace(self._calendar(), parallax.clock.now())
            self._child.replace()
            log.info("reload.done", catalogue=parallax.catalogue.catalogue_hash[:12])
        self._notifier.tell(READY=1)

    def _child_environ(self) -> Mapping[str, str]:
        """What a child is told of what is in force here, whatever the files say by now."""
        return self._parallax.to_env()

    # Beside the ticks

    def _care(self) -> None:
        """Index and match what was stored."""
        if self._scheduler.is_leading:
            self._cares.run(is_stopping=self._stopping.is_set)

    def _plan_looks(self) -> None:
        """Put on the frontier what is looked at again: seconds over a large store, for which no poll should wait."""
        parallax, pages, posts = self._parallax, *self._turns
        if not self._scheduler.is_leading:
            return
        now, until_days = parallax.clock.now(), parallax.settings.recheck_until_days
        if pages.is_due(now):
            pages.plan(self._store, now, until_days=until_days)
        if posts.is_due(now):
            posts.plan(self._store, now, parallax.platforms, until_days=until_days)

    def _on_event(self, name: str, fields: Mapping[str, object]) -> None:
        if name == "crawl.opened":
            log.info("child.ready", **fields)
        self._store.outages.hear(name, fields)
        self._recorder.on_event(name, fields)
        log.debug(name, **{str(key): value for key, value in fields.items()})


def pace_of(parallax: Parallax, now: datetime) -> Pace:
    """The pace that the settings ask for; each channel is looked at between a day's end and its digest."""
    settings = parallax.settings
    shortest_s, longest_s = settings.poll_shortest_minutes * 60, settings.poll_longest_hours * 3600
    return Pace(
        shortest_s=shortest_s,
        longest_s=max(longest_s, shortest_s),
        first_s=max(1_800.0, shortest_s),
        look_by=_look_by(daily(settings.digest_at, parallax), now),
        shares_s=parallax.quota_shares_s(),
    )


def _look_by(digest: Daily | None, now: datetime) -> LookBy | None:
    if digest is None:
        return None
    due = digest.after(now)
    ended = digest.day_ended_before(due)
    by = due - BEFORE_DIGEST
    return LookBy(ended, by) if by > ended else None
