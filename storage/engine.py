"""Engines and transactions. SQLite and PostgreSQL behave alike here: short reads, short writes, retried writes.

SQLite writers use BEGIN IMMEDIATE: read-then-write inside a deferred transaction fails at once with
SQLITE_BUSY_SNAPSHOT whatever the timeout. WAL with synchronous=FULL, so that a power cut loses nothing acknowledged.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from domain.errors import StorageError

T = TypeVar("T")
_WRITE = "parallax_write"
_BUSY_MS = 30_000
_RETRY_FOR_S = 60.0
_QUIET: dict[str, Any] = {"hide_parameters": True}  # an error's text goes into logs, an article's does not


class Store:
    """One database. Made once a process; after a fork the child makes its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._write_engine = engine.execution_options(**{_WRITE: True})
        self._writing = threading.Lock()

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state; nothing written through it is kept."""
        with Session(self.engine, autoflush=False) as session:
            try:
                yield session
            finally:
                session.rollback()

    def write(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one transaction, commit, and give its result.

        Retried for a minute when the database is locked, restarting or sees a conflict, so ``work`` may run more
        than once: it changes nothing but the database. Raises StorageError when the database stays out of reach.
        """
        deadline = time.monotonic() + _RETRY_FOR_S
        pause_s = 0.02
        while True:
            try:
                with self._writing, Session(self._write_engine, expire_on_commit=False) as session, session.begin():
                    return work(session)
            except DBAPIError as error:
                if not _is_passing(error) or time.monotonic() > deadline:
                    raise StorageError(f"the database can't be written: {one_line(error)}") from error
            time.sleep(pause_s * (0.5 + random.random()))  # noqa: S311  # spreads writers, guards nothing
            pause_s = min(pause_s * 2, 2.0)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _is_passing(error: DBAPIError) -> bool:
    """Whether trying again may help: a lock, a lost connection, a serialisation conflict."""
    if error.connection_invalidated:
        return True
    text = str(error.orig).lower()
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    locked = isinstance(error, OperationalError) and ("locked" in text or "busy" in text)
    return locked or sqlstate in {"40001", "40P01", "55P03", "57P01", "57P02", "57P03"} or sqlstate.startswith("08")


def one_line(error: DBAPIError) -> str:
    """What the database said, without the statement and its values."""
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__


def open_store(database_url: str) -> Store:
    """The store at ``database_url``; the folder of an SQLite file is made, its tables are not (``migrate.upgrade``)."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            _make_folder(Path(url.database).parent)
        engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False}, **_QUIET)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Store(engine)
    # No more connections than threads: a reader holds one while it uses another, so that a limit could lock them all.
    engine = create_engine(
        url, pool_pre_ping=True, max_overflow=-1, connect_args={"options": "-c timezone=UTC"}, **_QUIET
    )
    return Store(engine)


def require_there(database_url: str) -> None:
    """Raise StorageError where an SQLite file does not exist; opening it would make an empty one."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise StorageError(f"{Path(str(url.database)).absolute()}: no such database")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the database's folder {folder} can't be made: {error.strerror}") from error


def postgres_arguments(database_url: str) -> dict[str, Any]:
    """The database's address as libpq's keywords; empty for any other kind of database."""
    url = make_url(database_url)
    if url.get_backend_name() != "postgresql":
        return {}
    return dict(create_engine(url).dialect.create_connect_args(url)[1])


def _prepare_sqlite(connection: Any, _record: object) -> None:  # the driver's own connection type
    connection.isolation_level = None  # transactions are begun by us
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MS}",
        "temp_store=MEMORY",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    wants_write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if wants_write else "BEGIN")
