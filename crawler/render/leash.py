"""Holds a browser: ``python -m crawler.render.leash PARENT SECONDS MEGABYTES COMMAND…``.

Its standard output is the browser's. The browser and all that it starts are one process group, which is killed at the
limits, when the browser ends, and with the parent: then the kernel kills this process, and the browser with it. Ends
with 0, or 75 over the time and 76 over the memory. Imports nothing of ours but the tie, so that it starts at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

TOO_SLOW, TOO_LARGE = 75, 76
_LOOK_S = 0.1
_PASSED_ON = frozenset({"HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "XDG_RUNTIME_DIR"})
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Run the browser to its end or its limits."""
    parent, seconds, megabytes = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    _tie()
    if os.getppid() != parent:
        return 1
    environ = {name: value for name, value in os.environ.items() if name in _PASSED_ON}  # secrets are not for a browser
    browser = subprocess.Popen(  # noqa: S603 - what our own process asked for
        sys.argv[4:],
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        process_group=0,
        env=environ,
        preexec_fn=_tie,  # noqa: PLW1509
    )
    try:
        return _watched(browser, time.monotonic() + seconds, megabytes << 20)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


def _tie() -> None:
    """Have the kernel kill this process with the one that started it. One thread here, so it may run after a fork."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _watched(browser: subprocess.Popen[bytes], deadline: float, most_bytes: int) -> int:
    while True:
        try:
            return browser.wait(_LOOK_S)
        except subprocess.TimeoutExpired:
            pass
        if time.monotonic() > deadline:
            return TOO_SLOW
        if group_bytes(browser.pid) > most_bytes:
            return TOO_LARGE


def group_bytes(group: int) -> int:
    """Memory that the processes of a group hold, what they share counted in parts; 0 where the system does not say."""
    total = 0
    for entry in Path("/proc").iterdir() if sys.platform == "linux" else ():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(stat[2]) == group:
                    total += _own_bytes(entry)
    return total


def _own_bytes(process: Path) -> int:
    for line in (process / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    return 0


if __name__ == "__main__":
    sys.exit(main())
