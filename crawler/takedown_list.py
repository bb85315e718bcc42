"""The list of takedowns beside the archive: ``takedowns.jsonl``, a line each, only ever added to.

It is the authority: what stands there is applied to every database that this archive is used with, whatever backup that
came from. A line holds no words of the article; it is on disk before anything is removed.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from crawler.archive.slot import sync_folder
from domain.errors import ArchiveError
from domain.takedown import LIST_FILE, Takedown

_TAKEDOWN = TypeAdapter(Takedown)


def listed_takedowns(archive: Path) -> tuple[Takedown, ...]:
    """All takedowns of an archive, each once, in the order of the list. Raises ArchiveError where a line can't be read.

    A last line without its end was never acted on: whoever wrote it was killed.
    """
    try:
        written = (archive / LIST_FILE).read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ArchiveError(LIST_FILE, f"can't be read: {error.strerror}") from error
    whole = written[: written.rfind(b"\n") + 1].splitlines()
    found: dict[tuple[object, ...], Takedown] = {}
    for number, line in enumerate(whole, start=1):
        try:
            told = _TAKEDOWN.validate_json(line)
        except ValidationError as error:
            raise ArchiveError(LIST_FILE, f"line {number} is no takedown: {error.errors()[0]['msg']}") from error
        found.setdefault(told.identity, told)
    return tuple(found.values())


def is_cut(archive: Path) -> bool:
    """Whether the list's last line has no end."""
    try:
        written = (archive / LIST_FILE).read_bytes()
    except FileNotFoundError:
        return False
    return bool(written) and not written.endswith(b"\n")


def add_to_list(archive: Path, told: Iterable[Takedown]) -> int:
    """Put takedowns that are not there on the list, on disk when this returns; gives their number.

    Raises ArchiveError, and StorageError for a folder that can't be made.
    """
    archive.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(archive / LIST_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveError(LIST_FILE, f"can't be written: {error.strerror}") from error
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = {one.identity for one in listed_takedowns(archive)}
        new = [one for one in told if one.identity not in known]
        written = file.read()
        file.seek(written.rfind(b"\n") + 1)
        file.truncate()
        for one in new:
            line = json.dumps(_TAKEDOWN.dump_python(one, mode="json"), separators=(",", ":"))
            file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(archive)
    return len(new)
