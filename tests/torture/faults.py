"""Faults around a running service: each must be told of in one line that names it, and be over by itself.

Of each fault is asked: one line at level error, or none beside it, with the cause; within thirty seconds after the
fault's end a newly acknowledged fetch, and word that the outage is over, before which no other fault begins; and, as
after a kill, that nothing is lost, doubled or left behind.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

from storage.outages import QUIET_S
from tests.torture.figures import RECOVERED_WITHIN_S, Figures
from tests.torture.injections import (
    Inject,
    PostgresToKill,
    full_disk,
    postgres_lock,
    small_disk,
    sqlite_lock,
)
from tests.torture.service import Scene, scene

KINDS = {"disk_full": "disk_full", "locked": "locked", "database_killed": "unreachable"}
DISK_MB = 96
LOOK_EVERY = 10


@dataclass(frozen=True, slots=True)
class Faults:
    """So many faults of a kind; ``database`` is the one they come to."""

    kind: str
    database: str
    count: int
    rng: random.Random
    figures: Figures

    @property
    def name(self) -> str:
        """What they are counted as."""
        return f"{self.kind}_{self.database}"


def suffer(faults: Faults, folder: Path, url: str | None, server: PostgresToKill | None) -> None:
    """Have one service on a store of its own meet all of the faults; on SQLite there is neither address nor server."""
    if faults.kind == "disk_full":
        with small_disk(folder / "disk", megabytes=DISK_MB) as disk:
            if disk is None:
                faults.figures.skipped.append(faults.name)
                return
            _suffer(faults, full_disk(disk, faults.rng), folder, url, home=disk / "home")
    elif faults.kind == "locked":
        lock = postgres_lock(url) if url else sqlite_lock(folder / "home" / "parallax.db")
        _suffer(faults, lock, folder, url)
    else:
        assert server is not None
        _suffer(faults, server.kill(faults.rng), folder, url)


def _suffer(faults: Faults, inject: Inject, folder: Path, url: str | None, *, home: Path | None = None) -> None:
    figures = faults.figures
    with scene(folder, url, figures, home=home) as made:
        for number in range(faults.count):
            _one_fault(faults, made, inject, number)
            if number % LOOK_EVERY == LOOK_EVERY - 1:
                made.look()
                print(f"  {faults.name}: {number + 1} of {faults.count}; {figures.line()}", flush=True)


def _one_fault(faults: Faults, made: Scene, inject: Inject, number: int) -> None:
    figures, tail = faults.figures, made.fleet.tails["leader"]
    time.sleep(faults.rng.uniform(0.0, 2.0))
    tail.read()
    figures.note("unnamed", [f"an error where no fault was: {line[:600]}" for line in tail.errors])
    tail.errors.clear()

    def is_felt() -> bool:
        tail.read()
        return bool(tail.errors)

    inject(number, is_felt)
    figures.faults[faults.name] += 1
    _wait_for_recovery(faults, made, number)
    time.sleep(QUIET_S + 1.0)  # one that comes sooner would count as the same
    _wait_for_the_end(faults, made, number)
    figures.note("unnamed", _misnamed(faults.kind, tail.errors))
    tail.errors.clear()


def _wait_for_the_end(faults: Faults, made: Scene, number: int) -> None:
    """Until every process that met the fault is at work again, which is told."""
    deadline = time.monotonic() + RECOVERED_WITHIN_S - QUIET_S
    tail = made.fleet.tails["leader"]
    tail.read()
    while tail.outages and time.monotonic() < deadline:
        time.sleep(0.05)
        tail.read()
    if tail.outages:
        problem = f"{faults.name} {number}: not told to be over: {made.fleet.last_words('leader')}"
        faults.figures.note("not_recovered", [problem])
        tail.outages.clear()


def _wait_for_recovery(faults: Faults, made: Scene, number: int) -> None:
    """Until a fetch is acknowledged that was not before the fault was over."""
    ended = time.monotonic()
    tail = made.fleet.tails["leader"]
    tail.read()
    stored = len(tail.stored)
    while time.monotonic() - ended < RECOVERED_WITHIN_S:
        tail.read()
        if len(tail.stored) > stored:
            faults.figures.recovery_s[faults.name].append(time.monotonic() - ended)
            return
        time.sleep(0.05)
    faults.figures.note("not_recovered", [f"{faults.name} {number}: {made.fleet.last_words('leader')}"])


def _misnamed(kind: str, errors: list[str]) -> list[str]:
    """What is wrong with what was said of a fault: it wants one line, of its kind."""
    if [_kind_of(line) for line in errors] == [KINDS[kind]]:
        return []
    return [f"{kind}: {len(errors)} errors: {' | '.join(line[:400] for line in errors)}"]


def _kind_of(line: str) -> str | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told.get("kind") if told["event"] == "outage.began" else told["event"]
