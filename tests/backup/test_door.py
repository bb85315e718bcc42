"""The commands as a person and a script meet them: what they print and their exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backup.keeping import fill_with_records
from tests.databases import migrated_store, sqlite_url
from tests.world_run import ROOT


def _parallax(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    return subprocess.run(
        [sys.executable, "-m", "parallax.cli", *words],
        cwd=ROOT,
        env={**clean, "PARALLAX_HOME": str(home), "PARALLAX_LOG_LEVEL": "error"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three articles and their records."""
    with migrated_store(sqlite_url(tmp_path)) as store:
        fill_with_records(store, tmp_path / "archive")
    return tmp_path


def test_a_backup_is_made_listed_and_restored(home: Path) -> None:
    made = json.loads(_parallax("backup", "--with-archive", "--json", home=home).stdout)
    listed = json.loads(_parallax("backup", "--list", "--json", home=home).stdout)
    new = home / "new"
    restored = _parallax(
        "restore", made["path"], "--database-url", sqlite_url(new), "--archive", str(new / "archive"), home=home
    )
    checked = _parallax("db", "check", "--archive", "all", home=new)

    assert [(row["backup"], row["archive inside"]) for row in listed] == [(Path(made["path"]).name, True)]
    assert (restored.returncode, restored.stderr) == (0, "")
    assert restored.stdout.endswith("next      parallax db check\n")
    assert (checked.returncode, checked.stdout) == (0, "all is well; 3 of 3 archive records were read back\n")


def test_a_target_that_is_not_empty_is_wrong_use(home: Path) -> None:
    made = json.loads(_parallax("backup", "--json", home=home).stdout)
    done = _parallax("restore", made["path"], home=home)
    named = _parallax("restore", made["path"], "--database-url", sqlite_url(home), home=home)

    assert (done.returncode, named.returncode) == (2, 2)
    assert "is there already; nothing was restored" in done.stderr
    assert done.stderr.startswith("parallax: PARALLAX_DATABASE_URL: ")
    assert named.stderr.startswith("parallax: --database-url: ")
    assert done.stderr.endswith("or name another place; --database-url names one\n")


def test_what_the_archive_lacks_is_partly_done(home: Path) -> None:
    shutil.rmtree(home / "archive")
    backed_up = _parallax("backup", "--json", home=home)
    path = json.loads(backed_up.stdout)["path"]
    restored = _parallax("restore", path, "--database-url", sqlite_url(home / "new"), home=home)

    assert (backed_up.returncode, restored.returncode) == (3, 3)
    assert "is missing" in restored.stderr


def test_a_backup_of_nothing_fails_in_one_line(tmp_path: Path) -> None:
    done = _parallax("backup", home=tmp_path)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "parallax.db").exists()


def test_a_copy_from_nowhere_makes_no_database(tmp_path: Path) -> None:
    done = _parallax("db", "copy", sqlite_url(tmp_path / "x"), sqlite_url(tmp_path / "y"), home=tmp_path)

    assert (done.returncode, "no such database" in done.stderr) == (1, True)
    assert not (tmp_path / "x").exists()


def test_a_password_on_the_command_line_is_not_repeated(tmp_path: Path) -> None:
    done = _parallax("db", "copy", "mysql://me:hunter2@x/y", sqlite_url(tmp_path / "y"), home=tmp_path)

    assert done.returncode == 2
    assert "hunter2" not in done.stderr + done.stdout
