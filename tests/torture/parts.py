"""The parts of a torture: each runs in a process of its own, on a store, a world and a server of its own."""

from __future__ import annotations

import contextlib
import ctypes
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.databases import postgres_database, postgres_server
from tests.torture import crawls, faults, service
from tests.torture.figures import Figures
from tests.torture.injections import PostgresToKill

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
WORKERS = 2
SHARES = {  # of the kills
    "crawls-sqlite": 0.3,
    "crawls-postgresql": 0.2,
    "service-sqlite": 0.2,
    "service-postgresql": 0.15,
    "workers-postgresql": 0.15,
}
TIMED = ("service-sqlite", "service-postgresql", "workers-postgresql")
FAULTS = ("faults-sqlite", "faults-postgresql")
PARTS = (*SHARES, *FAULTS)
LANES = (  # side by side, since most of a part is waiting; what weighs on the processor follows each other
    ("crawls-sqlite", "crawls-postgresql"),
    ("service-sqlite", "service-postgresql", "workers-postgresql", "faults-sqlite"),
    ("faults-postgresql",),
)


def run_part(part: str, rng: random.Random, *, kills: int, faults_a_kind: int) -> Figures:
    """Run one part here; gives what it counted."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # so that services and servers are ended, too
    figures = Figures()
    folder = Path(tempfile.mkdtemp(prefix="parallax-torture-"))
    on_postgres = part.endswith("postgresql")
    try:
        if part in FAULTS:
            _faults(folder, rng, figures, count=faults_a_kind, on_postgres=on_postgres)
            return figures
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(postgres_server()) if on_postgres else None
            if part.startswith("crawls"):
                crawls.torture_crawls(folder, rng, figures, kills=kills, server=server)
            else:
                workers = WORKERS if part.startswith("workers") else 0
                _services(folder, rng, figures, kills=kills, server=server, workers=workers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def _services(
    folder: Path, rng: random.Random, figures: Figures, *, kills: int, server: str | None, workers: int
) -> None:
    left = kills
    while left > 0:
        some = min(left, service.KILLS_A_SEQUENCE)
        with _database(server) as url:
            service.torture(folder / f"sequence-{left}", url, rng, figures, kills=some, workers=workers)
        left -= some


def _faults(folder: Path, rng: random.Random, figures: Figures, *, count: int, on_postgres: bool) -> None:
    kinds = [kind for kind in faults.KINDS if on_postgres or kind != "database_killed"]
    with contextlib.ExitStack() as stack:
        server = PostgresToKill() if on_postgres else None
        address = stack.enter_context(server) if server else None
        for kind in kinds:
            with _database(address) as url:
                database = "postgresql" if url else "sqlite"
                faults.suffer(faults.Faults(kind, database, count, rng, figures), folder / kind, url, server)


def _database(server: str | None) -> contextlib.AbstractContextManager[str | None]:
    return postgres_database(server) if server else contextlib.nullcontext()
