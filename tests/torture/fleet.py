"""The processes of a service on the sample world: one leader, and workers where it has any; each can be killed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.service_run import RunningService, clock_from
from tests.torture import witness
from tests.torture.figures import Figures
from tests.torture.tail import Tail
from tests.world import DAY0, ZONE
from tests.world_run import RunningWorld

RATE = 240.0  # three days in eighteen minutes
DEAD_AFTER_S = 6.0
GIVEN_UP_AFTER_S = 60.0  # what is not ready by then is not ready again by itself
STOPPING_S = 30.0
_NOBODY_WAITS_FOR = {"reading_worker", "zygote", "spare_child"}  # their work goes on without a word
OPENED = "crawl.opened"
WEIGHTS = {
    "reading_worker": 0.4,
    "crawl_child": 0.2,
    "spare_child": 0.02,
    "zygote": 0.05,
    "scheduler": 0.15,
    "job_worker": 0.2,
}


def world_clock() -> str:
    """A clock that begins at five in the morning of the world's first day and goes on from now."""
    start = datetime.combine(DAY0, datetime.min.time(), ZONE) + timedelta(hours=5)
    return clock_from(start, RATE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fleet works: its clock, its folder, its database, and the folder of its logs."""

    clock: str
    home: Path
    url: str
    logs: Path


class Fleet:
    """``workers`` processes of ``parallax worker`` beside ``parallax run``; none: the service has its own child."""

    def __init__(self, world: RunningWorld, place: Place, figures: Figures, *, workers: int = 0) -> None:
        self._world = world
        self._place = place
        self._figures = figures
        self._environ = {
            "PARALLAX_LOG_LEVEL": "debug",
            "PARALLAX_DATABASE_URL": place.url,
            "PARALLAX_POLL_LONGEST_HOURS": "1",
            "PARALLAX_DIGEST_AT": "06:00",
            "PARALLAX_DEAD_AFTER_S": str(DEAD_AFTER_S if workers else 3.0),  # a heartbeat each half second
            "PARALLAX_EXECUTOR": "procrastinate" if workers else "child",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.names = ["leader", *(f"worker{number}" for number in range(1, workers + 1))]
        self.tails = {name: Tail(place.logs / f"{name}.log") for name in self.names}
        self.running: dict[str, RunningService] = {}

    def start(self) -> None:
        """Start all of it and wait until hosts are worked on."""
        for name in self.names:
            self.start_one(name)
            self.wait_until_ready(name, self._ready_event(name))

    def start_one(self, name: str) -> None:
        """Start one of its processes."""
        is_leader = name == "leader"
        self.running[name] = RunningService(
            self._world, self._place.home, self._place.clock, command="run" if is_leader else "worker",
            log=self._place.logs / f"{name}.log", PARALLAX_MACHINE=name, **self._environ,
        )  # fmt: skip

    def kill_one(self, rng: random.Random) -> None:
        """Kill one of its processes -9 and see to it that its work goes on, and that nothing outlives it."""
        name, kind, pid = self._victim(rng)
        event = self._ready_event(name)
        self.tails[name].read()
        before = self.tails[name].events[event]
        below = witness.descendants(pid)
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        self._figures.kills[kind] += 1
        if kind in {"scheduler", "job_worker"}:
            self.running[name].__exit__(None, None, None)
            self._note_survivors(below, kind)
            self.start_one(name)
        if kind not in _NOBODY_WAITS_FOR and self.wait_until_ready(name, event, before=before):
            self._figures.was_ready(kind, time.monotonic() - began)

    def wait_until_ready(self, name: str, event: str, *, before: int = 0) -> bool:
        """Wait for one more ``event`` in its log than there was ``before``."""
        deadline = time.monotonic() + GIVEN_UP_AFTER_S
        while time.monotonic() < deadline:
            self.tails[name].read()
            if self.tails[name].events[event] > before:
                return True
            time.sleep(0.02)
        self._figures.note("not_ready", [f"{name} in {GIVEN_UP_AFTER_S:g} s: {self.last_words(name)}"])
        return False

    def last_words(self, name: str) -> str:
        """The end of its log."""
        return self.tails[name].path.read_text(encoding="utf-8")[-1500:]

    def acknowledged(self) -> set[int]:
        """All fetches that any of its processes said were stored."""
        for tail in self.tails.values():
            tail.read()
        return set().union(*(tail.stored for tail in self.tails.values()))

    def stop(self) -> None:
        """End it as ops do; workers after the leader."""
        below = set()
        for name in self.names:
            service = self.running[name]
            below |= witness.descendants(service.process.pid)
            service.tell(signal.SIGTERM)
            with contextlib.suppress(Exception):
                service.process.wait(STOPPING_S)
            if service.process.returncode != 0:
                self._figures.note("open_runs", [f"{name} ended with {service.process.returncode}"])
        self._note_survivors(below, "stopped service")
        self.destroy()

    def destroy(self) -> None:
        """Kill what is left."""
        for service in self.running.values():
            service.__exit__(None, None, None)

    def _note_survivors(self, below: set[int], of: str) -> None:
        left = witness.still_living(below)
        self._figures.note("survivors", [f"process {one} outlived the {of}" for one in left])
        for one in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    def _ready_event(self, name: str) -> str:
        """What its log says when hosts are worked on again: of a leader with workers that it leads."""
        return "shift.began" if name == "leader" and len(self.names) > 1 else OPENED

    def _victim(self, rng: random.Random) -> tuple[str, str, int]:
        """A process of a kind drawn by weight, of those that live now: (whose, kind, process id)."""
        living: dict[str, list[tuple[str, int]]] = {}
        for name, service in self.running.items():
            top = service.process.pid
            living.setdefault("scheduler" if name == "leader" else "job_worker", []).append((name, top))
            for child in _children(top):
                zygotes = _children(child)
                readers = [one for zygote in zygotes for one in _children(zygote)]  # a spare child has none yet
                living.setdefault("crawl_child" if readers else "spare_child", []).append((name, child))
                living.setdefault("zygote", []).extend((name, zygote) for zygote in zygotes)
                living.setdefault("reading_worker", []).extend((name, one) for one in readers)
        kinds = sorted(kind for kind, found in living.items() if found)
        kind = rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]
        name, pid = rng.choice(sorted(living[kind]))
        return name, kind, pid


def _children(pid: int) -> set[int]:
    return {one for one in witness.children(pid) if _is_python(one)}


def _is_python(pid: int) -> bool:
    try:
        return "python" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False
