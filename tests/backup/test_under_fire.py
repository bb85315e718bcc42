"""Backups of a store that is written, killed backups, and a disk that is full."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import StorageError
from storage import Session, Store, open_store
from storage.backup_folder import PART, kept_backups
from storage.backup_manifest import read_manifest
from storage.durable import file_sha256
from storage.restore import RestorePlan, restore_backup
from storage.tables import TextRow
from tests.backup.keeping import backup, fill_with_records
from tests.backup.writer import halves
from tests.databases import postgres_database, sqlite_url
from tests.storage.filling import NOW
from tests.world_run import ROOT

pytestmark = pytest.mark.slow
KILLS = 8


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """Three articles with their records, and enough texts for a backup to take a while."""

    def weigh(session: Session) -> None:
        session.add_all(
            TextRow(sha256=uuid.uuid4().hex, body=os.urandom(10_000).hex(), chars=20_000) for _ in range(800)
        )

    fill_with_records(store, tmp_path / "archive")
    store.write(weigh)
    return store


def _start(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.backup.writer", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def place(store: Store, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database of the same kind."""
    if store.dialect == "sqlite":
        yield sqlite_url(tmp_path / "new")
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        yield url


def test_a_backup_made_while_another_process_writes_is_one_state_and_keeps_nobody_waiting(
    filled: Store, database_url: str, place: str, tmp_path: Path
) -> None:
    counts = tmp_path / "counts"
    writer = _start("write", database_url, str(counts))
    try:
        _wait_for(lambda: counts.exists() and _commits(counts)[0] > 5)
        before = _commits(counts)[0]
        made = [backup(filled, tmp_path, now=NOW + timedelta(days=day)) for day in range(3)]
        after, longest_ms = _commits(counts)
    finally:
        writer.kill()
        writer.communicate()
    restore_backup(RestorePlan(made[-1].path, place, tmp_path / "archive"), now=NOW, real_now=datetime.now(UTC))
    store = open_store(place)
    with store.read() as session:
        runs, token = halves(session)
    store.close()

    assert runs == token >= before
    assert after > before
    assert longest_ms < 5000, "a writer waited for the backup"
    print(f"{after - before} commits during three backups, the longest {longest_ms} ms")


def _commits(counts: Path) -> tuple[int, int]:
    commits, longest_ms = counts.read_text(encoding="utf-8").split()
    return int(commits), int(longest_ms)


def _wait_for(condition: object, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def test_half_a_backup_is_never_taken_for_one_whenever_it_is_killed(
    filled: Store, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    seen_unfinished = 0
    for _ in range(KILLS):
        process = _start("backup", database_url, str(tmp_path))
        _wait_for(lambda: process.poll() is not None or any(folder.glob(f"*{PART}")))  # noqa: B023
        time.sleep(random.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        seen_unfinished += any(folder.glob(f"*{PART}"))
        for kept in kept_backups(folder):
            database = kept.path / read_manifest(kept.path).database.file
            assert kept.problem is None
            assert file_sha256(database) == read_manifest(kept.path).database.sha256
    made = backup(filled, tmp_path)

    assert seen_unfinished > 0, "no kill came in the middle"
    assert made.path.is_dir()
    assert not any(folder.glob(f"*{PART}"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of four megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"NOT TRIED: a small tmpfs can't be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up_is_one_clear_error_and_the_next_backup_is_made(
    filled: Store, tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.dumps.free_bytes", lambda _folder: 1 << 40)
    (small_disk / "archive").symlink_to(tmp_path / "archive")
    with pytest.raises(StorageError) as told:
        backup(filled, small_disk)

    assert "disk is full" in str(told.value) or "No space left" in str(told.value)
    assert "\n" not in str(told.value)
    assert [p.name for p in (small_disk / "backups").iterdir()] == [".lock"]
    assert backup(filled, tmp_path).path.is_dir()
