"""A retention in a process of its own that is killed at a step of it."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from tests.world_run import ROOT

STEPS = {
    "before_the_new_file_is_whole": "crawler.archive.compact._copy",
    "before_it_has_its_name": "crawler.archive.compact.Compacted.put_in_place",
    "before_the_folder_is_synced": "crawler.retention.sync_folder",
    "before_the_transaction": "crawler.retention.move_records",
    "before_the_old_file_goes": "pathlib.Path.unlink",
}
_SCRIPT = """
import importlib, os, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from crawler.retained import Limits
from crawler.retention import Retention
from storage import open_store

url, archive, step, calls, at = sys.argv[1:]
names = step.split(".")
owner, depth = importlib.import_module(names[0]), 1
while depth < len(names) - 1:
    if not hasattr(owner, names[depth]):
        importlib.import_module(".".join(names[: depth + 1]))
    owner, depth = getattr(owner, names[depth]), depth + 1
kept, left = getattr(owner, names[-1]), [int(calls)]

def killed(*args, **kwargs):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(*args, **kwargs)

setattr(owner, names[-1], killed)
limits = Limits(keep=timedelta(0), most_bytes=1)
now = datetime.fromisoformat(at)
Retention(open_store(url), Path(archive), limits, now=now, is_ours=lambda slot: slot.startswith("crawl")).run()
"""


def kill_at(database_url: str, archive: Path, step: str, *, calls: int, at: datetime) -> None:
    """Have all dropped that may go, and the process killed when it comes to ``step`` for the ``calls``-th time."""
    command = [sys.executable, "-c", _SCRIPT, database_url, str(archive), step, str(calls), at.isoformat()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
