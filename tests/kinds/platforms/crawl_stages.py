"""``python -m tests.kinds.platforms.crawl_stages WORLD HOME DATABASE_URL [STAGES [NAME=VALUE …]]``: crawls a world.

A pass at each of so many stages, all by default, with these settings beside the world's own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from tests.kinds.platforms.api import KEY
from tests.kinds.platforms.world import environ_of
from tests.world_run import ROOT, crawl_once, import_everything


def main() -> None:
    """One pass a stage, each in a fork of this process."""
    name, folder, database_url, *more = sys.argv[1:]
    home, world_of = Path(folder), import_module(f"tests.kinds.platforms.{name}")
    stages = int(more[0]) if more else len(world_of.STAGES)
    (home / "stage").write_text("0")
    serving = [sys.executable, "-m", world_of.__name__, str(home)]
    with subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, text=True) as world:
        try:
            assert world.stdout is not None
            environ = environ_of(home, int(world.stdout.readline()), world_of.CATALOGUE)
            environ |= {"PARALLAX_HOME": str(home), "PARALLAX_DATABASE_URL": database_url}
            environ |= dict(setting.split("=", 1) for setting in more[1:])
            (home / "environ").write_text(json.dumps({name: value for name, value in environ.items() if value != KEY}))
            import_everything()
            for stage, moment in enumerate(world_of.STAGES[:stages]):
                (home / "stage").write_text(str(stage))
                crawl_once({name: value for name, value in environ.items() if value}, moment)
        finally:
            world.kill()


if __name__ == "__main__":
    main()
