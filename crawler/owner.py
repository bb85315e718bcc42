"""Who works on a host: a process told apart from every other one, and whether it still lives.

An owner is ``boot:namespace:pid:start``. On one machine the process itself is asked, so a killed crawl's hosts are free
at once; of another machine only the heartbeat is known.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

DEAD_AFTER = timedelta(seconds=60)
_PROC = Path("/proc")


def this_owner() -> str:
    """The owner that this process is."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_started(pid)}"


def is_alive(
    owner: str, heartbeat_at: datetime | None, *, real_now: datetime, dead_after: timedelta = DEAD_AFTER
) -> bool:
    """Whether ``owner`` still works. Of another machine: whether its heartbeat is younger than ``dead_after``."""
    machine, _, process = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    if machine == _machine() and process.isdigit():
        return _started(int(process)) == started
    return heartbeat_at is not None and real_now - heartbeat_at < dead_after


def _machine() -> str:
    """This boot of this machine and the process namespace in it (a container has its own numbers)."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = str((_PROC / "self/ns/pid").readlink()).strip("pid:[]")
    except OSError:  # not Linux: every process is judged by its heartbeat
        return f"{os.uname().nodename}:{os.getppid()}"
    return f"{boot}:{namespace}"


def _started(pid: int) -> str | None:
    """When the process began, in clock ticks since boot; None when there is none (or only its remains)."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else fields[19]
