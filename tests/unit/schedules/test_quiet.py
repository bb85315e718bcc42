"""What the service says while it waits: for the next poll, and for the lead."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from parallax.clock import SystemClock
from schedules.calendar_jobs import CalendarJobs
from schedules.plan import Pace
from schedules.quiet import Quiet
from schedules.scheduler import Hooks, Scheduler
from storage.leadership import leadership_on
from storage.tables import ChannelRow
from tests.databases import migrated_store, sqlite_url
from tests.storage.filling import NOW, fill


@pytest.mark.parametrize(("in_s", "is_told"), [(1500, True), (30, False)])
def test_a_pause_between_polls_is_told_once_with_its_end(tmp_path: Path, in_s: int, is_told: bool) -> None:
    with migrated_store(sqlite_url(tmp_path)) as store:
        store.write(fill)
        store.write(lambda session: session.query(ChannelRow).update({"next_poll_at": NOW + timedelta(seconds=in_s)}))
        quiet = Quiet(store, after_s=0.1)
        with capture_logs() as logs:
            quiet.note(1, NOW)
            time.sleep(0.2)
            for _ in range(3):
                quiet.note(0, NOW)

    told = {"event": "polls.awaited", "log_level": "info", "next_at": str(NOW + timedelta(seconds=in_s)), "in_s": in_s}
    assert logs == ([told] if is_told else [])


def _within(seconds: float, is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)


def test_a_process_that_waits_for_the_lead_says_so_once(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    leader = leadership_on(url)
    with migrated_store(url) as store:
        assert leader.take()
        jobs = CalendarJobs(store, SystemClock(), "me", ())
        waits: list[int] = []
        second = Scheduler(
            store,
            SystemClock(),
            leadership_on(url),
            jobs,
            owner="me",
            pace=lambda _now: Pace(),
            hooks=Hooks(waited=lambda: waits.append(1)),
        )
        thread = threading.Thread(target=second.run)
        with capture_logs() as logs:
            thread.start()
            _within(20, lambda: len(waits) > 2)
            second.stop()
            thread.join()
        leader.give_up()

    assert [log["event"] for log in logs] == ["lead.awaited"]
