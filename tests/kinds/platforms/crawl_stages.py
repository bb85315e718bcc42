"""``python -m tests.kinds.platforms.crawl_stages HOME DATABASE_URL [STAGES [NAME=VALUE …]]``: crawls the world.

A pass at each of so many stages, all by default, with these settings beside the world's own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.kinds.platforms.world import STAGES, environ_of
from tests.world_run import ROOT, crawl_once, import_everything


def main() -> None:
    """One pass a stage, each in a fork of this process."""
    home, database_url, *more = Path(sys.argv[1]), *sys.argv[2:]
    stages = int(more[0]) if more else len(STAGES)
    (home / "stage").write_text("0")
    serving = [sys.executable, "-m", "tests.kinds.platforms.world", str(home)]
    with subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, text=True) as world:
        try:
            assert world.stdout is not None
            environ = environ_of(home, int(world.stdout.readline()))
            environ |= {"PARALLAX_HOME": str(home), "PARALLAX_DATABASE_URL": database_url}
            environ |= dict(setting.split("=", 1) for setting in more[1:])
            import_everything()
            for stage, moment in enumerate(STAGES[:stages]):
                (home / "stage").write_text(str(stage))
                crawl_once({name: value for name, value in environ.items() if value}, moment)
        finally:
            world.kill()


if __name__ == "__main__":
    main()
