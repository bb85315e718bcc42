"""The sample world's three days, crawled once a database for all modules that look at them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
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
def crawled_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrawledWorld]:
    """Crawled in a process of its own, which forks freely."""
    home = tmp_path_factory.mktemp("world")
    with ExitStack() as stack:
        url = sqlite_url(home)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        subprocess.run(
            [sys.executable, "-m", "tests.world_days", "--home", str(home), "--database-url", url],
            cwd=ROOT,
            check=True,
            timeout=300,
        )
        yield CrawledWorld(home, stack.enter_context(migrated_store(url)))
