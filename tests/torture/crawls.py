"""Kills -9 at random moments of crawls of the sample world.

One process that has imported everything forks each crawl, so that a kill is cheap. A sequence crawls the world's twelve
moments into a new store; a crawl that is not killed moves the world on; at its end the store must hold what the world's
truth says.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from storage import open_store
from tests.acceptance import compare
from tests.databases import postgres_database
from tests.torture import witness
from tests.torture.figures import Figures
from tests.world.truth import load_truth
from tests.world_run import RunningWorld, import_everything

LONG_DELAYS_S = {"xeberci": 1.2, "gundem24": 0.8}
_LONGEST_S = 20.0
SEQUENCE_KILLS = 60  # on a database of its own


class Torture:
    """One harness: a world, a store at a time, and the count of what went wrong."""

    def __init__(self, world: RunningWorld, folder: Path, rng: random.Random, figures: Figures) -> None:
        self._figures = figures
        self._world = world
        self._folder = folder
        self._rng = rng
        self._delays = lengthened_delays(folder / "catalogue")
        self._moments = [datetime.fromisoformat(written) for written in load_truth()["moments"]]
        self._longest_s = 2.0
        self._judged = 0  # requests of earlier sequences
        self.spared = witness.descendants(os.getpid())

    def run(self, kills: int, database_url: str | None) -> None:
        """Kill until ``kills`` crawls were killed; sequences are begun as needed."""
        number = 0
        while self._figures.kills["crawl"] < kills:
            number += 1
            home = self._folder / f"sequence-{number}"
            url = database_url or f"sqlite:///{home}/parallax.db"
            home.mkdir()
            self._sequence(home, url, kills)
            shutil.rmtree(home, ignore_errors=True)

    def _sequence(self, home: Path, url: str, kills: int) -> None:
        environ = {**self._world.environ, "PARALLAX_HOME": str(home), "PARALLAX_DATABASE_URL": url}
        known = witness.Known()
        for moment in self._moments:
            self._world.at(moment)
            while not self._crawl(environ, moment, home, url, known, may_kill=self._figures.kills["crawl"] < kills):
                pass
        self._figures.note("untrue", _untruths(url))
        requests = self._world.requests()
        self._figures.note("too_soon", witness.asked_too_soon(requests[self._judged :], self._delays))
        self._judged = len(requests)

    def _crawl(
        self,
        environ: Mapping[str, str],
        moment: datetime,
        home: Path,
        url: str,
        known: witness.Known,
        *,
        may_kill: bool,
    ) -> bool:
        """One crawl, killed or not; True when it came to its end."""
        reading, writing = os.pipe()
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            os._exit(_child(environ, moment, writing))
        os.close(writing)
        self._figures.counts["crawls"] += 1
        is_killed = may_kill and self._wait_and_kill(pid)
        with os.fdopen(reading, "rb") as told:
            acknowledged = _fetches_in(told.read())
        _, status = os.waitpid(pid, 0)
        took_s = time.monotonic() - began
        is_killed = is_killed and os.WIFSIGNALED(status)
        self._figures.kills["crawl"] += int(is_killed)
        self._figures.counts["acknowledged"] += len(acknowledged)
        if is_killed:  # a crawl that is never left to its end would see nothing new
            self._longest_s = min(self._longest_s * 1.08, _LONGEST_S)
        else:
            self._longest_s = max(1.0, (self._longest_s + took_s) / 2)
            if status != 0:
                self._figures.note(
                    "not_resumed", [f"the crawl at {moment} ended with {os.waitstatus_to_exitcode(status)}"]
                )
        left = witness.survivors(os.getpid(), self.spared)
        self._figures.note("survivors", [f"process {one} outlived the crawl" for one in left])
        for one in left:
            os.kill(one, signal.SIGKILL)
        _reap(self.spared)
        store = open_store(url)
        if acknowledged or known.revisions:
            self._figures.note("lost", witness.lost(store, home / "archive", acknowledged, known))
            self._figures.note("duplicates", witness.duplicates(store))
        store.close()
        self._tell(moment)
        return not is_killed and status == 0

    def _wait_and_kill(self, pid: int) -> bool:
        """Let it live for a random time, then kill it."""
        time.sleep(self._rng.uniform(0.0, 1.1) * self._longest_s)
        os.kill(pid, signal.SIGKILL)
        return True

    def _tell(self, moment: datetime) -> None:
        if self._figures.counts["crawls"] % 20 == 0:
            done = f"{self._figures.kills['crawl']:4} kills, {self._figures.counts['acknowledged']:6} acknowledged"
            print(f"  {done}, at {moment:%d %b %H:%M}", flush=True)


def lengthened_delays(catalogue: Path) -> dict[str, float]:
    """Give some outlets delays that a crawl started anew would break if it could; gives each host's delay."""
    delays: dict[str, float] = {}
    for path in sorted(catalogue.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        if path.stem in LONG_DELAYS_S:
            text = "\n".join(
                f"delay_s = {LONG_DELAYS_S[path.stem]}" if line.startswith("delay_s") else line
                for line in text.splitlines()
            )
            path.write_text(text + "\n", encoding="utf-8")
        delay = next(float(line.split("=")[1]) for line in text.splitlines() if line.startswith("delay_s"))
        hosts = next(line for line in text.splitlines() if line.startswith("hosts"))
        delays |= {host.partition(":")[0]: delay for host in json.loads(hosts.partition("=")[2])}
    return delays


def _child(environ: Mapping[str, str], moment: datetime, writing: int) -> int:
    """The crawl; each acknowledged look goes over the pipe, unbuffered, after its commit."""
    try:
        from parallax.bootstrap import Parallax
        from parallax.config import load_settings
        from parallax.crawling import crawl_pass
        from parallax.log import configure_logging

        configure_logging("console", "error")
        parallax = Parallax(load_settings({**environ, "PARALLAX_CLOCK": f"{moment.isoformat()}@0"}))

        def tell(name: str, fields: Mapping[str, object]) -> None:
            if name == "fetch.stored" and fields["fetch"] is not None:
                os.write(writing, f"{fields['fetch']}\n".encode())

        tally = crawl_pass(parallax, on_event=tell, in_process=True)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0 if tally.outcome == "done" else 2


def _fetches_in(told: bytes) -> list[int]:
    """The whole lines of what a crawl told before it died."""
    return [int(line) for line in told.decode().split("\n")[:-1] if line]


def _reap(spared: set[int]) -> None:
    """Take leave of dead processes that were handed to us."""
    for pid in witness.descendants(os.getpid()) - spared:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue


def _untruths(url: str) -> list[str]:
    """Where a store differs from the world's truth after a whole sequence."""
    store = open_store(url)
    try:
        with store.read() as session:
            left = [f"left to do: {one}"[:300] for one in compare.left_to_do(session)]
            return compare.untruths(session, load_truth()) + left
    finally:
        store.close()


def torture_crawls(folder: Path, rng: random.Random, figures: Figures, *, kills: int, server: str | None) -> None:
    """Kill ``kills`` crawls, on PostgreSQL where there is a ``server``."""
    import_everything()
    with RunningWorld(folder, pace=0.05, seconds=6 * 3600) as world:
        torture = Torture(world, folder, rng, figures)
        if server is None:
            torture.run(kills, None)
            return
        while figures.kills["crawl"] < kills:
            with postgres_database(server) as url:
                torture.run(min(kills, figures.kills["crawl"] + SEQUENCE_KILLS), url)
