"""A backup is one consistent state, is read back, and half of one is never taken for one; on both databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.archive import ArchiveWriter, NoteToWrite
from crawler.archive.decode import archived_note, is_note
from crawler.archive.members import Member
from crawler.archive.walk import walk
from crawler.decisions import journal
from domain.errors import BackupError, InUseError, StorageError
from storage import Store
from storage.backup_folder import PART, kept_backups, last_made_at, locked
from storage.backup_manifest import read_manifest
from storage.durable import file_sha256
from storage.migrate import all_revisions
from tests.backup.keeping import backup, fill_with_records, made_backup, put_page
from tests.storage.filling import NOW


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Iterator[Store]:
    """Three articles with their records."""
    fill_with_records(store, tmp_path / "archive")
    return store


def test_a_manifest_tells_what_the_backup_holds_and_needs(filled: Store, tmp_path: Path) -> None:
    made = backup(filled, tmp_path)
    manifest = read_manifest(made.path)

    assert made.path.name == "20260302T050500Z"
    assert (manifest.dialect, manifest.schema_revision, manifest.catalogue_hash) == (
        filled.dialect,
        all_revisions()[-1],
        "c1",
    )
    assert manifest.rows["article"] == 3
    assert manifest.rows["record"] == 3
    assert "alembic_version" not in manifest.rows
    database = made.path / manifest.database.file
    assert (database.stat().st_size, file_sha256(database)) == (manifest.database.size_bytes, manifest.database.sha256)
    (file,) = manifest.archive
    assert file.records == 3
    assert file.sha256 == file_sha256(tmp_path / "archive" / file.file, file.needed_bytes)
    assert made.archive_problems == ()


def test_the_journal_goes_with_the_archive_though_no_row_names_it(filled: Store, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    journal(archive, "journal", NoteToWrite("catalogue", NOW, ("all of it",)))
    with ArchiveWriter(archive, "crawl") as writer:
        writer.append((), [NoteToWrite("looks", NOW, ("what no response tells",))])
    crawl, decisions = sorted(path.name for path in archive.glob("*.warc.gz"))
    with (archive / decisions).open("ab") as file:
        file.write(b"half a note of one that")
    made = backup(filled, tmp_path, with_archive=True)

    files = {one.file: one for one in read_manifest(made.path).archive}
    assert {name: one.records for name, one in files.items()} == {crawl: 3, decisions: 0}
    assert made.archive_problems == ()
    kept = made.path / "archive"
    assert [note.kind for name in (crawl, decisions) for note in _notes(kept, name)] == ["looks", "catalogue"]
    assert (kept / decisions).stat().st_size == files[decisions].needed_bytes < (archive / decisions).stat().st_size


def _notes(folder: Path, file: str) -> list[NoteToWrite]:
    members = list(walk(folder, file))
    assert all(isinstance(member, Member) for member in members)
    return [archived_note(file, one).note for one in members if isinstance(one, Member) and is_note(one)]


def test_nothing_but_the_backup_lies_in_its_folder(filled: Store, tmp_path: Path) -> None:
    made = backup(filled, tmp_path)

    assert sorted(p.name for p in made.path.iterdir()) == sorted(
        [read_manifest(made.path).database.file, "manifest.json"]
    )
    assert sorted(p.name for p in (tmp_path / "backups").iterdir()) == [".lock", made.path.name]


def test_an_archive_file_that_did_not_change_is_not_read_again(filled: Store, tmp_path: Path) -> None:
    first = backup(filled, tmp_path)
    second = backup(filled, tmp_path, now=NOW + timedelta(days=1))

    assert (first.archive_hashed, first.archive_reused) == (1, 0)
    assert (second.archive_hashed, second.archive_reused) == (0, 1)
    assert read_manifest(second.path).archive[0].hashed_in == first.path.name


def test_an_archive_file_that_grew_is_read_again_up_to_what_is_needed(filled: Store, tmp_path: Path) -> None:
    first = backup(filled, tmp_path)
    with ArchiveWriter(tmp_path / "archive", "crawl") as writer:
        filled.write(lambda session: put_page(session, writer, "/d", "Dörd", "Dördüncü mətn buradadır."))
    path = tmp_path / "archive" / read_manifest(first.path).archive[0].file
    with path.open("ab") as file:
        file.write(b"half a record of a crawl that")
    second = backup(filled, tmp_path, now=NOW + timedelta(days=1))
    before, after = read_manifest(first.path).archive[0], read_manifest(second.path).archive[0]

    assert second.archive_hashed == 1
    assert before.needed_bytes < after.needed_bytes < after.size_bytes
    assert file_sha256(path, before.needed_bytes) == before.sha256


def test_an_archive_file_that_is_missing_or_short_is_told_and_the_database_is_kept(
    filled: Store, tmp_path: Path
) -> None:
    (path,) = (tmp_path / "archive").glob("*.warc.gz")
    os.truncate(path, 100)
    short = backup(filled, tmp_path)
    path.unlink()
    missing = backup(filled, tmp_path)

    assert "has 100 bytes, its records need" in short.archive_problems[0]
    assert missing.archive_problems == (f"archive file {path.name} is missing",)
    assert [kept.problem for kept in kept_backups(tmp_path / "backups")] == [None, None]


def test_two_backups_of_one_second_stand_beside_each_other_in_order(filled: Store, tmp_path: Path) -> None:
    names = [backup(filled, tmp_path).path.name for _ in range(3)]

    assert names == ["20260302T050500Z", "20260302T050500Z-2", "20260302T050500Z-3"]
    assert [kept.path.name for kept in kept_backups(tmp_path / "backups")] == names


def test_older_ones_beyond_the_number_kept_are_removed(filled: Store, tmp_path: Path) -> None:
    made = [backup(filled, tmp_path, keep=2, now=NOW + timedelta(days=day)) for day in range(4)]

    assert [one.removed for one in made] == [(), (), (made[0].path.name,), (made[1].path.name,)]
    assert [kept.path for kept in kept_backups(tmp_path / "backups")] == [made[2].path, made[3].path]


def test_a_backup_that_is_not_good_is_neither_counted_nor_removed(filled: Store, tmp_path: Path) -> None:
    first = backup(filled, tmp_path, keep=2)
    broken = backup(filled, tmp_path, keep=2, now=NOW + timedelta(days=1))
    (broken.path / read_manifest(broken.path).database.file).unlink()
    backup(filled, tmp_path, keep=2, now=NOW + timedelta(days=2))

    assert first.path.exists()
    assert [k.problem for k in kept_backups(tmp_path / "backups")] == [None, "its database is missing", None]


def test_one_made_under_a_clock_that_was_set_back_is_not_removed(filled: Store, tmp_path: Path) -> None:
    backup(filled, tmp_path, keep=1)
    made = backup(filled, tmp_path, keep=1, now=NOW - timedelta(days=1))

    assert [kept.path for kept in kept_backups(tmp_path / "backups")] == [made.path]


def test_what_a_killed_one_left_is_removed_and_nothing_else(filled: Store, tmp_path: Path) -> None:
    left = tmp_path / "backups" / f"20260301T000000Z{PART}"
    left.mkdir(parents=True)
    (left / "parallax.db").write_bytes(b"half")
    own = tmp_path / "backups" / f"notes{PART}"
    own.mkdir()
    made = backup(filled, tmp_path)

    assert made.leftovers == (left.name,)
    assert not left.exists()
    assert own.exists()


def test_two_at_once_are_refused(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    with locked(tmp_path / "backups"), pytest.raises(InUseError, match="being made or restored"):
        backup(filled, tmp_path)


def test_a_full_disk_is_one_clear_error_and_leaves_nothing(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if filled.dialect != "sqlite":
        pytest.skip("the size of a dump is not known before it is made")
    monkeypatch.setattr("storage.dumps.free_bytes", lambda _folder: 1000)
    with pytest.raises(StorageError, match=r"no room in .*MB are free"):
        backup(filled, tmp_path)

    assert [p.name for p in (tmp_path / "backups").iterdir()] == [".lock"]


def test_an_empty_database_is_not_backed_up(tmp_path: Path) -> None:
    from storage import open_store

    with pytest.raises(StorageError, match="parallax init"):
        backup(open_store(f"sqlite:///{tmp_path}/none.db"), tmp_path)


def test_with_the_archive_whole_files_are_linked_and_the_growing_one_is_copied(filled: Store, tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "archive", "crawl", max_file_bytes=1) as writer:
        filled.write(lambda session: put_page(session, writer, "/d", "Dörd", "Dördüncü mətn buradadır."))
    made = backup(filled, tmp_path, with_archive=True)
    held = sorted((made.path / "archive").iterdir())
    links = [path.stat().st_nlink for path in held]

    assert links == [2, 1]
    assert made.archive_copied_bytes == held[1].stat().st_size


def test_where_no_link_can_be_made_files_are_copied_once_and_linked_from_the_backup_before(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def other_disk(source: Path, target: Path) -> None:
        if "backups" not in str(source):
            raise OSError(18, "Invalid cross-device link")
        link(source, target)

    monkeypatch.setattr("storage.backup_archive.os.link", other_disk)
    first = backup(filled, tmp_path, with_archive=True)
    second = backup(filled, tmp_path, with_archive=True, now=NOW + timedelta(days=1))

    assert first.archive_copied_bytes > 0
    assert second.archive_copied_bytes == 0


def test_a_manifest_that_was_changed_is_refused(filled: Store, tmp_path: Path) -> None:
    made = backup(filled, tmp_path)
    path = made.path / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"article": 3', '"article": 4'), encoding="utf-8")

    with pytest.raises(BackupError, match="changed after it was written"):
        read_manifest(made.path)


def test_the_last_one_is_known_by_its_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert last_made_at(folder) is None

    made_backup(folder, NOW)
    newest = made_backup(folder, NOW + timedelta(hours=2))
    (folder / "20270101T000000Z").mkdir()  # has no manifest: is none
    (folder / "20270101T000000Z.part").mkdir()
    assert last_made_at(folder) == NOW + timedelta(hours=2)

    (newest / "parallax.db").unlink()
    assert last_made_at(folder) == NOW


def test_a_damaged_manifest_is_passed_over(tmp_path: Path) -> None:
    made_backup(tmp_path, NOW)
    newest = made_backup(tmp_path, NOW + timedelta(hours=2)) / "manifest.json"
    newest.write_text(newest.read_text().replace("made", "MADE"))

    assert last_made_at(tmp_path) == NOW
