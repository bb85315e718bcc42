"""A store on both databases, and the world of outlets behind a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.kinds.reach.crawls import Home
from tests.kinds.reach.world import ReachWorld, reach_world


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    with ExitStack() as stack:
        url = sqlite_url(tmp_path)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        passing = Path(stack.enter_context(TemporaryDirectory(prefix="px", ignore_cleanup_errors=True)))
        yield Home(tmp_path, passing, url, stack.enter_context(migrated_store(url)))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ReachWorld]:
    folder = tmp_path / "world"
    folder.mkdir()
    with reach_world(folder) as served:
        yield served
