"""A small crawl over a real SQLite file and a real archive folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import jobs
from crawler.archive import ArchiveWriter
from crawler.pool import Pool
from storage import Store
from tests.databases import migrated_store, sqlite_url
from tests.unit.crawler.small_crawl import SmallCrawl


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """An SQLite file at the newest revision."""
    with migrated_store(sqlite_url(tmp_path)) as opened:
        yield opened


@pytest.fixture
def crawl(sqlite_store: Store, tmp_path: Path) -> Iterator[SmallCrawl]:
    """One outlet in it, its host claimed; it reads nothing."""
    with ArchiveWriter(tmp_path / "archive", "crawl") as writer:
        yield SmallCrawl(sqlite_store, tmp_path / "archive", writer, None).start()


@pytest.fixture(scope="package")
def pool() -> Iterator[Pool]:
    """Workers that can be killed, as a crawl has them."""
    with Pool(1, preload=jobs.PRELOAD, memory_bytes=2 << 30) as opened:
        yield opened


@pytest.fixture
def reading_crawl(crawl: SmallCrawl, pool: Pool) -> SmallCrawl:
    """The same, and it reads."""
    crawl.pool = pool
    return crawl
