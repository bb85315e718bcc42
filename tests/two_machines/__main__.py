"""``python -m tests.two_machines [--apart]``: two workers crawl the sample world together, one is killed on the way.

With ``--apart`` it must run in namespaces of its own (``network.inside``). The last line gives the figures; the exit
code is 1 when anything went wrong.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, or_, select, text

from parallax.bootstrap import Parallax
from parallax.clock import ClockSetting, start_clock
from parallax.config import load_settings
from schedules.passes import plan_pass
from storage import Session, Store
from storage.tables import FetchRow, HostRow, RecordRow, RunRow, TargetRow, TodoRow
from tests.acceptance import compare
from tests.databases import postgres_database, postgres_server
from tests.torture import witness
from tests.torture.crawls import lengthened_delays
from tests.two_machines.scene import Place, Processes, place
from tests.world.truth import CRAWL_MOMENTS, truth_of
from tests.world.world import World
from tests.world_run import RunningWorld

DEAD_AFTER_S = 12
LONGEST_S = 240.0
FAULTS = ("untrue", "too_soon", "doubled", "left", "not_ended")


class TwoMachines:
    """One leader, two workers, one of them killed in the first moment's crawl."""

    def __init__(self, home: Path, world: RunningWorld, found: Place, *, moments: list[datetime]) -> None:
        self._home = home
        self._world = world
        self._moments = moments
        self._delays = lengthened_delays(home / "catalogue")
        self.environ = {
            **world.environ,
            "PARALLAX_HOME": str(home),
            "PARALLAX_DATABASE_URL": found.database_url,
            "PARALLAX_EXECUTOR": "procrastinate",
            "PARALLAX_DEAD_AFTER_S": str(DEAD_AFTER_S),
            "PARALLAX_DIGEST_AT": "off",
            "PARALLAX_TIDY_AT": "off",
            "PARALLAX_LOG_FORMAT": "json",
            "PARALLAX_LOG_LEVEL": "info",
        }
        self._processes = Processes(home, found, self.environ)
        self.counts: Counter[str] = Counter(dict.fromkeys(FAULTS, 0))

    def run(self) -> None:
        """Crawl at each moment, then compare with the truth."""
        try:
            for number, moment in enumerate(self._moments):
                self._world.at(moment)
                self._crawl(moment, kills=number == 0)
        finally:
            self._processes.destroy()
        self._judge()

    def _parallax(self, moment: datetime) -> Parallax:
        return Parallax(load_settings(self.environ), clock=start_clock(ClockSetting(moment, 0.0)))

    def _crawl(self, moment: datetime, *, kills: bool) -> None:
        parallax = self._parallax(moment)
        store = parallax.prepare_store()
        settings = parallax.settings
        plan_pass(store, parallax.clock, recheck_until_days=settings.recheck_until_days)
        clock = {"PARALLAX_CLOCK": f"{moment.isoformat()}@0"}
        begun = time.monotonic()
        for machine in ("one", "two"):
            self._processes.start(f"worker-{machine}", machine, "worker", "--hosts", "6", **clock)
        if kills:
            self._kill_one(store, lambda: self._processes.start("leader", "two", "run", **clock))
        else:
            self._processes.start("leader", "two", "run", **clock)
        left = self._finish(store, moment)
        self._note("left", left)
        self._note("not_ended", self._processes.end())
        with store.read() as session:
            self.counts["fetches"] = session.scalar(select(func.count(FetchRow.id))) or 0
            self.counts["lost_runs"] = session.scalar(select(func.count()).where(RunRow.outcome == "lost")) or 0
        store.close()
        print(f"  {moment:%d %b %H:%M}  {self.counts['fetches']} fetches, {time.monotonic() - begun:.0f} s", flush=True)

    def _kill_one(self, store: Store, start_leader: object) -> None:
        """Start the leader, wait until both workers have hosts and worker one stored something, and kill that one."""
        assert callable(start_leader)
        start_leader()
        deadline = time.monotonic() + LONGEST_S
        while time.monotonic() < deadline:
            with store.read() as session:
                owners = session.scalars(select(HostRow.owner).where(HostRow.owner.is_not(None)).distinct()).all()
                is_writing = session.scalar(select(func.count()).where(RecordRow.file.contains("-crawl-one-")))
            if len(owners) >= 2 and is_writing:
                self._processes.kill("worker-one")
                self.counts["kills"] += 1
                return
            time.sleep(0.05)
        self._note("left", ["the two workers never worked at one time"])

    def _finish(self, store: Store, moment: datetime) -> list[str]:
        """Wait until nothing is left to do; gives what is left when that takes too long."""
        deadline = time.monotonic() + LONGEST_S
        left = ["?"]
        while left and time.monotonic() < deadline:
            time.sleep(0.3)
            with store.read() as session:
                left = _left(session, moment)
        return left

    def _judge(self) -> None:
        self._note("too_soon", witness.asked_too_soon(self._world.requests(), self._delays))
        store = self._parallax(self._moments[-1]).store
        self._note("doubled", witness.duplicates(store))
        with store.read() as session:
            # The leader is stopped between two moments, and rightly says so; the world's truth knows of no service.
            truth = truth_of(World(), self._moments)
            self._note("untrue", compare.untruths(session, truth, but_gaps="not_running"))
            files = session.execute(text("SELECT DISTINCT file FROM record")).scalars().all()
        self.counts["requests"] = len(self._world.requests())
        self.counts["machines"] = len({file.split("-")[2] for file in files})
        store.close()

    def _note(self, fault: str, problems: list[str]) -> None:
        self.counts[fault] += len(problems)
        for problem in problems[:10]:
            print(f"  {fault}: {problem}", flush=True)


def _left(session: Session, moment: datetime) -> list[str]:
    """What is still to be done at ``moment``, by whomever."""
    due = select(TargetRow.url).where(TargetRow.state == "due", TargetRow.next_at <= moment)
    unread = select(TodoRow.kind)
    owned = select(HostRow.key).where(or_(HostRow.owner.is_not(None)))
    runs = select(RunRow.host).where(RunRow.ended_at.is_(None))
    jobs = text("SELECT lock || ' ' || status FROM procrastinate_jobs")
    return [f"{what}: {one}" for what, query in
            (("due", due), ("todo", unread), ("owned", owned), ("run", runs), ("job", jobs))
            for one in session.execute(query).scalars()]  # fmt: skip


def main() -> int:
    """Crawl and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.two_machines")
    parser.add_argument("--apart", action="store_true", help="each worker in network and process namespaces of its own")
    parser.add_argument("--moments", type=int, default=1, help="of the sample world's calendar, from the first on")
    parser.add_argument("--keep", type=Path, help="folder for logs and archive, kept; otherwise one that is removed")
    options = parser.parse_args()
    began = time.monotonic()
    home = options.keep or Path(tempfile.mkdtemp(prefix="parallax-machines-"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        with (
            postgres_server() as server,
            place(server, is_apart=options.apart) as placed,
            postgres_database(server) as url,
        ):
            found = placed(url)
            with RunningWorld(home, pace=0.05, address=found.address) as world:
                scene = TwoMachines(home, world, found, moments=list(CRAWL_MOMENTS[: options.moments]))
                scene.run()
    finally:
        if options.keep is None:
            shutil.rmtree(home, ignore_errors=True)
    counts = scene.counts
    names = ("kills", "requests", "fetches", "lost_runs", "machines", *FAULTS)
    print(
        "two machines: "
        + " ".join(f"{name}={counts[name]}" for name in names)
        + f" seconds={time.monotonic() - began:.0f}"
    )
    return 1 if any(counts[fault] for fault in FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
