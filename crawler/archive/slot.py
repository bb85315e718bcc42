"""A writer's slot: a name that one process holds at a time, and how far its last file is known to be good.

The lock is a ``flock``, so that a killed owner's slot is free at once. Its descriptor is close-on-exec, and a forked
child closes it: otherwise the child would keep the slot of its dead parent (measured).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakSet

from domain.errors import ArchiveError, SlotHeldError

_SLOT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LOCK_FILE = re.compile(r"parallax-([a-z0-9][a-z0-9_-]{0,63})\.lock")
_CHECKPOINT = re.compile(r"(\S+) (\d+) ([0-9a-f]{8})\n")
_CHECKPOINT_BYTES = 512
_RETRY_S = 0.02


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """That ``file`` holds nothing but whole records, on disk, up to ``length`` bytes."""

    file: str
    length: int


class Slot:
    """One taken slot, until it is released or its process ends."""

    def __init__(self, folder: Path, name: str, *, wait_s: float) -> None:
        """Take the slot, waiting at most ``wait_s`` for another to let go of it.

        Raises SlotHeldError when another writer holds it, ArchiveError when the folder can't be used.
        """
        if not _SLOT.fullmatch(name):
            raise ArchiveError(folder, f"not a name for a slot: {name!r} (a-z, 0-9, _ and -, up to 64)")
        self.name = name
        self.folder = folder
        self._path = folder / f"parallax-{name}.lock"
        try:
            _make_folder(folder)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as e:
            raise ArchiveError(self._path, f"can't be opened: {e.strerror}") from e
        try:
            _lock(self._descriptor, wait_s)
        except OSError as e:
            os.close(self._descriptor)
            raise SlotHeldError(self._path, "another writer holds this slot") from e
        _close_in_forked_children(self)

    @property
    def is_held(self) -> bool:
        """Whether this process still holds it; never in a forked child."""
        return self._descriptor >= 0

    def checkpoint(self) -> Checkpoint | None:
        """The last one kept, or None when there is none that can be trusted."""
        return _checkpoint_in(os.pread(self._descriptor, _CHECKPOINT_BYTES, 0))

    def keep(self, checkpoint: Checkpoint) -> None:
        """Remember what was synced. Not synced itself: an older one, or none, only costs a longer look at the file."""
        line = f"{checkpoint.file} {checkpoint.length} {_crc(checkpoint.file, checkpoint.length)}\n"
        with contextlib.suppress(OSError):  # a full disk; the records are there
            os.pwrite(self._descriptor, line.encode(), 0)

    def release(self) -> None:
        """Give the slot back. Harmless to repeat."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def last_checkpoint(folder: Path, slot: str) -> Checkpoint | None:
    """The one that the slot's writer, whoever it is, kept last; None where there is none that can be trusted."""
    try:
        with (folder / f"parallax-{slot}.lock").open("rb") as file:
            return _checkpoint_in(file.read(_CHECKPOINT_BYTES))
    except OSError:
        return None


def _checkpoint_in(raw: bytes) -> Checkpoint | None:
    match = _CHECKPOINT.match(raw.decode("ascii", "replace"))
    if match is None or _crc(match[1], int(match[2])) != match[3]:
        return None
    return Checkpoint(match[1], int(match[2]))


def slot_names(folder: Path) -> tuple[str, ...]:
    """The slots that were ever taken in ``folder``, in order."""
    if not folder.is_dir():
        return ()
    found = (_LOCK_FILE.fullmatch(path.name) for path in folder.iterdir())
    return tuple(sorted(match[1] for match in found if match))


def sync_folder(folder: Path) -> None:
    """See to it that what was created in ``folder`` is still there after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


def _lock(descriptor: int, wait_s: float) -> None:
    """Take the lock. Raises BlockingIOError when it is held for longer than ``wait_s``."""
    last_try_at = time.monotonic() + wait_s
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= last_try_at:
                raise
        time.sleep(_RETRY_S)


def _crc(file: str, length: int) -> str:
    return f"{zlib.crc32(f'{file} {length}'.encode()):08x}"


_held: WeakSet[Slot] | None = None


def _close_in_forked_children(slot: Slot) -> None:
    """See to it that a fork of this process drops the slot's descriptor."""
    global _held  # noqa: PLW0603  # a fork handler belongs to the process and can't be taken back
    if _held is None:
        _held = WeakSet()
        os.register_at_fork(after_in_child=_release_all)
    _held.add(slot)


def _release_all() -> None:
    for slot in tuple(_held or ()):
        slot.release()
