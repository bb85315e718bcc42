"""How far the files of an archive hold whole records, while writers go on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from crawler.archive.members import end_of_whole_members
from crawler.archive.reader import archive_files, opened_file
from crawler.archive.slot import last_checkpoint
from crawler.archive.walk import serial_of, slot_of
from domain.errors import ArchiveError


def whole_bytes(folder: Path) -> Mapping[str, int]:
    """Each of our files in ``folder``, responses and journal alike, with the bytes of it that are whole records.

    A file that nobody appends to any more counts as it is; of each slot's last one what is being written is left out.
    One that can't be read, or went meanwhile, is left out.
    """
    files = [file for file in archive_files(folder) if slot_of(file)] if folder.is_dir() else []
    last = {slot_of(file): file for file in sorted(files, key=serial_of)}
    found: dict[str, int] = {}
    for file in files:
        with suppress(OSError, ArchiveError):
            found[file] = _end(folder, file) if last[slot_of(file)] == file else (folder / file).stat().st_size
    return found


def _end(folder: Path, file: str) -> int:
    checkpoint = last_checkpoint(folder, slot_of(file))
    with opened_file(folder, file) as opened:
        known = checkpoint.length if checkpoint is not None and checkpoint.file == file else 0
        size = opened.seek(0, 2)
        return end_of_whole_members(opened, known if known <= size else 0)
