"""Kills of a running service's processes: the scheduler, its crawl child, the zygote and the reading workers.

The service runs on the sample world with a clock that goes on. After each kill it must be ready again by itself (a
killed scheduler is started anew, as systemd would), and nothing that was acknowledged may be gone.
"""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage import Store, open_store
from storage.tables import FetchRow, HostRow, JobRunRow, RunRow, ShiftRow
from tests.service_run import RunningService, clock_from
from tests.torture import witness
from tests.world import DAY0, ZONE
from tests.world_run import RunningWorld

RATE = 240.0  # three days in eighteen minutes
READY_WITHIN_S = 60.0  # after this it is not ready again by itself
KILLS_A_SEQUENCE = 200
WEIGHTS = {"worker": 0.5, "child": 0.25, "zygote": 0.05, "scheduler": 0.2}
FAULTS = ("lost", "duplicates", "survivors", "too_soon", "not_ready", "open_runs", "doubled_polls")


@dataclass(slots=True)
class Tally:
    """What was killed, how soon it was ready again, and what went wrong."""

    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(("acknowledged", *FAULTS), 0)))
    kills: Counter[str] = field(default_factory=Counter)
    ready_s: dict[str, list[float]] = field(default_factory=lambda: {"child": [], "scheduler": []})

    def note(self, fault: str, problems: list[str]) -> None:
        """Count problems and print the first of them."""
        self.counts[fault] += len(problems)
        for problem in problems[:5]:
            print(f"  {fault}: {problem}", flush=True)

    def line(self) -> str:
        """The figures in one line."""
        killed = " ".join(f"{kind}={self.kills[kind]}" for kind in WEIGHTS)
        ready = " ".join(
            f"{kind}_ready_s={statistics.median(times):.1f}/{max(times):.1f}"
            for kind, times in self.ready_s.items()
            if times
        )
        figures = " ".join(f"{name}={self.counts[name]}" for name in ("acknowledged", *FAULTS))
        return f"kills={sum(self.kills.values())} {killed} {figures} {ready}"


class ServiceTorture:
    """One store, one world, and a service that is killed again and again."""

    def __init__(self, folder: Path, rng: random.Random, tally: Tally, url: str | None, *, spared: set[int]) -> None:
        self._home = folder / "home"
        self._folder = folder
        self._rng = rng
        self._tally = tally
        self._url = url or f"sqlite:///{self._home}/parallax.db"
        self._spared = spared
        self._known = witness.Known()
        self._acknowledged: set[int] = set()
        self._log_at = 0

    def run(self, kills: int) -> None:
        """Kill ``kills`` processes, let the service end in peace, and look for what was lost."""
        start = datetime.combine(DAY0, datetime.min.time(), ZONE) + timedelta(hours=5)
        clock = clock_from(start, RATE)
        with RunningWorld(self._folder, pace=0.05, clock=clock, seconds=7200) as world:
            self._spared |= witness.descendants(os.getpid())
            service = self._started(world, clock, None)
            for number in range(kills):
                service = self._kill_one(service, world, clock)
                if number % 25 == 24:
                    self._look(service)
                    print(f"  {self._tally.line()}", flush=True)
            service.tell(signal.SIGTERM)
            service.process.wait(timeout=60)
            self._look(service)
            self._look_at_the_end(world)
            service.__exit__(None, None, None)

    def _started(self, world: RunningWorld, clock: str, since: float | None) -> RunningService:
        service = RunningService(
            world, self._home, clock, PARALLAX_LOG_LEVEL="debug", PARALLAX_DATABASE_URL=self._url,
            PARALLAX_POLL_LONGEST_HOURS="1", PARALLAX_DIGEST_AT="06:00",
        )  # fmt: skip
        self._wait_until_ready(service, "scheduler" if since is not None else None, since or time.monotonic())
        return service

    def _kill_one(self, service: RunningService, world: RunningWorld, clock: str) -> RunningService:
        """Let it live a little, kill one of its processes, and see to it that it is ready again."""
        time.sleep(self._rng.uniform(0.0, 2.0))
        kind, pid = self._victim(service.process.pid)
        self._log_at = len(service.log())
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        self._tally.kills[kind] += 1
        if kind == "scheduler":
            service.__exit__(None, None, None)
            left = witness.survivors(os.getpid(), self._spared)
            self._tally.note("survivors", [f"process {one} outlived the scheduler" for one in left])
            return self._started(world, clock, began)
        if kind == "child":
            self._wait_until_ready(service, "child", began)
        return service

    def _victim(self, service: int) -> tuple[str, int]:
        """A process of a kind drawn by weight, of those that live now."""
        child = next(iter(sorted(_children(service))), None)
        zygote = next(iter(sorted(_children(child))), None) if child else None
        workers = sorted(_children(zygote)) if zygote else []
        living = {"scheduler": [service], "child": [child] if child else [], "zygote": [zygote] if zygote else []}
        living["worker"] = workers
        kinds = [kind for kind, pids in living.items() if pids]
        kind = self._rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]
        return kind, int(self._rng.choice(living[kind]) or service)

    def _wait_until_ready(self, service: RunningService, kind: str | None, began: float) -> None:
        """Until a crawl child says that it is at work (of a new scheduler that takes its own start and the child's)."""
        while time.monotonic() - began < READY_WITHIN_S:
            if '"child.ready"' in service.log()[self._log_at :]:
                if kind is not None:
                    self._tally.ready_s[kind].append(time.monotonic() - began)
                return
            time.sleep(0.05)
        self._tally.note("not_ready", [f"after a kill of the {kind}: {service.log()[-600:]}"])

    def _look(self, service: RunningService) -> None:
        new = _acknowledged_in(service.log()) - self._acknowledged
        self._acknowledged |= new
        self._tally.counts["acknowledged"] += len(new)
        store = open_store(self._url)
        self._tally.note("lost", witness.lost(store, self._home / "archive", new, self._known))
        self._tally.note("duplicates", witness.duplicates(store))
        store.close()

    def _look_at_the_end(self, world: RunningWorld) -> None:
        store = open_store(self._url)
        self._tally.note("open_runs", _left_open(store))
        self._tally.note("doubled_polls", _doubled_polls(store))
        store.close()
        delays = _delays(self._folder / "catalogue")
        self._tally.note("too_soon", witness.asked_too_soon(world.requests(), delays))


def _children(pid: int | None) -> set[int]:
    found: set[int] = set()
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found |= {int(word) for word in listed.read_text().split()}
        except OSError:
            continue
    return {one for one in found if _is_python(one)}


def _is_python(pid: int) -> bool:
    try:
        return "python" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False


def _acknowledged_in(log: str) -> set[int]:
    """The fetches that whole lines of the log say were stored."""
    found: set[int] = set()
    for line in log.splitlines():
        if '"fetch.stored"' not in line:
            continue
        try:
            fetch = json.loads(line)["fetch"]
        except (ValueError, KeyError):
            continue
        if fetch is not None:
            found.add(int(fetch))
    return found


def _left_open(store: Store) -> list[str]:
    """Runs, job runs and shifts without an end, and hosts with an owner, after a stop in peace."""
    with store.read() as session:
        left = {
            "run": session.scalar(select(func.count()).where(RunRow.ended_at.is_(None))),
            "job_run": session.scalar(select(func.count()).where(JobRunRow.ended_at.is_(None))),
            "shift": session.scalar(select(func.count()).where(ShiftRow.ended_at.is_(None))),
            "host": session.scalar(select(func.count()).where(HostRow.owner.is_not(None))),
        }
    return [f"{count} rows of {table} left open" for table, count in left.items() if count]


def _doubled_polls(store: Store) -> list[str]:
    """Due times of a channel that were answered twice in a row without a redirect."""
    query = (
        select(FetchRow.channel_id, FetchRow.due_at, func.count())
        .where(FetchRow.channel_id.is_not(None), FetchRow.due_at.is_not(None), FetchRow.redirect_to.is_(None))
        .group_by(FetchRow.channel_id, FetchRow.due_at)
        .having(func.count() > 1)
    )
    with store.read() as session:
        return [f"channel {channel} due {due} was polled {n} times" for channel, due, n in session.execute(query)]


def _delays(catalogue: Path) -> dict[str, float]:
    delays: dict[str, float] = {}
    for path in catalogue.glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        delay = next(float(line.split("=")[1]) for line in lines if line.startswith("delay_s"))
        hosts = json.loads(next(line for line in lines if line.startswith("hosts")).partition("=")[2])
        delays |= {host.partition(":")[0]: delay for host in hosts}
    return delays
