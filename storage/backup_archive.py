"""What of the archive a backup needs: by reference and digest, or copied beside the database.

An archive file only grows, so its first bytes up to the last record that was whole by then never change, and their
digest holds however far the file has grown since.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from storage.backup_folder import KeptBackup
from storage.backup_manifest import ArchiveFile
from storage.dumps import NeededFile
from storage.durable import copy_synced, file_sha256, sync_folder

FOLDER = "archive"
_CANT_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES})


def referenced(
    archive: Path, needed: Iterable[NeededFile], previous: KeptBackup | None, *, name: str
) -> tuple[ArchiveFile, ...]:
    """Each needed file with its digest; taken over from ``previous`` where size and time of change are the same.

    ``name`` is that of the backup being made. A file that is missing or too short has a ``problem`` and no digest.
    """
    manifest = previous.manifest if previous else None
    known = {file.file: file for file in manifest.archive} if manifest else {}
    return tuple(_referenced(archive, one, known.get(one.file), name) for one in needed)


def _referenced(archive: Path, needed: NeededFile, known: ArchiveFile | None, name: str) -> ArchiveFile:
    path = archive / needed.file
    size = changed = 0
    sha256 = problem = None
    try:
        looked = path.stat()
        size, changed = looked.st_size, looked.st_mtime_ns
        same = (known.size_bytes, known.changed_ns, known.needed_bytes) if known and known.sha256 else None
        if known and same == (size, changed, needed.needed_bytes):
            sha256, name = known.sha256, known.hashed_in or name
        else:
            sha256 = file_sha256(path, needed.needed_bytes)
    except FileNotFoundError:
        problem = "is missing"
    except EOFError:
        problem = f"has {size} bytes, its records need {needed.needed_bytes}"
    except OSError as error:
        problem = f"can't be read: {error.strerror}"
    hashed_in = name if sha256 else None
    return ArchiveFile(needed.file, needed.records, needed.needed_bytes, size, changed, sha256, hashed_in, problem)


def problems_of(files: Iterable[ArchiveFile]) -> tuple[str, ...]:
    """A line for each file without a digest."""
    return tuple(f"archive file {file.file} {file.problem}" for file in files if file.problem)


def copy_archive(archive: Path, files: Iterable[ArchiveFile], target: Path, previous: KeptBackup | None) -> int:
    """Put the files into ``target``: as hard links where that can be, else as copies; gives the bytes copied.

    The last file of each writer is always copied, as far as it is needed: its writer still changes it. Raises OSError.
    """
    target.mkdir()
    wanted = [file for file in files if file.problem is None]
    growing = _last_of_each_writer(archive)
    copied = 0
    for file in wanted:
        source = archive / file.file
        before = previous.path / FOLDER / file.file if previous else None
        if file.file not in growing and file.size_bytes == file.needed_bytes and _linked(source, target / file.file):
            continue
        if before and _is_same_as_before(before, file, previous) and _linked(before, target / file.file):
            continue
        sha256 = copy_synced(source, target / file.file, file.needed_bytes)
        if sha256 != file.sha256:
            raise OSError(errno.EIO, "read twice, it had other bytes the second time", str(source))
        copied += file.needed_bytes
    sync_folder(target)
    return copied


def _last_of_each_writer(archive: Path) -> set[str]:
    """The files that a writer may still append to: of each slot the one with the highest number."""
    last: Mapping[str, str] = {}
    with suppress(OSError):
        names = sorted((path.name for path in archive.glob("*-*-*.warc.gz")), key=lambda n: (n.rsplit("-", 1)[-1], n))
        last = {name.rsplit("-", 2)[0]: name for name in names}
    return set(last.values())


def _is_same_as_before(before: Path, file: ArchiveFile, previous: KeptBackup | None) -> bool:
    manifest = previous.manifest if previous else None
    known = {f.file: f.sha256 for f in manifest.archive} if manifest and manifest.archive_is_included else {}
    return known.get(file.file) == file.sha256 and before.is_file() and before.stat().st_size == file.needed_bytes


def _linked(source: Path, target: Path) -> bool:
    """Whether ``target`` could be made a hard link to ``source``."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in _CANT_LINK:
            return False
        raise
    return True


def missing_or_changed(files: Iterable[ArchiveFile], folder: Path) -> dict[str, str]:
    """What is wrong with each file in ``folder``, by name: missing, too short, or other bytes than the backup knew."""
    wrong = {}
    for file in files:
        if file.sha256 is None:
            wrong[file.file] = f"{file.problem} (so it was when the backup was made)"
            continue
        try:
            if file_sha256(folder / file.file, file.needed_bytes) != file.sha256:
                wrong[file.file] = "holds other bytes than when the backup was made"
        except FileNotFoundError:
            wrong[file.file] = "is missing"
        except EOFError:
            wrong[file.file] = f"is shorter than the {file.needed_bytes} bytes that records need"
        except OSError as error:
            wrong[file.file] = f"can't be read: {error.strerror}"
    return wrong
