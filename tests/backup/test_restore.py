"""A restore fills an empty place, refuses what is not whole or not empty, and says what the archive lacks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from domain.errors import BackupError, NotEmptyError, StorageError
from storage import Store, migrate, open_store
from storage.backup_manifest import Manifest, read_manifest, write_manifest
from storage.restore import Restored, RestorePlan, restore_backup
from storage.tables import ArticleRow, HostRow, JobRow, JobRunRow, RunRow, ShiftRow
from tests.backup.keeping import TEXTS, backup, fill_with_records
from tests.databases import postgres_database, sqlite_url
from tests.storage.filling import HOST, NOW

LATER = NOW + timedelta(days=2)
REAL = datetime(2026, 7, 1, tzinfo=UTC)
Place = str


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """Three articles with their records."""
    fill_with_records(store, tmp_path / "archive")
    return store


@pytest.fixture
def place(store: Store, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Address of an empty database of the same kind."""
    if store.dialect == "sqlite":
        yield sqlite_url(tmp_path / "new")
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        yield url


def _restore(folder: Path, place: Place, tmp_path: Path) -> Restored:
    plan = RestorePlan(folder, place, tmp_path / "archive")
    return restore_backup(plan, now=LATER, real_now=REAL)


def _titles(place: Place) -> set[str | None]:
    store = open_store(place)
    try:
        migrate.require_newest(store)
        with store.read() as session:
            return set(session.scalars(select(ArticleRow.title)))
    finally:
        store.close()


def test_what_was_backed_up_comes_back_with_a_working_search(filled: Store, place: Place, tmp_path: Path) -> None:
    from storage.search import search
    from text.search import search_query, to_fts5, to_tsquery

    done = _restore(backup(filled, tmp_path).path, place, tmp_path)
    store = open_store(place)
    query = search_query("dasqin")
    with store.read() as session:
        found = search(session, fts5=to_fts5(query), tsquery=to_tsquery(query), limit=5)
    store.close()

    assert _titles(place) == {title for title, _ in TEXTS.values()}
    assert [f.title for f in found] == ["Daşqın"]
    assert (done.rows["article"], done.needs_upgrade, done.archive_problems) == (3, False, ())


def test_new_rows_get_new_numbers(filled: Store, place: Place, tmp_path: Path) -> None:
    _restore(backup(filled, tmp_path).path, place, tmp_path)
    store = open_store(place)
    row = store.write(_added)
    store.close()

    assert row == 4


def _added(session: object) -> int:
    row = ArticleRow(
        outlet="xeber", url="u", first_seen_at=NOW, last_seen_at=NOW, state="live", state_at=NOW, text_source="page",
        revisions=0,
    )  # fmt: skip
    session.add(row)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    return row.id


def test_a_target_that_holds_anything_is_refused_and_left_alone(filled: Store, place: Place, tmp_path: Path) -> None:
    folder = backup(filled, tmp_path).path
    _restore(folder, place, tmp_path)
    store = open_store(place)
    store.write(lambda session: session.execute(text("UPDATE article SET title = 'mine'")))
    store.close()

    with pytest.raises(NotEmptyError, match="nothing was restored"):
        _restore(folder, place, tmp_path)
    assert _titles(place) == {"mine"}


def test_the_log_of_another_database_is_not_read_into_the_restored_one(filled: Store, tmp_path: Path) -> None:
    if filled.dialect != "sqlite":
        pytest.skip("a log beside the file is SQLite's")
    folder = backup(filled, tmp_path).path
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "parallax.db-wal").write_bytes(b"x" * 100)

    with pytest.raises(NotEmptyError, match=r"parallax\.db-wal"):
        _restore(folder, sqlite_url(tmp_path / "new"), tmp_path)


def test_a_tampered_database_is_refused_before_anything_is_written(filled: Store, place: Place, tmp_path: Path) -> None:
    folder = backup(filled, tmp_path).path
    database = folder / read_manifest(folder).database.file
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 1
    database.write_bytes(content)

    with pytest.raises(BackupError, match="has another sha256"):
        _restore(folder, place, tmp_path)
    store = open_store(place)
    assert inspect(store.engine).get_table_names() == []
    store.close()


def _with(folder: Path, change: Callable[[Manifest], Manifest]) -> None:
    write_manifest(folder, change(read_manifest(folder)))


def test_a_backup_of_a_newer_version_is_refused(filled: Store, place: Place, tmp_path: Path) -> None:
    from dataclasses import replace

    folder = backup(filled, tmp_path).path
    _with(folder, lambda manifest: replace(manifest, schema_revision="0999", parallax="9.9.9"))

    with pytest.raises(BackupError, match=r"revision 0999.*Parallax 9.9.9 or newer"):
        _restore(folder, place, tmp_path)


def test_rows_that_are_not_as_many_as_the_manifest_says_are_refused(
    filled: Store, place: Place, tmp_path: Path
) -> None:
    from dataclasses import replace

    folder = backup(filled, tmp_path).path
    _with(folder, lambda manifest: replace(manifest, rows={**manifest.rows, "article": 5}))

    with pytest.raises(BackupError, match="article 3 instead of 5"):
        _restore(folder, place, tmp_path)
    store = open_store(place)
    with pytest.raises(StorageError, match="is empty"):
        migrate.require_newest(store)
    store.close()


def test_an_older_revision_is_restored_and_asks_for_an_upgrade(filled: Store, place: Place, tmp_path: Path) -> None:
    from alembic import command

    with filled.engine.execution_options(parallax_write=True).begin() as connection:
        command.downgrade(migrate.alembic_config(connection), "0002")
    done = _restore(backup(filled, tmp_path).path, place, tmp_path)
    store = open_store(place)
    migrate.upgrade(store)
    store.close()

    assert (done.schema_revision, done.needs_upgrade) == ("0002", True)
    assert len(_titles(place)) == 3


def test_one_of_the_other_database_is_refused_and_says_how(filled: Store, tmp_path: Path) -> None:
    other = "postgresql+psycopg://nobody@127.0.0.1:1/x" if filled.dialect == "sqlite" else sqlite_url(tmp_path / "new")

    with pytest.raises(BackupError, match="parallax db copy"):
        _restore(backup(filled, tmp_path).path, other, tmp_path)


def test_archive_files_that_are_missing_or_changed_are_told_one_by_one(
    filled: Store, place: Place, tmp_path: Path
) -> None:
    folder = backup(filled, tmp_path).path
    (path,) = (tmp_path / "archive").glob("*.warc.gz")
    content = bytearray(path.read_bytes())
    content[50] ^= 1
    path.write_bytes(content)
    done = _restore(folder, place, tmp_path)

    assert done.archive_problems == (f"archive file {path.name} holds other bytes than when the backup was made",)


def test_an_archive_that_the_backup_holds_comes_back(filled: Store, place: Place, tmp_path: Path) -> None:
    folder = backup(filled, tmp_path, with_archive=True).path
    shutil.rmtree(tmp_path / "archive")
    done = _restore(folder, place, tmp_path)

    assert (done.archive_copied, done.archive_problems) == (1, ())
    assert len(list((tmp_path / "archive").glob("*.warc.gz"))) == 1


def test_an_archive_file_that_is_there_is_never_written_over(filled: Store, place: Place, tmp_path: Path) -> None:
    folder = backup(filled, tmp_path, with_archive=True).path
    (path,) = (tmp_path / "archive").glob("*.warc.gz")
    path.write_bytes(b"mine")
    done = _restore(folder, place, tmp_path)

    assert path.read_bytes() == b"mine"
    assert "is shorter" in done.archive_problems[0]


def test_hosts_are_given_back_and_what_was_under_way_is_lost(filled: Store, place: Place, tmp_path: Path) -> None:
    def busy(session: object) -> None:
        host = session.get(HostRow, HOST)  # type: ignore[attr-defined]
        host.owner, host.token, host.heartbeat_at = "boot:1:2:3", 7, NOW
        session.add_all(  # type: ignore[attr-defined]
            [
                RunRow(host=HOST, owner="boot:1:2:3", token=7, started_at=NOW, counts={}),
                JobRow(name="backup", schedule="03:00"),
                ShiftRow(owner="o", started_at=NOW, last_tick_at=NOW, last_tick_real_at=NOW, ticks=1),
            ]
        )
        session.flush()  # type: ignore[attr-defined]
        session.add(JobRunRow(job="backup", due_at=NOW, owner="o", started_at=NOW))  # type: ignore[attr-defined]

    filled.write(busy)
    _restore(backup(filled, tmp_path).path, place, tmp_path)
    store = open_store(place)
    with store.read() as session:
        host = session.get_one(HostRow, HOST)
        ended = [session.scalars(select(table)).one() for table in (RunRow, JobRunRow, ShiftRow)]
        got = (host.owner, host.heartbeat_at, host.token, host.next_allowed_at)
        outcomes = [(row.outcome, row.ended_at) for row in ended]
    store.close()

    assert got == (None, None, 8, REAL + timedelta(seconds=3))
    assert outcomes == [("lost", LATER), ("lost", LATER), ("lost", NOW)]


def test_what_has_no_manifest_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(BackupError, match="no backup"):
        _restore(tmp_path / "x", sqlite_url(tmp_path / "new"), tmp_path)
