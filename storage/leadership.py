"""Who leads: of all schedulers on one store, the one that holds the lock.

On PostgreSQL a session's advisory lock on a connection of its own, so that a pool can't hand it to another; on SQLite a
``flock`` on a file beside the database. Both are free at once when their holder is killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from domain.errors import StorageError
from storage.outages import one_line, outage_of

_LOCK_NUMBER = 7265712
_PING_LIMIT_MS = 5_000
_TAKE = text("SELECT pg_try_advisory_lock(:number)")
_IS_HELD = text(
    "SELECT count(*) FROM pg_locks "
    "WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = :number AND granted"
)


class Leadership(Protocol):
    """The lead on one store. Used by one thread at a time."""

    def take(self) -> bool:
        """Whether this process leads now; does not wait. Raises OutageError when the store can't be asked for now."""
        ...

    def is_held(self) -> bool:
        """Whether this process still leads, asked of the lock itself."""
        ...

    def give_up(self) -> None:
        """Lead no more. Harmless to repeat."""
        ...


def leadership_on(database_url: str) -> Leadership:
    """The lead on the store at ``database_url``."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return FileLeadership(Path(f"{url.database}.leader"))
    return PostgresLeadership(url)


class FileLeadership:
    """The lead by a lock on ``path``, which is made where it is missing and never removed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        os.register_at_fork(after_in_child=self._forget)  # a fork would keep its dead parent's lock (measured)

    def take(self) -> bool:
        if self._descriptor >= 0:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageError(f"{self._path} can't be opened: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def is_held(self) -> bool:
        """Whether the lock is ours, and still on the file that others would open."""
        if self._descriptor < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except OSError:
            return False

    def give_up(self) -> None:
        self._forget()

    def _forget(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class PostgresLeadership:
    """The lead by an advisory lock of a session that does nothing else."""

    def __init__(self, url: URL) -> None:
        # A dead network is noticed in seconds, not in the kernel's two hours.
        alive = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
        options = f"-c statement_timeout={_PING_LIMIT_MS} -c idle_session_timeout=0"
        self._engine: Engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 5, "options": options, **alive},
        )
        self._connection: Connection | None = None

    def take(self) -> bool:
        if self._connection is not None and self.is_held():
            return True
        try:
            connection = self._engine.connect()
            if connection.scalar(_TAKE, {"number": _LOCK_NUMBER}):
                self._connection = connection
                return True
            connection.close()
        except DBAPIError as error:
            raise outage_of(error) or StorageError(
                f"the database can't be asked who leads: {one_line(error)}"
            ) from error
        return False

    def is_held(self) -> bool:
        """Whether the session that holds the lock still answers."""
        if self._connection is None:
            return False
        try:
            return bool(self._connection.scalar(_IS_HELD, {"number": _LOCK_NUMBER}))
        except DBAPIError:
            self.give_up()
            return False

    def give_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(DBAPIError):
                connection.invalidate()  # closes the session for good: its lock goes with it
                connection.close()
