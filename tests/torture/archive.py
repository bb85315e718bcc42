"""``python -m tests.torture.archive --kills 300``: kill -9 of a process that does nothing but write archive and rows.

After each kill no row may name a record that can't be read, no acknowledged look may be gone, and the journal must be
readable; at the end a database made anew from the archive must hold every look that has a row. Exit code 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack, closing, nullcontext
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from crawler.adopt import adopt_records
from crawler.archive import open_writer
from crawler.finished import Finished
from crawler.rebuild.events import DecisionTold, Losses, told
from crawler.verify import Wanted, verify_archive
from domain.fetch import FetchOutcome, Reason
from domain.frontier import Look
from storage import Store, open_store
from storage.tables import FetchRow
from tests.databases import migrated_store, postgres_database, postgres_server, sqlite_url
from tests.unit.crawler.small_crawl import NOW, SmallCrawl

_PAGES = 12
_LONGEST_S = 0.6
_KILLS_A_SEQUENCE = 25


class ArchiveTorture:
    """One archive and one database, written by one killed process after the other."""

    def __init__(self, folder: Path, url: str, rng: random.Random) -> None:
        self._folder = folder
        self._url = url
        self._rng = rng
        self.kills = 0
        self.acknowledged: set[int] = set()
        self.problems: list[str] = []

    def run(self, kills: int) -> None:
        """Kill so many writers, and look after each."""
        with closing(open_store(self._url)) as store:
            while self.kills < kills:
                self.acknowledged |= self._killed_writer()
                self.kills += 1
                self._look(store)
                store.close()  # the next writer is forked: it makes connections of its own
            self._look_at_the_journal(store)

    def _killed_writer(self) -> set[int]:
        """A writer that is killed at a random moment; the fetches that it acknowledged."""
        reading, writing = os.pipe()
        seed = self._rng.randrange(2**32)
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _write(self._folder, self._url, random.Random(seed), writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as told_by_it:
            told_by_it.readline()  # it has begun
            time.sleep(self._rng.random() * _LONGEST_S)
            os.kill(pid, signal.SIGKILL)
            lines = told_by_it.read().split(b"\n")[:-1]
        os.waitpid(pid, 0)
        return {fetch for line in lines for fetch in json.loads(line)}

    def _look(self, store: Store) -> None:
        done = verify_archive(store, self._folder / "archive", Wanted(), on_file=lambda *_: None, sleep=lambda _: None)
        self.problems += [f"{finding.check}: {finding.problem}" for finding in done.findings]
        with store.read() as session:
            there = set(session.scalars(select(FetchRow.id)))
        self.problems += [f"fetch {lost} was acknowledged and is gone" for lost in self.acknowledged - there]

    def _look_at_the_journal(self, store: Store) -> None:
        """Every look with a row is told by the journal or by its record."""
        losses = Losses()
        looks = [one for one in told(self._folder / "archive", losses) if not isinstance(one, DecisionTold)]
        with store.read() as session:
            rows = session.scalar(select(func.count()).select_from(FetchRow)) or 0
        self.problems += losses.problems
        if len(looks) < rows or losses.records_missing:
            self.problems.append(
                f"{rows} looks have a row, the archive tells of {len(looks)}, {losses.records_missing} without a record"
            )


def _write(folder: Path, url: str, rng: random.Random, writing: int) -> None:
    """Store looks until killed: pages of all sizes, the same once more, and failures; never returns."""
    try:
        with closing(open_store(url)) as store, open_writer(folder / "archive", "crawl") as writer:
            adopt_records(store, folder / "archive", slot=writer.slot)
            crawl = SmallCrawl(store, folder / "archive", writer, None).start()
            os.write(writing, b"\n")
            number = rng.randrange(10**9)
            while True:
                number += 1
                looks = [_look_at(crawl, rng, number + part) for part in range(rng.randrange(1, 12))]
                done = [one.fetch_id for one in crawl.committed(*looks)]
                os.write(writing, json.dumps(done).encode() + b"\n")
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _look_at(crawl: SmallCrawl, rng: random.Random, number: int) -> Finished:
    at = NOW + timedelta(seconds=number % 10**6)
    target = crawl.target(f"/page-{rng.randrange(_PAGES)}", Reason.RECHECK)
    if rng.random() < 0.2:
        look = Look(target, at, at, conditional=False, outcome=FetchOutcome.TIMEOUT, error="took too long")
        return Finished(look, None, crawl.run_id, crawl.token, crawl.outlet.politeness)
    body = b"always the same" if rng.random() < 0.3 else rng.randbytes(rng.choice([10, 1_000, 30_000, 400_000]))
    return crawl.finished(target, body, at=at)


def main() -> int:
    """Kill and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.archive")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    began, rng, done = time.monotonic(), random.Random(options.seed), []
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server()) if options.postgres else None
        for left in range(options.kills, 0, -_KILLS_A_SEQUENCE):
            done.append(_sequence(min(left, _KILLS_A_SEQUENCE), server, rng))
    problems = [problem for torture in done for problem in torture.problems]
    for problem in problems[:20]:
        print(f"✗ {problem}")
    acknowledged = sum(len(torture.acknowledged) for torture in done)
    figures = f"kills={sum(torture.kills for torture in done)} acknowledged={acknowledged} problems={len(problems)}"
    print(f"torture-archive: {figures} seconds={time.monotonic() - began:.0f}")
    return 1 if problems else 0


def _sequence(kills: int, server: str | None, rng: random.Random) -> ArchiveTorture:
    """So many kills on an archive and a database of their own: after each all of it is read."""
    folder = Path(tempfile.mkdtemp(prefix="parallax-archive-"))
    try:
        with postgres_database(server) if server else nullcontext(sqlite_url(folder)) as url:
            with migrated_store(url):
                pass
            torture = ArchiveTorture(folder, url, rng)
            torture.run(kills)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return torture


if __name__ == "__main__":
    sys.exit(main())
