"""``python -m tests.ledger_world``: serve one share of a world until told to stop, and log each look."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import closing
from pathlib import Path
from threading import Event

from tests.ledger_world.log import AnswerLog
from tests.ledger_world.planting import make_script
from tests.ledger_world.world import LedgerWorld
from tests.world.server import WorldServer


def main() -> int:
    """Print the port and serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.ledger_world")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--part", required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--share", type=int, default=0)
    parser.add_argument("--shares", type=int, default=1)
    parser.add_argument("--log", type=Path, required=True)
    options = parser.parse_args()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    script = make_script(options.seed, options.part, options.days).share(options.share, options.shares)
    with closing(AnswerLog(options.log)) as log, WorldServer(LedgerWorld(script, log.append), pace=0.0) as server:
        print(server.port, flush=True)
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
