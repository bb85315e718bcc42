"""``python -m tests.leaders --times 50 [--postgres]``: four schedulers at once on one store, the leader killed.

A round copies a store that was crawled for a day, or begins with none at all, starts four ``parallax run`` at the same
moment shortly before midnight, kills the leader at a random moment (in each third round its successor as well), lets
the rest work on past the hour of the digest, and stops them. The last line gives the figures; 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select

from parallax.clock import parse_clock, start_clock
from storage import Session, Store, open_store
from storage.shifts import present_shift
from storage.tables import FetchRow, JobRunRow, ShiftRow
from tests.databases import postgres_database, postgres_server
from tests.leaders.judge import Kill, Round, judge, late_polls, pending_polls
from tests.leaders.schedulers import Scheduler
from tests.service_run import clock_from
from tests.torture.witness import descendants
from tests.world import DAY0, ZONE
from tests.world_days import crawl_days
from tests.world_run import RunningWorld, import_everything

SCHEDULERS = 4
RATE = 240.0
TICK = timedelta(seconds=RATE)
SLACK = timedelta(seconds=6 * RATE)
WATCH = timedelta(minutes=15)
START = datetime.combine(DAY0, datetime.min.time(), ZONE) + timedelta(hours=23, minutes=40)
DAILY = {"backup": "23:55", "digest": "00:10", "tidy": "00:20"}
LIVES_ON_S = 9.0  # after a take-over
BUSY_S = 30.0  # a busy machine may need so long for what is due by then
LED_WITHIN_S = 40.0
TAKEN_OVER_WITHIN_S = 30.0
STOPPED_WITHIN_S = 10.0
FAULTS = (
    "led_twice", "polls_doubled", "polls_missed", "jobs_doubled", "jobs_missed", "left_open", "slow", "died",
    "survivors",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """The figures of all rounds on one database."""

    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(("rounds", "kills", *FAULTS), 0)))
    take_over_s: list[float] = field(default_factory=list)
    working_s: list[float] = field(default_factory=list)

    def note(self, fault: str, problems: list[str]) -> None:
        """Count problems and print the first of them."""
        self.counts[fault] += len(problems)
        for problem in problems[:5]:
            print(f"  {fault}: {problem}", flush=True)

    def line(self) -> str:
        """The figures in one line."""
        looked = " ".join(f"{name}={self.counts[name]}" for name in ("rounds", "kills", "polls", "job_runs"))
        faults = " ".join(f"{name}={self.counts[name]}" for name in FAULTS)
        times = " ".join(
            f"{name}={statistics.median(seconds):.1f}/{max(seconds):.1f}"
            for name, seconds in (("take_over_s", self.take_over_s), ("first_poll_s", self.working_s))
            if seconds
        )
        return f"{looked} {faults} {times}"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where rounds are played: a world, a store to copy, and how a round gets a database of its own."""

    world: RunningWorld
    folder: Path
    database: Callable[[Path, bool], contextlib.AbstractContextManager[str]]


class Play:
    """One round."""

    def __init__(self, stage: Stage, home: Path, url: str, rng: random.Random, tally: Tally) -> None:
        self._stage, self._home, self._url = stage, home, url
        self._rng = rng
        self._tally = tally
        self._clock = clock_from(START, RATE)
        self._told = start_clock(parse_clock(self._clock, ZONE))
        self._store: Store | None = None
        self._schedulers: list[Scheduler] = []

    def run(self, kills: int) -> None:
        """Start, kill, let live, stop and judge."""
        began_at, requests_before = self._now(), len(self._stage.world.requests())
        self._start()
        try:
            self._wait(
                lambda s: s.scalar(select(func.count()).select_from(ShiftRow)) == 1, LED_WITHIN_S, "nobody leads"
            )
            made = []
            for _ in range(kills):
                time.sleep(self._rng.uniform(0.0, 9.0))
                made.append(self._kill_the_leader(len(made) + 1))
            time.sleep(LIVES_ON_S)
            with contextlib.suppress(TimeoutError):  # what is late then is late for the judge
                self._wait(
                    lambda s: not late_polls(s, self._now() - SLACK / 2) and not _is_a_job_under_way(s), BUSY_S, "late"
                )
            stopped_at = self._now()
            self._stop()
        finally:
            self._destroy()
        requests = self._stage.world.requests()[requests_before:]
        store = self._opened()
        verdict = judge(
            store,
            Round(
                began_at=began_at,
                stopped_at=stopped_at,
                kills=made,
                daily={job: _at(written) for job, written in DAILY.items()},
                watch_every=WATCH,
                slack=SLACK,
                tick=TICK,
                digest_of=DAY0,
                zone=ZONE,
                requests=requests,
                shifts_logged=sum(one.log().count('"event": "shift.began"') for one in self._schedulers),
            ),
        )
        store.close()
        self._tally.counts.update(verdict.counts)
        for fault, problems in verdict.faults.items():
            self._tally.note(fault, problems)
        if any(verdict.faults.values()):
            self._print_what_was_logged()

    def _print_what_was_logged(self) -> None:
        """What the schedulers warned of, for whoever looks for the fault."""
        for one in self._schedulers:
            lines = [line for line in one.log().splitlines() if '"level": "info"' not in line]
            print(f"  scheduler {one.number} ({one.poll()}):", *lines[-10:], sep="\n    ", flush=True)

    def _now(self) -> datetime:
        return self._told.now()

    def _start(self) -> None:
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")},
            **self._stage.world.environ,
            "PARALLAX_HOME": str(self._home),
            "PARALLAX_DATABASE_URL": self._url,
            "PARALLAX_CLOCK": self._clock,
            "PARALLAX_LOG_FORMAT": "json",
            "PARALLAX_CHILD_MEMORY_MB": "4000",  # a fork of this whole process
            "PARALLAX_WATCH_MINUTES": f"{WATCH / timedelta(minutes=1):g}",
            "PARALLAX_POLL_LONGEST_HOURS": "0.5",
            **{f"PARALLAX_{job.upper()}_AT": at for job, at in DAILY.items()},
        }
        gate = os.pipe()
        self._schedulers = [Scheduler(n, environ, self._home / f"scheduler-{n}.log", gate) for n in range(SCHEDULERS)]
        os.close(gate[0])
        os.close(gate[1])  # all begin

    def _kill_the_leader(self, nth: int) -> Kill:
        """kill -9; gives when it was, once another leads."""
        store = self._opened()
        with store.read() as session:
            shift = present_shift(session)
            pending = pending_polls(session)
            last_fetch = session.scalar(select(func.max(FetchRow.id))) or 0
        assert shift is not None
        leader = next(one for one in self._schedulers if str(one.pid) == shift.owner.split(":")[-2])
        theirs = descendants(leader.pid)
        at, at_s = self._now(), time.monotonic()
        os.kill(leader.pid, signal.SIGKILL)
        leader.wait(5)
        self._tally.counts["kills"] += 1
        self._wait_for_shift(nth + 1, 2 * TAKEN_OVER_WITHIN_S, "nobody took over")
        taken_over_at = self._now()
        self._tally.take_over_s.append(time.monotonic() - at_s)
        self._wait(
            lambda s: bool(s.scalar(select(func.count()).where(FetchRow.requested_at > taken_over_at))),
            2 * TAKEN_OVER_WITHIN_S,
            "nothing was asked after the take-over",
        )
        self._tally.working_s.append(time.monotonic() - at_s)
        if self._tally.take_over_s[-1] >= TAKEN_OVER_WITHIN_S:
            self._tally.note("slow", [f"the take-over took {self._tally.take_over_s[-1]:.1f} s"])
        self._tally.note("survivors", [f"process {pid} outlived its scheduler" for pid in theirs if _lives(pid)])
        return Kill(at, at_s, shift.owner, pending, last_fetch, taken_over_at)

    def _stop(self) -> None:
        """SIGTERM to those that live; each must end well and in time."""
        living = [one for one in self._schedulers if one.poll() is None]
        began = time.monotonic()
        for one in living:
            one.tell(signal.SIGTERM)
        codes = [one.wait(max(0.0, STOPPED_WITHIN_S - (time.monotonic() - began))) for one in living]
        self._tally.note("died", [f"scheduler ended with {code}" for code in codes if code != 0])
        killed = sum(one.poll() == -signal.SIGKILL for one in self._schedulers)
        if len(living) + killed != SCHEDULERS:
            self._tally.note("died", [one.log()[-500:] for one in self._schedulers if one not in living])

    def _destroy(self) -> None:
        for one in self._schedulers:
            one.tell(signal.SIGKILL)
            one.wait(10)
        if self._store is not None:
            self._store.close()
            self._store = None

    def _opened(self) -> Store:
        if self._store is None:
            self._store = open_store(self._url)
        return self._store

    def _wait_for_shift(self, nth: int, within_s: float, otherwise: str) -> None:
        self._wait(lambda s: s.scalar(select(func.count()).select_from(ShiftRow)) == nth, within_s, otherwise)

    def _wait(self, is_so: Callable[[Session], object], within_s: float, otherwise: str) -> None:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            with contextlib.suppress(Exception), self._opened().read() as session:  # no tables yet
                if is_so(session):
                    return
            time.sleep(0.05)
        raise TimeoutError(otherwise + "".join(f"\n{one.log()[-1500:]}" for one in self._schedulers))


def _is_a_job_under_way(session: Session) -> bool:
    return session.scalar(select(JobRunRow.id).where(JobRunRow.ended_at.is_(None)).limit(1)) is not None


def _at(written: str) -> datetime:
    """The first such time of day from the start on."""
    hour, minute = map(int, written.split(":"))
    at = START.replace(hour=hour, minute=minute)
    return at if at >= START else at + timedelta(days=1)


def _lives(pid: int) -> bool:
    """Whether it is still there two seconds from now."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state in {"Z", "X"}:
            return False
        time.sleep(0.02)
    return True


def play_rounds(stage: Stage, times: int, rng: random.Random, tally: Tally) -> None:
    """So many rounds; each third one kills twice, each fifth one begins with an empty store."""
    for number in range(times):
        home = stage.folder / f"round-{number}"
        is_empty = number % 5 == 4
        if is_empty:
            home.mkdir()
        else:
            shutil.copytree(stage.folder / "template", home)
        with stage.database(home, is_empty) as url:
            try:
                Play(stage, home, url, rng, tally).run(2 if number % 3 == 2 else 1)
            except (TimeoutError, AssertionError) as error:
                tally.note("died", [str(error)])
        tally.counts["rounds"] += 1
        shutil.rmtree(home, ignore_errors=True)
        print(f"  {tally.line()}", flush=True)


@contextlib.contextmanager
def sqlite_stage(folder: Path) -> Iterator[Stage]:
    """Rounds on SQLite files."""

    @contextlib.contextmanager
    def database(home: Path, _is_empty: bool) -> Iterator[str]:
        yield f"sqlite:///{home}/parallax.db"

    with RunningWorld(folder, pace=0.05, seconds=7200) as world:
        _crawl_template(world, folder, None)
        yield Stage(world, folder, database)


@contextlib.contextmanager
def postgres_stage(folder: Path) -> Iterator[Stage]:
    """Rounds on databases of one PostgreSQL."""
    with postgres_server() as server, postgres_database(server) as template:

        @contextlib.contextmanager
        def database(_home: Path, is_empty: bool) -> Iterator[str]:
            name = None if is_empty else make_url(template).database
            with postgres_database(server, template=name) as url:
                yield url

        with RunningWorld(folder, pace=0.05, seconds=7200) as world:
            _crawl_template(world, folder, template)
            yield Stage(world, folder, database)


def _crawl_template(world: RunningWorld, folder: Path, url: str | None) -> None:
    """A day of the world in ``folder/template``; the world stands still at its end."""
    home = folder / "template"
    home.mkdir()
    world.environ["PARALLAX_CHILD_MEMORY_MB"] = "4000"
    for _, (_, tally, _) in zip(range(4), crawl_days(world, home, url), strict=False):
        assert tally.outcome == "done", tally
    world.at(START)


def main() -> int:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.leaders", description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    tally, began = Tally(), time.monotonic()
    import_everything()
    importlib.import_module("parallax.service")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leaders-")))
        stage = stack.enter_context((postgres_stage if options.postgres else sqlite_stage)(folder))
        play_rounds(stage, options.times, random.Random(seed), tally)
    database = "postgresql" if options.postgres else "sqlite"
    print(
        f"leaders: {database} schedulers={SCHEDULERS} {tally.line()} seed={seed} seconds={time.monotonic() - began:.0f}"
    )
    return int(any(tally.counts[fault] for fault in FAULTS))


if __name__ == "__main__":
    sys.exit(main())
