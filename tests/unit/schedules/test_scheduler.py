"""The scheduler's shifts: what it writes down when its machine stood still."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from schedules.calendar_jobs import CalendarJobs
from schedules.plan import Pace
from schedules.scheduler import Hooks, Scheduler
from storage.leadership import leadership_on
from storage.tables import ShiftRow
from tests.databases import migrated_store, sqlite_url
from tests.storage.filling import NOW, fill

SLEPT = timedelta(hours=8)


class MovedClock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def test_a_machine_that_slept_ends_a_shift_and_begins_another(tmp_path: Path) -> None:
    url, clock = sqlite_url(tmp_path), MovedClock()
    ticks: list[datetime] = []
    resumed: list[tuple[datetime, datetime]] = []
    hooks = Hooks(ticked=ticks.append, resumed=lambda stopped_at, now: resumed.append((stopped_at, now)))
    with migrated_store(url) as store:
        store.write(fill)
        jobs = CalendarJobs(store, clock, "me", ())
        scheduler = Scheduler(store, clock, leadership_on(url), jobs, owner="me", pace=lambda _now: Pace(), hooks=hooks)
        thread = threading.Thread(target=scheduler.run)
        thread.start()
        for at in (NOW, NOW + SLEPT):
            clock.at = at
            until = time.monotonic() + 20
            while at not in ticks and time.monotonic() < until:
                time.sleep(0.05)
        scheduler.stop()
        thread.join()
        with store.read() as session:
            shifts = session.execute(select(ShiftRow.started_at, ShiftRow.ended_at, ShiftRow.outcome)).all()

    assert resumed == [(NOW, NOW + SLEPT)]
    assert [tuple(shift) for shift in shifts] == [
        (NOW, NOW, "lost"),
        (NOW + SLEPT, NOW + SLEPT, "stopped"),
    ]
