"""The world of platforms, crawled once a database for all tests that look at it."""

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
class Crawled:
    """The store after a crawl at each stage; ``home`` holds the archive and what was asked."""

    home: Path
    store: Store


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Crawled in a process of its own, which forks freely."""
    home = tmp_path_factory.mktemp("platforms")
    with ExitStack() as stack:
        url = sqlite_url(home)
        if request.param == "postgresql":
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
        command = [sys.executable, "-m", "tests.kinds.platforms.crawl_stages", str(home), url]
        subprocess.run(command, cwd=ROOT, check=True, timeout=300)
        yield Crawled(home, stack.enter_context(migrated_store(url)))
