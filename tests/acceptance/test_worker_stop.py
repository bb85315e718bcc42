"""A worker that is told to stop in the middle of its work gives everything back within ten seconds."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from parallax.bootstrap import Parallax
from parallax.clock import ClockSetting, start_clock
from parallax.config import load_settings
from schedules.passes import plan_pass
from storage import Store
from storage.tables import FetchRow, HostRow, RunRow, TargetRow
from tests.databases import postgres_database
from tests.torture.crawls import lengthened_delays
from tests.two_machines.scene import Place, Processes
from tests.world.truth import CRAWL_MOMENTS
from tests.world_run import RunningWorld

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

MOMENT = CRAWL_MOMENTS[0]
STOPPED_WITHIN_S = 10.0
AT_WORK_WITHIN_S = 90.0


def test_a_worker_stops_within_ten_seconds_and_gives_hosts_targets_and_jobs_back(tmp_path: Path, postgres: str) -> None:
    with postgres_database(postgres) as url, RunningWorld(tmp_path, pace=1.0) as world:
        world.at(MOMENT)
        lengthened_delays(tmp_path / "catalogue")
        environ = {
            **world.environ,
            "PARALLAX_HOME": str(tmp_path),
            "PARALLAX_DATABASE_URL": url,
            "PARALLAX_EXECUTOR": "procrastinate",
            "PARALLAX_DIGEST_AT": "off",
            "PARALLAX_LOG_FORMAT": "json",
        }
        parallax = Parallax(load_settings(environ), clock=start_clock(ClockSetting(MOMENT, 0.0)))
        store = parallax.prepare_store()
        plan_pass(store, parallax.clock, recheck_until_days=90)
        processes = Processes(tmp_path, Place("127.0.0.1", url, lambda _name, command: list(command)), environ)
        clock = {"PARALLAX_CLOCK": f"{MOMENT.isoformat()}@0"}
        try:
            processes.start("worker", "one", "worker", "--hosts", "8", **clock)
            processes.start("leader", "two", "run", **clock)
            _wait_until_at_work(store)
            began = time.monotonic()
            processes.running["worker"].send_signal(signal.SIGTERM)
            code = processes.running["worker"].wait(60)
            took_s = time.monotonic() - began
            left = _left(store)
        finally:
            processes.destroy()
            store.close()

    assert code == 0
    assert took_s < STOPPED_WITHIN_S
    assert left == {"owned hosts": 0, "open runs": 0, "jobs in hand": 0, "waiting targets": left["waiting targets"]}
    assert left["waiting targets"] > 0


def _wait_until_at_work(store: Store) -> None:
    """Until the worker holds three hosts or more and has stored something."""
    deadline = time.monotonic() + AT_WORK_WITHIN_S
    while time.monotonic() < deadline:
        with store.read() as session:
            held = session.scalar(select(func.count()).where(HostRow.owner.is_not(None))) or 0
            stored = session.scalar(select(func.count(FetchRow.id))) or 0
        if held >= 3 and stored > 0:
            return
        time.sleep(0.02)
    raise AssertionError("the worker never held three hosts")


def _left(store: Store) -> dict[str, int]:
    with store.read() as session:
        counts = {
            "owned hosts": session.scalar(select(func.count()).where(HostRow.owner.is_not(None))),
            "open runs": session.scalar(select(func.count()).where(RunRow.ended_at.is_(None))),
            "jobs in hand": session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")),
            "waiting targets": session.scalar(
                select(func.count()).where(TargetRow.state == "due", TargetRow.next_at <= MOMENT)
            ),
        }
    return {name: count or 0 for name, count in counts.items()}
