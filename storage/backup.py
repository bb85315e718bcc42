"""Makes a backup: the database as one consistent file, the archive by reference and digest, a manifest, all read back.

Crawling goes on meanwhile. It may be killed at any moment: what it left is no backup, and the next one removes it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import BackupError
from domain.takedown import LIST_FILE
from storage.archive_lock import places_stay
from storage.backup_archive import FOLDER, copy_archive, problems_of, referenced
from storage.backup_folder import (
    PART,
    KeptBackup,
    kept_backups,
    locked,
    new_name,
    remove_beyond,
    remove_leftovers,
)
from storage.backup_manifest import Manifest, read_manifest, write_manifest
from storage.dumps import NeededFile, StoreFacts, dump_database
from storage.durable import copy_synced, sync_folder
from storage.engine import Store

KEEP = 7


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where backups lie and what goes into one. ``keep``: how many good ones stay, at least one.

    ``written`` gives the files in an archive folder, each with the bytes of it that are whole records: the journal, of
    which no row tells, is among them.
    ``tools_folder``: where PostgreSQL's client programs are looked for first; None: only in the usual places.
    """

    folder: Path
    archive: Path
    parallax: str  # the version that makes it
    written: Callable[[Path], Mapping[str, int]]
    keep: int = KEEP
    tools_folder: Path | None = None
    with_archive: bool = False


@dataclass(frozen=True, slots=True)
class BackupMade:
    """What was made. ``archive_hashed`` files were read for their digest, ``archive_reused`` had one of before.

    ``archive_problems``: archive files that records name and that are not there as they should be; the backup of the
    database is whole all the same. ``removed``: older backups beyond the number kept; ``leftovers``: of killed ones.
    """

    path: Path
    made_at: datetime
    seconds: float
    rows: Mapping[str, int]
    database_bytes: int
    archive_files: int
    archive_bytes: int
    archive_hashed: int
    archive_reused: int
    archive_copied_bytes: int
    archive_problems: tuple[str, ...]
    removed: tuple[str, ...]
    leftovers: tuple[str, ...]


def make_backup(store: Store, plan: BackupPlan, *, now: datetime) -> BackupMade:
    """Make one backup, read it back, and remove those beyond the number to be kept.

    Raises InUseError when another is being made in that folder, StorageError when it can't be made (no room, no
    pg_dump that is new enough, the copy can't be read); nothing of it is left then.
    """
    began = time.monotonic()
    try:
        plan.folder.mkdir(parents=True, exist_ok=True)
        with locked(plan.folder):
            leftovers = remove_leftovers(plan.folder)
            previous = next((b for b in reversed(kept_backups(plan.folder)) if b.problem is None), None)
            name = new_name(plan.folder, now)
            manifest, copied = _made_whole(store, plan, name, previous, now)
            removed = remove_beyond(plan.folder, plan.keep, newest=name)
    except OSError as error:
        raise BackupError(plan.folder, f"no backup could be made: {error.strerror or error}") from error
    made = _told(plan.folder / name, manifest, copied)
    return replace(made, removed=removed, leftovers=leftovers, seconds=time.monotonic() - began)


def _made_whole(
    store: Store, plan: BackupPlan, name: str, previous: KeptBackup | None, now: datetime
) -> tuple[Manifest, int]:
    """The backup under its own name, on disk; nothing where that fails. Gives its manifest and the bytes copied."""
    unfinished = plan.folder / (name + PART)
    unfinished.mkdir()
    try:
        with places_stay(plan.archive):  # what the copy of the database names is still there when it is looked at
            database, facts = dump_database(store, unfinished, tools_folder=plan.tools_folder)
            needed = _with_what_is_written(facts.needed, plan.written(plan.archive))
            files = referenced(plan.archive, needed, previous, name=name)
            copied = copy_archive(plan.archive, files, unfinished / FOLDER, previous) if plan.with_archive else 0
            if (plan.archive / LIST_FILE).exists():
                copy_synced(plan.archive / LIST_FILE, unfinished / LIST_FILE)
        manifest = Manifest(
            name=name,
            made_at=now.astimezone(UTC),
            parallax=plan.parallax,
            schema_revision=facts.schema_revision,
            dialect=store.dialect,
            catalogue_hash=facts.catalogue_hash,
            rows=dict(facts.rows),
            database=database,
            archive_is_included=plan.with_archive,
            archive=files,
        )
        write_manifest(unfinished, manifest)
        _read_back(unfinished, manifest, facts)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    unfinished.rename(plan.folder / name)
    sync_folder(plan.folder)
    return manifest, copied


def _with_what_is_written(needed: Iterable[NeededFile], written: Mapping[str, int]) -> tuple[NeededFile, ...]:
    """What rows need, and all that lies there besides: notes of the journal, which no row names."""
    by_file = {one.file: one for one in needed}
    for file, length in written.items():
        known = by_file.get(file, NeededFile(file, 0, 0))
        by_file[file] = replace(known, needed_bytes=max(known.needed_bytes, length))
    return tuple(by_file[file] for file in sorted(by_file))


def _read_back(folder: Path, manifest: Manifest, facts: StoreFacts) -> None:
    """The database was read by whoever dumped it; here the manifest is."""
    if read_manifest(folder) != manifest or manifest.rows != facts.rows:
        raise BackupError(folder, "the manifest reads otherwise than it was written")


def _told(path: Path, manifest: Manifest, copied: int) -> BackupMade:
    good = tuple(file for file in manifest.archive if file.sha256)
    hashed = sum(file.hashed_in == manifest.name for file in good)
    return BackupMade(
        path=path,
        made_at=manifest.made_at,
        seconds=0.0,
        rows=manifest.rows,
        database_bytes=manifest.database.size_bytes,
        archive_files=len(manifest.archive),
        archive_bytes=sum(file.needed_bytes for file in manifest.archive),
        archive_hashed=hashed,
        archive_reused=len(good) - hashed,
        archive_copied_bytes=copied,
        archive_problems=problems_of(manifest.archive),
        removed=(),
        leftovers=(),
    )
