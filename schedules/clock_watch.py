"""Notices when the system's clock jumps, and when nobody ticked for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from domain.watching import ClockFacts


class ClockWatch:
    """Compares the system's clock with the monotonic one from watch to watch; one a process.

    The monotonic clock stands still while a machine sleeps and is moved by nobody. A step forward may therefore be a
    sleep as well: the last sign of life that the store knows tells the two apart.
    """

    def __init__(
        self, *, epoch: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._epoch, self._monotonic = epoch, monotonic
        self._last = (epoch(), monotonic())
        self._facts = ClockFacts()

    def look(self, now: datetime, *, last_real_tick: datetime | None = None) -> ClockFacts:
        """What the clocks say at the plan's ``now``; a jump is told until another one comes.

        ``last_real_tick`` is the scheduler's last sign of life by the system's clock.
        """
        epoch, monotonic = self._epoch(), self._monotonic()
        step = timedelta(seconds=(epoch - self._last[0]) - (monotonic - self._last[1]))
        self._last = (epoch, monotonic)
        if abs(step) >= timedelta(seconds=30):
            self._facts = ClockFacts(step=step, step_at=now)
        elif last_real_tick is not None:
            silent = timedelta(seconds=epoch - last_real_tick.timestamp())
            if silent <= -timedelta(minutes=1):  # what was written lies ahead of now: it went back before we started
                self._facts = ClockFacts(step=silent, step_at=now)
            elif silent >= timedelta(minutes=15):
                self._facts = ClockFacts(gap=silent, gap_until=now)
        return self._facts
