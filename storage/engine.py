"""Engines and transactions. SQLite and PostgreSQL behave alike here: short reads, short writes, retried writes.

SQLite writers use BEGIN IMMEDIATE: read-then-write inside a deferred transaction fails at once with
SQLITE_BUSY_SNAPSHOT whatever the timeout. WAL with synchronous=FULL, so that a power cut loses nothing acknowledged.
Who waits for a lock does so for a second at a time, so that a longer wait is told of (``storage.outages``); one that
others take and give back meanwhile, or on PostgreSQL one that only processes of ours can hold, is no outage.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from domain.errors import OutageError, StorageError
from storage.lock_holders import OUR_NAME, does_a_stranger_hold_locks
from storage.outages import Outages, one_line, outage_of

T = TypeVar("T")
_WRITE = "parallax_write"
_BUSY_MS = 30_000
_RETRY_FOR_S = 60.0
_LONGEST_PAUSE_S = 0.5
_PATIENCE = "parallax_patience_ms"
_PATIENCE_MS = 1_000  # for a lock; then it is told of and tried again
_TURN_S = 20.0  # the longest wait for a lock that others take and give back
_CONFLICTS = {"40001", "40P01"}
_QUIET: dict[str, Any] = {"hide_parameters": True}  # an error's text goes into logs, an article's does not


class Store:
    """One database. Made once a process; after a fork the child makes its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._ask_engine = engine.execution_options(**{_PATIENCE: _PATIENCE_MS})
        self._write_engine = engine.execution_options(**{_WRITE: True, _PATIENCE: _PATIENCE_MS})
        self.outages = Outages()
        self._given_up_at = float("inf")
        self._writing = threading.Lock()

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state; nothing written through it is kept.

        Raises OutageError where the database goes out of reach meanwhile.
        """
        with self._reading(self.engine) as session:
            yield session

    @contextmanager
    def _reading(self, engine: Engine) -> Iterator[Session]:
        with Session(engine, autoflush=False) as session:
            try:
                yield session
            except DBAPIError as error:
                outage = outage_of(error) or _conflict_of(error)  # a reader is in nobody's way but who locks tables
                if outage is None:
                    raise
                self.outages.failed(outage)
                raise outage from error
            finally:
                with contextlib.suppress(DBAPIError):  # a connection that is gone has nothing to roll back
                    session.rollback()

    def ask(self, work: Callable[[Session], T]) -> T:
        """What ``work`` reads, retried for a minute when the database is locked or out of reach.

        Raises OutageError when it stays so.
        """
        began = time.monotonic()
        while True:
            try:
                with self._reading(self._ask_engine) as session:
                    return work(session)
            except OutageError:
                if not self._is_patient(began):
                    raise
            time.sleep(_LONGEST_PAUSE_S * (0.5 + random.random()))  # noqa: S311  # spreads readers, guards nothing

    def write(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one transaction, commit, and give its result.

        Retried for a minute when the database is locked, out of reach, on a full disk or sees a conflict, so ``work``
        may run more than once: it changes nothing but the database. Raises OutageError when it stays so, StorageError
        for what can't pass.
        """
        began = time.monotonic()
        pause_s = 0.02
        while True:
            try:
                with self._writing, Session(self._write_engine, expire_on_commit=False) as session, session.begin():
                    done = work(session)
            except DBAPIError as error:
                outage, conflict = outage_of(error), _conflict_of(error)
                is_over = not self._is_patient(began)
                if is_over:  # a conflict of a moment is none; one that lasts is somebody who holds what we need
                    outage = outage or conflict
                if outage is not None and (is_over or not self._is_a_turn(outage, began)):
                    self.outages.failed(outage)
                if is_over or (outage is None and conflict is None):
                    raise outage or StorageError(f"the database can't be written: {one_line(error)}") from error
            else:
                self.outages.worked()
                return done
            time.sleep(pause_s * (0.5 + random.random()))  # noqa: S311  # spreads writers, guards nothing
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _is_a_turn(self, outage: OutageError, began: float) -> bool:
        """Whether what locks us out since then is a long write of ours, on a slow disk say. SQLite tells by itself."""
        is_young = time.monotonic() - began < _TURN_S
        is_lock = outage.kind == "locked" and self.dialect == "postgresql"
        return is_lock and is_young and not does_a_stranger_hold_locks(self.engine)

    def hurry(self, within_s: float) -> None:
        """Wait for no outage longer than that from now on: this process is to end. Safe in a signal handler."""
        self._given_up_at = time.monotonic() + within_s

    def _is_patient(self, began: float) -> bool:
        """Whether what was ``began`` then may be tried again."""
        return time.monotonic() < min(began + _RETRY_FOR_S, self._given_up_at)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _conflict_of(error: DBAPIError) -> OutageError | None:
    """That two transactions were in each other's way, so that the next try may do; None where they were not."""
    if getattr(error.orig, "sqlstate", None) not in _CONFLICTS:
        return None
    return OutageError("locked", f"the database is locked: {one_line(error)}")


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
    arguments = {"options": "-c timezone=UTC", "fallback_application_name": OUR_NAME}
    engine = create_engine(url, pool_pre_ping=True, max_overflow=-1, connect_args=arguments, **_QUIET)
    event.listen(engine, "begin", _begin_postgres)
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
        "cache_size=-8000",  # another connection's commit empties it: more would only be held
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA busy_timeout={options.get(_PATIENCE, _BUSY_MS)}")
    if options.get(_WRITE, False):
        _begin_writing(connection.connection.driver_connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Any) -> None:  # the driver's own connection type
    """Take the lock of writers, which is given to no one in turn: wait on as long as others get through.

    Who finds it held for the whole of its patience by one that writes nothing meets an outage.
    """
    until, seen = time.monotonic() + _TURN_S, _commits(connection)
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            before, seen = seen, _commits(connection)
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or seen == before or time.monotonic() >= until:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        else:
            return


def _commits(connection: Any) -> int:
    """A number that changes with each commit of another connection."""
    (number,) = connection.execute("PRAGMA data_version").fetchone()
    return int(number)


def _begin_postgres(connection: Connection) -> None:
    patience_ms = connection.get_execution_options().get(_PATIENCE)
    if patience_ms is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience_ms}")
