"""The sample world's three days, crawled once a database for all modules that look at them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import Store
from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.world_run import ROOT


@dataclass(frozen=True, slots=True)
class CrawledWorld:
    """The store after twelve crawls on three days; ``home`` holds the archive and the catalogue, on SQLite the file."""

    home: Path
    store: Store


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crawled_world(request: pytest.FixtureRequest) -> CrawledWorld:
    """On each database; what changes it works on a copy. A session crawls each once, in whatever order it is asked."""
    world: CrawledWorld = request.getfixturevalue(f"world_on_{request.param}")
    return world


@pytest.fixture(scope="session")
def world_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrawledWorld]:
    """The world in a file."""
    home = tmp_path_factory.mktemp("world")
    with _crawled(home, sqlite_url(home)) as world:
        yield world


@pytest.fixture(scope="session")
def world_on_postgresql(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrawledWorld]:
    """The world on a server."""
    with postgres_database(postgres) as url, _crawled(tmp_path_factory.mktemp("world"), url) as world:
        yield world


@contextmanager
def _crawled(home: Path, url: str) -> Iterator[CrawledWorld]:
    """Crawled in a process of its own, which forks freely."""
    subprocess.run(
        [sys.executable, "-m", "tests.world_days", "--home", str(home), "--database-url", url],
        cwd=ROOT,
        check=True,
        timeout=300,
    )
    with migrated_store(url) as store:
        yield CrawledWorld(home, store)
