"""Brings a backup back into an empty place, and checks what came.

Everything is looked at before anything is written: the manifest, the digest of the database, the revision, the target.
A target that holds anything is refused. A restore that is killed leaves an empty target.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.orm import Session

from domain.errors import BackupError, NotEmptyError
from storage import migrate
from storage.after_restore import make_fit_for_use
from storage.backup_archive import FOLDER, missing_or_changed
from storage.backup_folder import locked
from storage.backup_manifest import Manifest, read_manifest
from storage.dumps import facts_of, is_file_url, require_space, server_major
from storage.durable import copy_synced, file_sha256, sync_file, sync_folder
from storage.engine import Store, open_store
from storage.integrity_archive import was_written_anew
from storage.pg_tools import PgTool, connection_for_child, find_tool, run_tool

_UNFINISHED = ".restoring"
_REVISION_ROW = re.compile(r"TABLE DATA \S+ alembic_version ")


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. ``needs_upgrade``: it stands at an older revision than this version works with.

    ``archive_problems``: a line for each archive file that the backup needs and that is not as it was.
    ``archive_copied``: files brought back from a backup that holds them.
    """

    backup: str
    made_at: datetime
    schema_revision: str
    needs_upgrade: bool
    rows: Mapping[str, int]
    archive_files: int
    archive_copied: int
    archive_problems: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What to bring back, and where to. ``tools_folder`` as for a backup."""

    backup: Path
    database_url: str
    archive: Path
    tools_folder: Path | None = None


def restore_backup(plan: RestorePlan, *, now: datetime, real_now: datetime) -> Restored:
    """Restore the backup into an empty database, and its archive files, where it holds any, into ``archive``.

    ``now`` is plan time and ends what was under way when the backup was made; hosts are left alone for their whole
    delay from ``real_now`` on. Raises NotEmptyError when the target holds anything, BackupError when the backup is not
    whole, StorageError when it can't be restored.
    """
    began = time.monotonic()
    try:
        with locked(plan.backup.resolve().parent, shared=True):
            manifest = read_manifest(plan.backup)
            _require_fitting(manifest, plan)
            restore = _restore_sqlite if manifest.dialect == "sqlite" else _restore_postgres
            rows = restore(plan, manifest, now, real_now)
            copied, problems = _restore_archive(plan, manifest)
    except OSError as error:
        raise BackupError(plan.backup, f"can't be restored: {error.strerror or error}") from error
    return Restored(
        backup=manifest.name,
        made_at=manifest.made_at,
        schema_revision=manifest.schema_revision,
        needs_upgrade=manifest.schema_revision != migrate.newest_revision(),
        rows=rows,
        archive_files=len(manifest.archive),
        archive_copied=copied,
        archive_problems=problems,
        seconds=time.monotonic() - began,
    )


def _require_fitting(manifest: Manifest, plan: RestorePlan) -> None:
    """Raise unless this version can restore the backup and its database is the one that was written."""
    if manifest.schema_revision not in migrate.all_revisions():
        raise BackupError(
            plan.backup,
            f"it stands at revision {manifest.schema_revision}, which this version does not know; "
            f"restore it with Parallax {manifest.parallax} or newer",
        )
    if (manifest.dialect == "sqlite") != is_file_url(plan.database_url):
        raise BackupError(
            plan.backup,
            f"it is one of {_name_of(manifest.dialect)}; restore it into such a database, then move it with "
            "`parallax db copy`",
        )
    database = plan.backup / manifest.database.file
    if not database.is_file():
        raise BackupError(plan.backup, f"{database.name} is missing")
    if file_sha256(database) != manifest.database.sha256:
        raise BackupError(plan.backup, f"{database.name} is not what was written: it has another sha256")


def _name_of(dialect: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(dialect, dialect)


def _restore_sqlite(plan: RestorePlan, manifest: Manifest, now: datetime, real_now: datetime) -> Mapping[str, int]:
    def finish(session: Session) -> Mapping[str, int]:
        make_fit_for_use(session, now=now, real_now=real_now)
        return _checked_rows(session.connection(), manifest)

    target = Path(str(make_url(plan.database_url).database))
    _require_no_file(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    require_space(target.parent, manifest.database.size_bytes)
    unfinished = target.with_name(target.name + _UNFINISHED)
    for left in (unfinished, *_beside(unfinished)):
        left.unlink(missing_ok=True)
    try:
        if copy_synced(plan.backup / manifest.database.file, unfinished) != manifest.database.sha256:
            raise BackupError(plan.backup, f"{manifest.database.file} changed while it was read")
        place = make_url(plan.database_url).set(database=str(unfinished))
        with closing(open_store(place.render_as_string(hide_password=False))) as store:
            rows = store.write(finish)
        sync_file(unfinished)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.rename(target)
    sync_folder(target.parent)
    return rows


def _require_no_file(target: Path) -> None:
    """Raise NotEmptyError where a database lies, or the log of one, which SQLite would read into another."""
    for path in (target, *_beside(target)):
        if path.exists() and path.stat().st_size:
            raise NotEmptyError(f"{path} is there already; nothing was restored. Move it away, or name another place")


def _beside(database: Path) -> tuple[Path, ...]:
    return tuple(database.with_name(database.name + ending) for ending in ("-wal", "-shm", "-journal"))


def _restore_postgres(plan: RestorePlan, manifest: Manifest, now: datetime, real_now: datetime) -> Mapping[str, int]:
    def finish(session: Session) -> Mapping[str, int]:
        # The revision was left out: until this transaction nobody takes the database for one that can be used.
        session.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": manifest.schema_revision})
        make_fit_for_use(session, now=now, real_now=real_now)
        return _checked_rows(session.connection(), manifest)

    with closing(open_store(plan.database_url)) as store:
        tool = _require_empty_and_new_enough(plan, manifest, store)
        child = connection_for_child(store)
        dump = str(plan.backup / manifest.database.file)
        listed = run_tool(tool, ["--list", dump], None)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list") as chosen:
            chosen.writelines(f"{line}\n" for line in listed.splitlines() if not _REVISION_ROW.search(line))
            chosen.flush()
            arguments = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
            run_tool(tool, [*arguments, f"--use-list={chosen.name}", f"--dbname={child.conninfo}", dump], child)
        return store.write(finish)


def _require_empty_and_new_enough(plan: RestorePlan, manifest: Manifest, store: Store) -> PgTool:
    """The ``pg_restore`` for a server that is new enough for the backup and has no table."""
    major, made_by = server_major(store), manifest.database.server_major or 0
    tables = inspect(store.engine).get_table_names()
    if tables:
        raise NotEmptyError(
            f"the database {store.engine.url.database} has {len(tables)} tables; nothing was restored. "
            "Make an empty one with createdb, or name another"
        )
    if major < made_by:
        raise BackupError(plan.backup, f"it was made of PostgreSQL {made_by}, the server to restore to is {major}")
    at_least = max(major, int(manifest.database.made_with.rpartition(" ")[2]))
    return find_tool("pg_restore", at_least=at_least, folder=plan.tools_folder)


def _checked_rows(connection: Connection, manifest: Manifest) -> Mapping[str, int]:
    """The rows by table, which are those of the manifest. Raises BackupError where they are not."""
    facts = facts_of(connection)
    wrong = [
        f"{name} {facts.rows.get(name, 0)} instead of {manifest.rows.get(name, 0)}"
        for name in sorted(facts.rows.keys() | manifest.rows.keys())
        if facts.rows.get(name) != manifest.rows.get(name)
    ]
    if wrong or facts.schema_revision != manifest.schema_revision:
        said = ", ".join(wrong) or f"revision {facts.schema_revision} instead of {manifest.schema_revision}"
        raise BackupError(manifest.name, f"the restored rows are not those of the manifest: {said}")
    return facts.rows


def _restore_archive(plan: RestorePlan, manifest: Manifest) -> tuple[int, tuple[str, ...]]:
    """Bring back files that the backup holds and the archive lacks; gives their number and what is wrong after that.

    A file that is there is never written over, whatever it holds. One that retention wrote anew since is there in that:
    what a claim of the backup needs is kept.
    """
    held = plan.backup / FOLDER
    copied = 0
    for file in manifest.archive if manifest.archive_is_included else ():
        target = plan.archive / file.file
        if file.sha256 is None or target.exists() or was_written_anew(plan.archive, file.file):
            continue
        plan.archive.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + _UNFINISHED)
        try:
            is_whole = copy_synced(held / file.file, unfinished, file.needed_bytes) == file.sha256
        except (FileNotFoundError, EOFError):
            is_whole = False
        if is_whole:
            unfinished.rename(target)
            copied += 1
        else:
            unfinished.unlink(missing_ok=True)
    if copied:
        sync_folder(plan.archive)
    wrong = missing_or_changed(manifest.archive, plan.archive)
    return copied, tuple(
        f"archive file {name} {problem}"
        for name, problem in wrong.items()
        if (plan.archive / name).exists() or not was_written_anew(plan.archive, name)
    )
