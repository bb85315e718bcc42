"""``python -m tests.kinds.platforms.crawl_stages HOME DATABASE_URL``: crawls the world of platforms at each stage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.kinds.platforms.world import STAGES, environ_of
from tests.world_run import ROOT, crawl_once, import_everything


def main() -> None:
    """One pass a stage, each in a fork of this process."""
    home, database_url = Path(sys.argv[1]), sys.argv[2]
    (home / "stage").write_text("0")
    serving = [sys.executable, "-m", "tests.kinds.platforms.world", str(home)]
    with subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, text=True) as world:
        try:
            assert world.stdout is not None
            environ = environ_of(home, int(world.stdout.readline()))
            environ |= {"PARALLAX_HOME": str(home), "PARALLAX_DATABASE_URL": database_url}
            import_everything()
            for stage, moment in enumerate(STAGES):
                (home / "stage").write_text(str(stage))
                crawl_once(environ, moment)
        finally:
            world.kill()


if __name__ == "__main__":
    main()
