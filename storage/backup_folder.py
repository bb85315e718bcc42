"""The folder of backups: one at a time is made, what a killed one left is removed, the oldest beyond a number go.

A backup is made in a folder that ends in ``.part`` and is renamed when it is whole; it is renamed back before it is
removed. So a folder under its own name is whole, whenever a process is killed. Nothing else in there is ever touched.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from domain.errors import BackupError, InUseError
from storage.backup_manifest import MANIFEST, DatabaseFile, Manifest, read_manifest
from storage.durable import sync_folder

LOCK = ".lock"
PART = ".part"
_NAME = re.compile(r"(\d{8}T\d{6}Z)(?:-(\d+))?")


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A backup as it lies there. ``problem``: why it is not good; its database was not read for that, only measured."""

    path: Path
    manifest: Manifest | None
    problem: str | None

    @property
    def order(self) -> tuple[str, int]:
        """What backups are sorted by: the second, then the number within it."""
        return _order(self.path)


def _order(path: Path) -> tuple[str, int]:
    match = _NAME.fullmatch(path.name)
    assert match is not None
    return match[1], int(match[2] or 1)


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Have ``folder`` for oneself; ``shared``: only keep others from changing it.

    A killed owner's lock is gone with it. Raises InUseError at once where another has it.
    """
    if shared and not (folder / LOCK).exists():  # a copy of a backup elsewhere: nobody makes or removes any there
        yield
        return
    descriptor = os.open(folder / LOCK, os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUseError(f"{folder}: a backup is being made or restored there just now") from error
        yield
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def kept_backups(folder: Path) -> tuple[KeptBackup, ...]:
    """The backups in ``folder``, oldest first; those that are not good say why."""
    if not folder.is_dir():
        return ()
    found = [_looked_at(path) for path in folder.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
    return tuple(sorted(found, key=lambda kept: kept.order))


def _looked_at(path: Path) -> KeptBackup:
    try:
        manifest = read_manifest(path)
    except BackupError as error:
        return KeptBackup(path, None, error.problem)
    return KeptBackup(path, manifest, _problem_of(path, manifest.database))


def _problem_of(path: Path, database: DatabaseFile) -> str | None:
    file = path / database.file
    size = file.stat().st_size if file.is_file() else None
    if size == database.size_bytes:
        return None
    return "its database is missing" if size is None else "its database has another size"


def last_made_at(folder: Path) -> datetime | None:
    """When the newest whole backup was made, as its manifest says; None where there is none, or none can be read.

    Newest by their names: mostly one manifest is read, and that once as long as it stays as it is.
    """
    try:
        paths = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return None
    for path in sorted(paths, key=_order, reverse=True):
        try:
            changed_ns = (path / MANIFEST).stat().st_mtime_ns
        except OSError:
            continue
        stated = _stated(path, changed_ns)
        if stated is not None and _problem_of(path, stated[1]) is None:
            return stated[0]
    return None


@lru_cache(maxsize=64)
def _stated(path: Path, _changed_ns: int) -> tuple[datetime, DatabaseFile] | None:
    """When a backup was made, and its database; None where its manifest can't be read."""
    try:
        manifest = read_manifest(path)
    except BackupError:
        return None
    return manifest.made_at, manifest.database


def new_name(folder: Path, now: datetime) -> str:
    """The name of a backup made at ``now``: that second in UTC, and a number where there is one of it already."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    number = 1
    while (folder / (name := stamp if number == 1 else f"{stamp}-{number}")).exists():
        number += 1
    return name


def remove_leftovers(folder: Path) -> tuple[str, ...]:
    """Remove what killed backups left; gives the names. Hold the lock."""
    left = sorted(path for path in folder.glob(f"*{PART}") if _NAME.fullmatch(path.name.removesuffix(PART)))
    for path in left:
        shutil.rmtree(path)
    return tuple(path.name for path in left)


def remove_beyond(folder: Path, keep: int, *, newest: str) -> tuple[str, ...]:
    """Remove good backups but for the last ``keep``, ``newest`` always among these; gives the names. Hold the lock.

    One that is not good is neither counted nor removed: a person should look at it.
    """
    good = [kept.path for kept in kept_backups(folder) if kept.problem is None and kept.path.name != newest]
    spare = good[: max(0, len(good) - (max(keep, 1) - 1))]
    for path in spare:
        doomed = path.rename(path.with_name(path.name + PART))
        sync_folder(folder)
        shutil.rmtree(doomed)
    return tuple(path.name for path in spare)
