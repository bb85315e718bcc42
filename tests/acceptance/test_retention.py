"""Three days of the sample world, pruned: what is claimed can be proven, and a database made anew says the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.retained import Limits, Retained
from crawler.retention import Retention
from parallax.bootstrap import Parallax
from parallax.config import load_settings
from parallax.service_jobs import service_jobs
from schedules.page_watch import WatchMemory
from storage import Store, open_store
from storage.comparing import compare_stores
from storage.tables import FetchRow, RecordRow, RevisionRow
from tests.acceptance.conftest import CrawledWorld
from tests.acceptance.evening import copied, empty_database, parallax
from tests.acceptance.test_archive import MAY_DIFFER, is_of_mirrors
from tests.killed_retention import STEPS, kill_at
from tests.world_days import settings_of

NOW = datetime(2026, 3, 4, 19, 55, tzinfo=UTC)
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Pruned:
    """A copy of the crawled world of which all that may go is gone."""

    home: Path
    url: str
    store: Store
    done: Retained
    world: CrawledWorld


@pytest.fixture(scope="module")
def pruned(
    crawled_world: CrawledWorld, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pruned]:
    home = tmp_path_factory.mktemp("pruned")
    with ExitStack() as stack:
        url = copied(crawled_world, request, stack, home)
        store = stack.enter_context(closing(open_store(url)))
        keep = Limits(keep=timedelta(0), most_bytes=1)  # the latter: files too of which little may go
        done = Retention(store, home / "archive", keep, now=NOW, is_ours=lambda _slot: True).run()
        yield Pruned(home, url, store, done, crawled_world)


def test_something_goes_and_nothing_but_records_changes(pruned: Pruned) -> None:
    tables = list(compare_stores(pruned.world.store, pruned.store))

    assert pruned.done.dropped.records > 20
    assert pruned.done.problems == []
    assert {table.table for table in tables if table.differences} == {"record"}
    assert {d.column for table in tables for d in table.differences} == {"file", "offset", "dropped_at"}


def test_every_revision_still_leads_to_its_bytes(pruned: Pruned) -> None:
    lost = (
        select(func.count(RevisionRow.id))
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id)
        .where(RecordRow.dropped_at.is_not(None))
    )
    with pruned.store.read() as session:
        assert session.scalar(lost) == 0


def test_the_pruned_archive_is_whole_and_its_database_sound(pruned: Pruned) -> None:
    verified = parallax(pruned.home, pruned.url, "verify")
    checked = parallax(pruned.home, pruned.url, "db", "check", "--archive", "all")

    assert (verified.returncode, checked.returncode) == (0, 0), verified.stdout + checked.stdout


def test_a_database_made_anew_from_the_pruned_archive_is_the_same(
    pruned: Pruned, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        url = empty_database(pruned.store, request, stack, tmp_path / "anew.db")
        said = parallax(pruned.home, url, "rebuild", "--into", url)
        assert said.returncode == 0, said.stdout + said.stderr
        store = stack.enter_context(closing(open_store(url)))
        of_pruned = {(t.table, d.column) for t in compare_stores(pruned.store, store) for d in t.differences}
        of_whole = {(t.table, d.column) for t in compare_stores(pruned.world.store, store) for d in t.differences}

    assert of_pruned - MAY_DIFFER == set()
    assert of_whole - MAY_DIFFER == {("record", "file"), ("record", "offset"), ("record", "dropped_at")}


def test_what_was_read_can_be_read_again(pruned: Pruned) -> None:
    said = parallax(pruned.home, pruned.url, "reextract", "--dry-run", "--json")

    told = json.loads(said.stdout)
    assert (said.returncode, told["changes"], told["problems"]) == (0, [], [])


def test_a_backup_of_what_was_pruned_comes_back(pruned: Pruned, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    made = parallax(pruned.home, pruned.url, "backup", "--with-archive", "--json")
    assert made.returncode == 0, made.stdout + made.stderr
    with ExitStack() as stack:
        url = empty_database(pruned.store, request, stack, tmp_path / "back.db")
        archive = tmp_path / "archive"
        said = parallax(pruned.home, url, "restore", json.loads(made.stdout)["path"], "--archive", str(archive))
        assert said.returncode == 0, said.stdout + said.stderr
        assert sorted(p.name for p in archive.glob("*.warc.gz")) == sorted(
            p.name for p in (pruned.home / "archive").glob("parallax-*.warc.gz")
        )


def test_a_backup_of_before_comes_back_beside_a_pruned_archive(
    pruned: Pruned, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """It names files as they were; what they held is found where it lies now."""
    source = pruned.world.store.engine.url.render_as_string(hide_password=False)
    made = parallax(pruned.world.home, source, "backup", "--json")
    assert made.returncode == 0, made.stdout + made.stderr
    with ExitStack() as stack:
        url = empty_database(pruned.store, request, stack, tmp_path / "back.db")
        said = parallax(pruned.home, url, "restore", json.loads(made.stdout)["path"])
        checked = parallax(pruned.home, url, "db", "check", "--archive", "all")
        verified = parallax(pruned.home, url, "verify")

    assert said.returncode == 0, said.stdout + said.stderr
    assert (checked.returncode, verified.returncode) == (0, 0), checked.stdout + verified.stdout


def test_the_command_says_what_would_go_and_what_is_needed(crawled_world: CrawledWorld) -> None:
    url = crawled_world.store.engine.url.render_as_string(hide_password=False)
    files = sorted(path.name for path in (crawled_world.home / "archive").iterdir())

    off = parallax(crawled_world.home, url, "prune")
    wrong = parallax(crawled_world.home, url, "prune", "--dry-run")
    said = parallax(crawled_world.home, url, "prune", "--dry-run", "--keep-days", "1")
    tight = parallax(crawled_world.home, url, "prune", "--dry-run", "--max-gb", "0.000001", "--json")

    assert (off.returncode, off.stdout[:17]) == (0, "retention is off:")
    assert (wrong.returncode, wrong.stderr[:22]) == (2, "parallax: --dry-run: r")
    assert said.returncode == 0
    assert "would go" in said.stdout
    assert "a revision or a reading cites it" in said.stdout
    told = json.loads(tight.stdout)
    assert (tight.returncode, told["over_bytes"]) == (3, told["bytes_after"] - 1000)
    assert sorted(path.name for path in (crawled_world.home / "archive").iterdir() if path.suffix != ".lock") == [
        name for name in files if not name.endswith(".lock")
    ]


@pytest.mark.parametrize("step", ["before_the_transaction", "before_the_old_file_goes"])
def test_the_days_job_sets_right_what_a_killed_retention_left(
    crawled_world: CrawledWorld, request: pytest.FixtureRequest, tmp_path: Path, step: str
) -> None:
    with ExitStack() as stack:
        url = copied(crawled_world, request, stack, tmp_path)
        kill_at(url, tmp_path / "archive", STEPS[step], calls=1, at=NOW)
        left = parallax(tmp_path, url, "verify")
        settings = settings_of(tmp_path, url) | {"PARALLAX_CLOCK": "2026-04-04T23:55+04:00@0"}
        opened = Parallax(
            load_settings(settings | {"PARALLAX_ARCHIVE_KEEP_DAYS": "1", "PARALLAX_ARCHIVE_MAX_GB": "1e-6"})
        )
        stack.callback(opened.store.close)
        (tidy,) = [
            job
            for job in service_jobs(lambda: opened, WatchMemory(), outages=opened.store.outages)
            if job.name == "tidy"
        ]
        told = tidy.work()
        verified = parallax(tmp_path, url, "verify", "--json")
        store = stack.enter_context(closing(open_store(url)))
        tables = list(compare_stores(crawled_world.store, store, ignored=["record"]))

    assert left.returncode == 0, left.stdout
    assert "was left by a retention that was killed" in left.stdout
    assert told is not None
    assert "MB above the limit" in told
    assert (json.loads(verified.stdout)["findings"], json.loads(verified.stdout)["remarks"]) == ([], [])
    assert {table.table for table in tables if table.differences} <= {"channel_hour", "fetch"}  # folded after a month


def test_what_was_pruned_is_replayed_as_it_was(pruned: Pruned, tmp_path: Path) -> None:
    if pruned.world.store.dialect != "sqlite":
        pytest.skip("the archive is the same on both databases")
    home = tmp_path / "replay"
    archive = str(pruned.home / "archive")
    said = parallax(pruned.home, "sqlite:///unused.db", "replay", archive, "--home", str(home))
    assert said.returncode == 0, said.stdout + said.stderr
    with closing(open_store(f"sqlite:///{home / 'parallax.db'}")) as store:
        tables = {table.table: table for table in compare_stores(pruned.world.store, store)}

    found = [d for name in ("article", "revision", "text", "entry", "gap") for d in tables[name].differences]
    assert [difference for difference in found if not is_of_mirrors(difference)] == []
