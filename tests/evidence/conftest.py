"""Small crawls whose articles are proven."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import jobs
from crawler.archive import ArchiveWriter
from crawler.pool import Pool
from storage import Store
from tests.databases import migrated_store, sqlite_url
from tests.evidence.proving import edited_article, proven
from tests.unit.crawler.small_crawl import SmallCrawl


@pytest.fixture(scope="package")
def pool() -> Iterator[Pool]:
    """Workers that can be killed, as a crawl has them."""
    with Pool(1, preload=jobs.PRELOAD, memory_bytes=2 << 30) as opened:
        yield opened


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[SmallCrawl]:
    """A crawl of the edited article on SQLite, and its evidence in the folder ``given`` beside the archive."""
    home = tmp_path_factory.mktemp("made")
    with migrated_store(sqlite_url(home)) as opened, ArchiveWriter(home / "archive", "crawl") as writer:
        crawl = SmallCrawl(opened, home / "archive", writer, pool).start()
        edited_article(crawl)
        proven(crawl, home / "given")
        yield crawl


@pytest.fixture
def given(made: SmallCrawl, tmp_path: Path) -> Path:
    """A copy of that evidence, to be changed."""
    return shutil.copytree(made.archive.parent / "given", tmp_path / "given")


@pytest.fixture
def own_crawl(tmp_path: Path, pool: Pool) -> Iterator[SmallCrawl]:
    """A crawl of the edited article on SQLite, to be changed."""
    with migrated_store(sqlite_url(tmp_path)) as opened, ArchiveWriter(tmp_path / "archive", "crawl") as writer:
        crawl = SmallCrawl(opened, tmp_path / "archive", writer, pool).start()
        edited_article(crawl)
        yield crawl


@pytest.fixture
def crawl(store: Store, tmp_path: Path, pool: Pool) -> Iterator[SmallCrawl]:
    """One outlet, its host claimed: once on SQLite, once on PostgreSQL."""
    with ArchiveWriter(tmp_path / "archive", "crawl") as writer:
        yield SmallCrawl(store, tmp_path / "archive", writer, pool).start()
