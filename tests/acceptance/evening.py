"""The evening of the sample world's third day: commands that are given then, and copies of what was crawled."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage import Store
from tests.acceptance.conftest import CrawledWorld
from tests.databases import postgres_database
from tests.world_days import settings_of
from tests.world_run import ROOT


def parallax(home: Path, url: str, *words: str, catalogue: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    settings = settings_of(home, url) | {"PARALLAX_CLOCK": "2026-03-04T23:55+04:00@0"}
    if catalogue is not None:
        settings["PARALLAX_CATALOGUE"] = str(catalogue)
    command = [sys.executable, "-m", "parallax.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=300)


def done(command: subprocess.CompletedProcess[str]) -> str:
    """What a command printed that did what it was told."""
    assert command.returncode == 0, command.stdout + command.stderr
    return command.stdout


def url_of(world: CrawledWorld) -> str:
    """Where the world's database is."""
    return world.store.engine.url.render_as_string(hide_password=False)


def copied(world: CrawledWorld, request: pytest.FixtureRequest, stack: ExitStack, home: Path) -> str:
    """Database and archive are copied to ``home``, so that others find the world as it was; gives the database."""
    shutil.copytree(world.home / "catalogue", home / "catalogue")
    shutil.copytree(world.home / "archive", home / "archive")
    url = empty_database(world.store, request, stack, home / "parallax.db")
    done(parallax(home, url, "db", "copy", url_of(world), url))
    return url


def empty_database(like: Store, request: pytest.FixtureRequest, stack: ExitStack, file: Path) -> str:
    """One of the same kind, on SQLite in ``file``."""
    if like.dialect == "sqlite":
        return f"sqlite:///{file}"
    return stack.enter_context(postgres_database(request.getfixturevalue("postgres")))
