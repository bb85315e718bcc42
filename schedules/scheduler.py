"""The clock of the service: waits for the lead, then ticks once a second and runs calendar jobs until told to stop.

APScheduler calls the tick; what is due is asked of the store with our clock's time. A tick that fails is told of and
tried again; a lead that is lost ends the shift at once, and the scheduler waits for the lead anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from crawler.memory import give_back_memory
from domain.clock import Clock, plan_time
from domain.errors import OutageError, ParallaxError
from schedules.calendar_jobs import CalendarJobs
from schedules.plan import Pace
from schedules.quiet import Quiet
from schedules.ticking import STOPPAGE, resume, set_back, tick
from storage import Store
from storage.leadership import Leadership
from storage.shifts import begin_shift, end_shift, go_on, note_ticks

log = structlog.get_logger()

TICK_S = 1.0
SIGN_OF_LIFE_S = 5.0
GIVE_BACK_S = 60.0
STANDBY_S = 1.0


@dataclass(slots=True)
class Hooks:
    """What the service does at the turns of a shift.

    ``waited`` is called once a second without the lead, ``ticked`` in the ticks' thread, ``resumed`` with the time
    since which nobody had looked; ``ending`` as soon as a shift is over, while its last tick is still under way, and
    ``ended`` after that.
    """

    waited: Callable[[], None] = lambda: None
    began: Callable[[], None] = lambda: None
    ticked: Callable[[datetime], None] = lambda _now: None
    resumed: Callable[[datetime, datetime], None] = lambda _stopped_at, _now: None
    ending: Callable[[], None] = lambda: None
    ended: Callable[[], None] = lambda: None


@dataclass(slots=True)
class _Beat:
    """The shift, and where the clock stood at the last tick, to see it jump."""

    shift_id: int
    now: datetime
    ticks: int = 0
    jumped_from: datetime | None = None
    noted: float = field(default_factory=time.monotonic)


class Scheduler:
    """One scheduler; ``run`` blocks until ``stop``."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        lead: Leadership,
        jobs: CalendarJobs,
        *,
        owner: str,
        pace: Callable[[datetime], Pace],
        hooks: Hooks,
    ) -> None:
        self._store = store
        self._clock = clock
        self._lead = lead
        self._jobs = jobs
        self._owner = owner
        self._pace = pace
        self._hooks = hooks
        self._stopping = threading.Event()
        self._shift_over = threading.Event()
        self._beat: _Beat | None = None
        self._quiet = Quiet(store)

    @property
    def is_leading(self) -> bool:
        """Whether this process leads, as far as it knows."""
        return self._beat is not None

    def stop(self) -> None:
        """End after the tick that is under way. Not in a signal handler: what it interrupts may hold the same lock."""
        self._stopping.set()
        self._shift_over.set()

    def run(self) -> None:
        """Wait for the lead and work as long as it is held, again and again until told to stop."""
        is_told = False
        while not self._stopping.is_set():
            if has_lead := self._takes_the_lead():
                self._work_a_shift()
            elif has_lead is not None and not is_told:
                log.info("lead.awaited", because="another process leads")
            is_told = has_lead is False
            self._hooks.waited()
            self._stopping.wait(STANDBY_S)
        self._lead.give_up()

    def _takes_the_lead(self) -> bool | None:
        """Whether this process leads now; None where the store can't be asked, which is told of."""
        try:
            has_lead = self._lead.take()
            self._store.outages.worked("lead")
            return has_lead
        except OutageError as error:
            self._store.outages.failed(error, source="lead")
            return None
        except ParallaxError as error:
            log.warning("lead.unreachable", error=str(error))
            return None

    def _work_a_shift(self) -> None:
        """From taking the lead to losing it or being told to stop."""
        outcome = "lost"
        try:
            self._begin()
            self._shift_over.clear()
            if self._stopping.is_set():
                self._shift_over.set()
            self._tick_until_over()
            outcome = "stopped" if self._stopping.is_set() else "lost"
        except OutageError as error:  # the lead is sought anew
            self._store.outages.failed(error, source="lead")
            outcome = "failed"
        except Exception as error:  # the border of a shift: the next one begins anew
            log.exception("shift.failed", error=str(error))
            outcome = "failed"
        finally:
            self._end(outcome)

    def _begin(self) -> None:
        now, real_now = self._clock.now(), datetime.now(UTC)
        shift_id, stopped_at = self._store.write(
            lambda session: begin_shift(session, self._owner, now=now, real_now=real_now)
        )
        self._beat = _Beat(shift_id, now)
        log.info("shift.began", shift=shift_id, stopped_at=str(stopped_at) if stopped_at else None)
        if stopped_at is not None:
            self._take_up(stopped_at, now)
        self._jobs.plan(now)
        self._hooks.began()

    def _take_up(self, stopped_at: datetime, now: datetime) -> None:
        """After a time in which nobody looked: one catch-up a channel, spread. After a clock was set back: go on."""
        if now - stopped_at >= STOPPAGE:
            self._hooks.resumed(stopped_at, now)
            resume(self._store, now)
        elif stopped_at - now >= STOPPAGE:
            set_back(self._store, now, stopped_at - now)
            self._jobs.plan(now)

    def _tick_until_over(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that takes longer than a second is no fault
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        scheduler.add_job(self._tick, "interval", seconds=TICK_S, next_run_time=datetime.now(UTC))
        # Questions to the store take megabytes for a moment. What is left free between lives would be kept for good.
        scheduler.add_job(give_back_memory, "interval", seconds=GIVE_BACK_S)
        scheduler.start()
        try:
            self._shift_over.wait()
        finally:
            self._hooks.ending()
            scheduler.shutdown(wait=True)

    def _tick(self) -> None:
        """One tick. An error is told of and the next tick tries again; without the lead there is no next one."""
        try:
            if not self._lead.is_held():
                log.warning("lead.lost")
                self._shift_over.set()
                return
            now = self._clock.now()
            self._notice_jumps(now)
            self._quiet.note(tick(self._store, now, self._pace(now)), now)
            self._jobs.run_due(now)
            self._give_sign_of_life(now)
            self._hooks.ticked(now)
            self._store.outages.worked("tick")
        except OutageError as error:  # the next tick tries again
            self._store.outages.failed(error, source="tick")
            self._hooks.waited()
        except Exception as error:  # the border of one tick
            log.exception("tick.failed", error=str(error))

    def _notice_jumps(self, now: datetime) -> None:
        beat = self._beat
        assert beat is not None
        before = beat.now
        if abs(now - before) >= max(STOPPAGE, 30 * plan_time(self._clock, TICK_S)):
            log.warning("clock.jumped", before=str(before), now=str(now))
            if beat.jumped_from != before:  # all looks of a shift are of one stretch of time
                self._begin_anew(beat, before, now)
            self._take_up(before, now)
        beat.now = now  # not before: what an outage cut short is taken up at the next tick

    def _begin_anew(self, beat: _Beat, stopped_at: datetime, now: datetime) -> None:
        slept, owner, real_now = beat.shift_id, self._owner, datetime.now(UTC)
        beat.shift_id = self._store.write(
            lambda session: go_on(session, slept, owner, stopped_at=stopped_at, now=now, real_now=real_now)
        )
        beat.ticks, beat.jumped_from = 0, stopped_at
        log.info("shift.ended", shift=slept, outcome="lost")
        log.info("shift.began", shift=beat.shift_id, stopped_at=str(stopped_at))

    def _give_sign_of_life(self, now: datetime) -> None:
        beat = self._beat
        assert beat is not None
        beat.ticks += 1
        if time.monotonic() - beat.noted < SIGN_OF_LIFE_S and beat.ticks > 1:
            return
        beat.noted = time.monotonic()
        shift_id, ticks = beat.shift_id, beat.ticks
        real_now = datetime.now(UTC)
        self._store.write(lambda session: note_ticks(session, shift_id, now=now, real_now=real_now, ticks=ticks))

    def _end(self, outcome: str) -> None:
        self._hooks.ended()
        beat, self._beat = self._beat, None
        if beat is None:
            return
        now = self._clock.now()
        try:
            self._store.write(lambda session: end_shift(session, beat.shift_id, now=now, outcome=outcome))
        except ParallaxError as error:  # closed as lost by whoever leads next
            log.warning("shift.not_closed", shift=beat.shift_id, error=str(error))
        self._lead.give_up()
        log.info("shift.ended", shift=beat.shift_id, outcome=outcome)
