"""Who may move records in an archive folder: nobody while places are being looked up, written down or gone by.

A place (file, offset) is good from where it is read in a row to where the record is opened or referred to. Those who
need that hold ``places_stay``, side by side; retention holds ``places_move`` while it changes rows and files.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from domain.errors import InUseError

_PLACES = "places.lock"
_RETENTION = "retention.lock"
_RETRY_S = 0.02


@contextmanager
def places_stay(folder: Path) -> Iterator[None]:
    """Until this is left, no record of ``folder`` is moved or dropped. Waits for one that is being moved just now."""
    with _held(folder, _PLACES, fcntl.LOCK_SH, wait_s=None):
        yield


@contextmanager
def places_move(folder: Path, *, wait_s: float) -> Iterator[None]:
    """Until this is left, nobody goes by a place in ``folder``. Raises InUseError when they do for so long."""
    with _held(folder, _PLACES, fcntl.LOCK_EX, wait_s=wait_s):
        yield


@contextmanager
def only_retention(folder: Path) -> Iterator[None]:
    """Be the one retention of ``folder``. Raises InUseError at once when another is at it."""
    with _held(folder, _RETENTION, fcntl.LOCK_EX, wait_s=0.0):
        yield


@contextmanager
def _held(folder: Path, name: str, kind: int, *, wait_s: float | None) -> Iterator[None]:
    try:
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        if kind == fcntl.LOCK_SH:  # a folder that is not there, or a copy that can't be written: nothing moves in it
            yield
            return
        raise
    try:
        if wait_s is None:
            fcntl.flock(descriptor, kind)
        else:
            _try(descriptor, kind, folder / name, wait_s)
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _try(descriptor: int, kind: int, path: Path, wait_s: float) -> None:
    last_try_at = time.monotonic() + wait_s
    while True:
        try:
            return fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= last_try_at:
                raise InUseError(f"{path.parent}: its records are in use just now") from error
        time.sleep(_RETRY_S)
