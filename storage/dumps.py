"""A copy of the whole database as one file: ``VACUUM INTO`` on SQLite, ``pg_dump`` on PostgreSQL.

Both are one consistent state and keep no writer waiting. What is told of the copy (its rows, what it needs of the
archive) is told of that very state: on SQLite it is read from the copy, on PostgreSQL in the snapshot that is dumped.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, func, inspect, make_url, select, table, text
from sqlalchemy.exc import DBAPIError

from domain.errors import StorageError
from storage.backup_manifest import DatabaseFile
from storage.durable import file_sha256, sync_file
from storage.engine import Store
from storage.outages import one_line
from storage.pg_tools import connection_for_child, find_tool, run_tool
from storage.tables import CatalogueState, RecordRow

SQLITE_FILE = "parallax.db"
POSTGRES_FILE = "parallax.pgdump"
_SPARE_BYTES = 64 * 1024 * 1024  # left to the crawl beside a backup


@dataclass(frozen=True, slots=True)
class NeededFile:
    """An archive file that records name: how many, and up to which byte."""

    file: str
    records: int
    needed_bytes: int


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What one state of the database says of itself. ``rows`` are counted by table."""

    schema_revision: str
    catalogue_hash: str | None
    rows: Mapping[str, int]
    needed: tuple[NeededFile, ...]


def dump_database(store: Store, folder: Path, *, tools_folder: Path | None) -> tuple[DatabaseFile, StoreFacts]:
    """Write a copy of the database into ``folder``, read it back, and tell what it holds.

    Raises StorageError when it can't be made or what was written can't be read; OSError when the disk is full.
    """
    if store.dialect == "sqlite":
        return _dump_sqlite(store, folder)
    return _dump_postgres(store, folder, tools_folder)


def database_path(store: Store) -> Path:
    """The file of an SQLite store."""
    return Path(str(store.engine.url.database))


def facts_of(connection: Connection) -> StoreFacts:
    """What the state that ``connection`` sees says of itself, at whatever revision it is. Raises StorageError."""
    names = sorted(name for name in inspect(connection).get_table_names() if not name.startswith("search_index"))
    if "alembic_version" not in names:
        raise StorageError("the database is empty; run `parallax init` first")
    rows = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
    newest = select(CatalogueState.catalogue_hash).order_by(CatalogueState.id.desc()).limit(1)
    return StoreFacts(
        schema_revision=str(connection.scalar(text("SELECT version_num FROM alembic_version"))),
        catalogue_hash=connection.scalar(newest),
        rows={name: count for name, count in rows.items() if name != "alembic_version"},
        needed=needed_files(connection),
    )


def needed_files(connection: Connection) -> tuple[NeededFile, ...]:
    """The archive files that records name, by name; of a database of before 0012 too, where nothing was dropped."""
    last = func.max(RecordRow.offset + RecordRow.length)
    there = select(RecordRow.file, func.count(), last)
    if any(column["name"] == "dropped_at" for column in inspect(connection).get_columns("record")):
        there = there.where(RecordRow.dropped_at.is_(None))
    query = there.group_by(RecordRow.file).order_by(RecordRow.file)
    return tuple(NeededFile(file, records, end) for file, records, end in connection.execute(query))


def opened_read_only(path: Path) -> Engine:
    """An engine on an SQLite file that nobody writes; leaves no file beside it."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))


def _dump_sqlite(store: Store, folder: Path) -> tuple[DatabaseFile, StoreFacts]:
    source, copy = database_path(store), folder / SQLITE_FILE
    if not source.is_file():
        raise StorageError(f"{source}: no such database; run `parallax init` first")
    require_space(folder, source.stat().st_size)
    try:
        with closing(sqlite3.connect(source, timeout=30, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise StorageError(f"the database can't be copied to {folder}: {error}") from error
    sync_file(copy)
    facts = check_sqlite_copy(copy)
    made_with = f"SQLite {sqlite3.sqlite_version}"
    return DatabaseFile(copy.name, copy.stat().st_size, file_sha256(copy), made_with, None), facts


def check_sqlite_copy(copy: Path) -> StoreFacts:
    """Read every page of a copy and count its rows. Raises StorageError with what is wrong."""
    engine = opened_read_only(copy)
    try:
        with engine.connect() as connection:
            problem = connection.scalar(text("PRAGMA integrity_check(1)"))
            if problem != "ok":
                raise StorageError(f"{copy}: the copy is damaged: {problem}")
            return facts_of(connection)
    except DBAPIError as error:
        raise StorageError(f"{copy}: the copy can't be read: {error.orig}") from error
    finally:
        engine.dispose()


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raise StorageError unless ``folder`` has room for that much and some to spare."""
    free = free_bytes(folder)
    if free < needed_bytes + _SPARE_BYTES:
        raise StorageError(
            f"no room in {folder}: {needed_bytes / 1e6:.0f} MB are needed and {_SPARE_BYTES / 1e6:.0f} to spare, "
            f"{free / 1e6:.0f} MB are free"
        )


def free_bytes(folder: Path) -> int:
    """Bytes that can still be written where ``folder`` is."""
    return shutil.disk_usage(folder).free


def _dump_postgres(store: Store, folder: Path, tools_folder: Path | None) -> tuple[DatabaseFile, StoreFacts]:
    copy = folder / POSTGRES_FILE
    major = server_major(store)
    dump = find_tool("pg_dump", at_least=major, folder=tools_folder)
    child = connection_for_child(store)
    snapshot_engine = store.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot_engine.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        arguments = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s"]
        with copy.open("wb") as out:
            run_tool(dump, [*arguments, f"--snapshot={snapshot}", f"--dbname={child.conninfo}"], child, out)
        facts = facts_of(connection)
    sync_file(copy)
    _check_postgres_copy(copy, facts, dump.major, tools_folder)
    made_with = f"pg_dump {dump.major}"
    return DatabaseFile(copy.name, copy.stat().st_size, file_sha256(copy), made_with, major), facts


def _check_postgres_copy(copy: Path, facts: StoreFacts, major: int, tools_folder: Path | None) -> None:
    """Have every table's data listed and every byte unpacked."""
    restore = find_tool("pg_restore", at_least=major, folder=tools_folder)
    listed = run_tool(restore, ["--list", str(copy)], None)
    dumped = set(re.findall(r"TABLE DATA \S+ (\S+) ", listed))
    missing = sorted(facts.rows.keys() - dumped)
    if missing:
        raise StorageError(f"{copy}: the copy lacks the rows of {', '.join(missing)}")
    run_tool(restore, ["--file=/dev/null", str(copy)], None)


def server_major(store: Store) -> int:
    """The major version of the PostgreSQL server. Raises StorageError when it can't be reached."""
    try:
        with store.engine.connect() as connection:
            return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    except DBAPIError as error:
        raise StorageError(f"the database can't be reached: {one_line(error)}") from error


def is_file_url(database_url: str) -> bool:
    """Whether the address is that of an SQLite file."""
    return make_url(database_url).get_backend_name() == "sqlite"
