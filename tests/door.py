"""The command line as a person and a script meet it: a real process with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.world_run import ROOT


def parallax(*words: str, home: Path, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """``parallax`` with ``words``, in an environment without settings of Parallax but its home and ``environ``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    return subprocess.run(
        [sys.executable, "-m", "parallax.cli", *words],
        cwd=cwd,
        env={**clean, "PARALLAX_HOME": str(home), "PARALLAX_LOG_LEVEL": "error", **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
