"""What a command says of wrong use."""

from __future__ import annotations

import subprocess


def says(done: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    """It ended with ``code`` and one line that holds all of ``said``."""
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("parallax: ")
    assert "a fault of ours" not in done.stderr
    assert [word for word in said if word not in done.stderr] == []
