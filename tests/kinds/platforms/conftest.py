"""The world of platforms, crawled once a database for all tests that look at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from storage import Store
from tests.databases import migrated_store, postgres_database, sqlite_url
from tests.world_run import ROOT


@dataclass(frozen=True, slots=True)
class Crawled:
    """The store after a crawl at each stage; ``home`` holds the archive and what was asked."""

    home: Path
    store: Store

    def rows(self, query: Any) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.store.read() as session:
            return [tuple(row) for row in session.execute(query)]

    def asked(self, host: str) -> list[tuple[str, dict[str, str]]]:
        """(path, headers with small letters) of each request to a host, in order."""
        lines = (self.home / "requests").read_text(encoding="utf-8").splitlines()
        requests = [json.loads(line) for line in lines]
        return [(path, {n.lower(): v for n, v in headers.items()}) for to, path, headers in requests if to == host]


def parallax(home: Path, *words: str) -> str:
    """What a command says with the settings of the crawl, after its last stage."""
    environ = json.loads((home / "environ").read_text()) | {"PARALLAX_CLOCK": "2026-03-05T23:00:00+04:00@0"}
    command = [sys.executable, "-m", "parallax.cli", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, timeout=300, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def crawl_stages(home: Path, database_url: str, *more: str, world: str = "world") -> str:
    """Crawl in a process of its own, which forks freely; gives what it logged."""
    command = [sys.executable, "-m", "tests.kinds.platforms.crawl_stages", world, str(home), database_url, *more]
    done = subprocess.run(command, cwd=ROOT, check=True, timeout=300, capture_output=True, text=True)
    (home / "log").write_text(done.stdout + done.stderr)
    return done.stdout + done.stderr


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crawled(request: pytest.FixtureRequest, stages: Callable[[str, str], Crawled]) -> Crawled:
    """Every stage."""
    return stages("world", request.param)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def left(request: pytest.FixtureRequest, stages: Callable[[str, str], Crawled]) -> Crawled:
    """Every stage of the world of posts that go."""
    return stages("leaving", request.param)


@pytest.fixture(scope="session")
def stages(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Crawled]]:
    """Gives a world's stages on a database; a session crawls each once, in whatever order it is asked."""
    with ExitStack() as stack:

        @cache
        def of(world: str, database: str) -> Crawled:
            home = tmp_path_factory.mktemp(world)
            is_server = database == "postgresql"
            url = stack.enter_context(postgres_database(postgres)) if is_server else sqlite_url(home)
            crawl_stages(home, url, world=world)
            return Crawled(home, stack.enter_context(migrated_store(url)))

        yield of


@pytest.fixture
def crawled_with(tmp_path: Path) -> Iterator[Callable[..., Crawled]]:
    """The first stage with other settings, on SQLite."""
    with ExitStack() as stack:

        def crawl(*settings: str) -> Crawled:
            url = sqlite_url(tmp_path)
            crawl_stages(tmp_path, url, "1", *settings)
            return Crawled(tmp_path, stack.enter_context(migrated_store(url)))

        yield crawl
