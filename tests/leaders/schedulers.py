"""``parallax run`` as a fork of a process that has imported everything: a start costs no seconds of CPU.

What runs is the command itself; only the interpreter of its first crawl child is a fork as well, where the command
would start a new one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from parallax import children
from parallax.child import main as child_main
from parallax.cli import main as parallax_main
from parallax.parent import die_with_parent

_spawn = children.spawn_child


class Scheduler:
    """One ``parallax run``. It waits for ``gate``, a pipe's end, to be closed before it begins."""

    def __init__(self, number: int, environ: Mapping[str, str], log: Path, gate: tuple[int, int]) -> None:
        self.number = number
        self.log_path = log
        self._status: int | None = None
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _in_fork(lambda: _run(parent, environ, log, gate))

    def log(self) -> str:
        """What it logged so far."""
        return self.log_path.read_text(encoding="utf-8") if self.log_path.exists() else ""

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it lives."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def wait(self, within_s: float) -> int | None:
        """Its exit code, or None when it does not end in time."""
        deadline = time.monotonic() + within_s
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.poll()


def _in_fork(work: Callable[[], None]) -> None:
    """Do ``work`` and end this process."""
    code = 1
    try:
        work()
        code = 0
    except SystemExit as end:
        code = 0 if end.code is None else end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _run(parent: int, environ: Mapping[str, str], log: Path, gate: tuple[int, int]) -> None:
    die_with_parent(parent)
    os.environ.clear()
    os.environ.update(environ)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.argv = ["parallax", "run"]
    children.spawn_child = _forked_child  # type: ignore[assignment]
    os.close(gate[1])
    os.read(gate[0], 1)
    parallax_main()


def _forked_child(*, is_told: bool = False, is_spare: bool = False) -> object:
    """What ``spawn_child`` gives, forked from here; a process that has threads by now starts a real one."""
    if threading.active_count() > 1:
        return _spawn(is_told=is_told, is_spare=is_spare)
    return ForkedChild(is_told=is_told)


class ForkedChild:
    """A crawl child, with as much of ``Popen`` as its supervisor uses."""

    def __init__(self, *, is_told: bool) -> None:
        reading, self_writing = os.pipe()
        self_reading, writing = os.pipe()
        self.returncode: int | None = None
        self._lock = threading.Lock()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self_writing)
            os.close(self_reading)
            _in_fork(lambda: _child(parent, reading, writing, is_told=is_told))
        os.close(reading)
        os.close(writing)
        self.stdin: TextIO = os.fdopen(self_writing, "w")
        self.stdout: TextIO = os.fdopen(self_reading, "r")

    def poll(self) -> int | None:
        """Its exit code; None while it lives."""
        with self._lock:
            if self.returncode is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
            return self.returncode

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        while (code := self.poll()) is None:
            time.sleep(0.02)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _child(parent: int, reading: int, writing: int, *, is_told: bool) -> None:
    os.setpgid(0, 0)
    os.dup2(reading, 0)
    os.dup2(writing, 1)
    os.environ["PARALLAX_PARENT"] = str(parent)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115 - its own for life
    sys.argv = ["child", "--stay", *(["--told"] if is_told else [])]
    sys.exit(child_main())
