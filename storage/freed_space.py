"""Sees to it that what was deleted is not left in the database's files."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.errors import InUseError, StorageError
from storage.dumps import database_path
from storage.engine import Store
from storage.outages import one_line

_TABLES = (
    "article", "change", "digest", "entry", "extraction", "fetch", "mention", "revision", "search_document", "text",
)  # fmt: skip
_PATIENCE_S = 30.0


def clear_freed_space(store: Store) -> None:
    """Write the database without what was deleted from it. Takes long where it is large; on SQLite writers wait.

    SQLite: the full-text index is merged, the file is written anew and its log emptied. PostgreSQL: the tables that
    held words are vacuumed; docs/TAKEDOWN.md says what that leaves. Raises InUseError where others are at it, and
    StorageError.
    """
    if store.dialect == "sqlite":
        _clear_sqlite(store)
    else:
        _clear_postgres(store)


def _clear_sqlite(store: Store) -> None:
    try:
        with closing(sqlite3.connect(database_path(store), timeout=_PATIENCE_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("INSERT INTO search_index(search_index) VALUES ('optimize')")
            connection.execute("VACUUM")
            _empty_log(connection)
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise InUseError(f"the database is in use just now: {error}") from error
        raise StorageError(f"the database can't be written anew: {error}") from error


def _empty_log(connection: sqlite3.Connection) -> None:
    """Move all of the log into the file, and cut it to nothing. Raises InUseError while somebody reads from it."""
    last_try_at = time.monotonic() + _PATIENCE_S
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() >= last_try_at:
            raise InUseError("the database's log is being read just now")
        time.sleep(0.1)


def _clear_postgres(store: Store) -> None:
    try:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in _TABLES:
                connection.execute(text(f'VACUUM "{name}"'))
    except DBAPIError as error:
        raise StorageError(f"the database can't be vacuumed: {one_line(error)}") from error
