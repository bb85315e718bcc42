"""Databases without any table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, open_store
from tests.databases import postgres_database, sqlite_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without any table."""
    if request.param == "sqlite":
        store = open_store(sqlite_url(tmp_path))
        yield store
        store.close()
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        store = open_store(url)
        yield store
        store.close()
