"""``python -m tests.world_again``: one more crawl of the sample world into a home that holds its days. It forks."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from tests.world_run import RunningWorld, crawl_once, import_everything


def main() -> int:
    """Crawl once at a moment."""
    parser = argparse.ArgumentParser(prog="python -m tests.world_again")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--at", type=datetime.fromisoformat, required=True)
    parser.add_argument("--port", type=int, required=True, help="that of the days before: it is part of addresses")
    options = parser.parse_args()
    with RunningWorld(options.home, pace=0.05, port=options.port) as world:
        import_everything()
        world.at(options.at)
        known = {"PARALLAX_HOME": str(options.home), "PARALLAX_DATABASE_URL": options.database_url}
        tally = crawl_once({**world.environ, **known}, options.at)
        for _, host, path in world.requests():
            print(host, path)
    return 0 if tally.outcome == "done" else 1


if __name__ == "__main__":
    sys.exit(main())
