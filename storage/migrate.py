"""Brings a database to the newest revision, from a checkout or from a wheel.

Alembic is imported when something is to be brought up: that takes a third of a second, and nearly always nothing is.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from domain.errors import StorageError
from storage.engine import Store
from storage.outages import one_line, outage_of

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATION = re.compile(r"(\d{4})_\w+\.py")
_VERSIONS = "alembic_version"


def migrations_folder() -> Path:
    """Where the migrations are: inside the installed package, or beside it in a checkout."""
    packaged = Path(__file__).with_name("_alembic")
    return packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent / "alembic"


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar_one_or_none()  # noqa: S608


def alembic_config(connection: Connection | None = None) -> Config:
    """A configuration that works without any file, for ``connection``."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision this version of Parallax works with."""
    revisions = all_revisions()
    if not revisions:
        raise StorageError(f"no migrations in {migrations_folder()}")
    return revisions[-1]


def all_revisions() -> tuple[str, ...]:
    """Every revision there ever was, oldest first."""
    named = (_MIGRATION.fullmatch(path.name) for path in (migrations_folder() / "versions").iterdir())
    return tuple(sorted(found[1] for found in named if found))


def current_revision(store: Store) -> str | None:
    """The revision the database is at; None when it has none of our tables.

    Raises StorageError when the database can't be reached.
    """
    try:
        with store.engine.connect() as connection:
            return _revision_of(connection)
    except DBAPIError as error:
        said = f"the database can't be reached: {one_line(error)}{_what_to_do(store, error)}"
        raise outage_of(error) or StorageError(said) from error


def _what_to_do(store: Store, error: DBAPIError) -> str:
    """Which file an SQLite store is, and what it needs."""
    if store.dialect != "sqlite":
        return ""
    file = store.engine.url.database
    if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
        return f"; {file} and its folder must be writable, also to read: run as their owner, or use a copy of your own"
    return f"; {file} is what PARALLAX_DATABASE_URL or PARALLAX_HOME names"


def upgrade(store: Store, revision: str = "head") -> None:
    """Bring the database to ``revision``. Safe to call at any time; two callers wait for each other.

    A database that is at the newest already is only read: whoever writes to it is not waited for. Raises
    StorageError when it is at a revision of a newer version.
    """
    if revision == "head" and current_revision(store) == newest_revision():
        return
    with store.engine.execution_options(parallax_write=True).begin() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7265711)")
        before = _revision_of(connection)
        _require_known(before)
        from alembic import command  # noqa: PLC0415 - see above

        command.upgrade(alembic_config(connection), revision)
        if before is not None and before != _revision_of(connection):
            _index_anew(connection)


def _index_anew(connection: Connection) -> None:
    """Make SQLite's full-text index from its documents: nothing keeps it true to a table that a migration moved."""
    if connection.dialect.name == "sqlite" and "search_index" in inspect(connection).get_table_names():
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))


def _require_known(revision: str | None) -> None:
    if revision is not None and revision not in all_revisions():
        raise StorageError(
            f"the database is at revision {revision}, which this version does not know; use a newer version of Parallax"
        )


def require_newest(store: Store) -> None:
    """Raise StorageError, saying what to do, unless the database is at the newest revision."""
    current, newest = current_revision(store), newest_revision()
    if current is None:
        raise StorageError("the database is empty; run `parallax init` first")
    _require_known(current)
    if current != newest:
        raise StorageError(
            f"the database is at revision {current}, this version needs {newest}; run `parallax db upgrade`"
        )
