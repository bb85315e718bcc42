"""A service goes on by what it has in force, whatever becomes of its settings file and its catalogue meanwhile."""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import Session
from storage.tables import DigestRow, FetchRow
from tests.service_run import RunningService, clock_from
from tests.torture.witness import descendants
from tests.world import DAY0, ZONE
from tests.world_run import RunningWorld

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
RATE = 240.0


def _looks(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(FetchRow)) or 0


def test_children_and_jobs_go_on_by_what_is_in_force(tmp_path: Path) -> None:
    start = datetime.combine(DAY0 + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(hours=20)
    clock, file = clock_from(start, RATE), tmp_path / "parallax.toml"
    file.write_text('digest_at = "01:00"\npoll_longest_hours = 0.5\n', encoding="utf-8")
    with (
        RunningWorld(tmp_path, pace=0.05, clock=clock) as world,
        RunningService(world, tmp_path / "home", clock, PARALLAX_CONFIG=str(file)) as service,
    ):
        while '"shift.began"' not in service.log():
            assert service.process.poll() is None, service.log()
            time.sleep(0.2)
        service.wait_for(lambda session: _looks(session) > 20, within_s=60)
        file.write_text("digest_at = [", encoding="utf-8")
        (tmp_path / "catalogue" / "broken.toml").write_text("name = ", encoding="utf-8")
        service.tell(signal.SIGHUP)
        service.wait_for(lambda _session: '"reload.refused"' in service.log(), within_s=30)
        for child in descendants(service.process.pid):
            os.kill(child, signal.SIGKILL)
        with service.store().read() as session:
            before = _looks(session)

        service.wait_for(lambda session: _looks(session) > before + 10, within_s=60)
        service.wait_for(lambda session: session.scalar(select(func.count(DigestRow.id))) == 1, within_s=120)
        service.tell(signal.SIGTERM)
        assert service.process.wait(timeout=30) == 0, service.log()[-3000:]
