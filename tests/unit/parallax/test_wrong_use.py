"""What a person may get wrong: one line that says what to do, and the documented exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.databases import migrated_store, sqlite_url
from tests.door import parallax
from tests.storage.filling import fill
from tests.unit.parallax.saying import says
from tests.world_run import ROOT


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a store in which nothing was looked at."""
    folder = tmp_path_factory.mktemp("home")
    with migrated_store(sqlite_url(folder)) as store:
        store.write(fill)
    return folder


def _open_to_all(folder: Path) -> None:
    """Let every user of the machine go into ``folder``."""
    for place in (folder, *folder.parents[:3]):
        place.chmod(place.stat().st_mode | 0o055)


@pytest.mark.parametrize("words", [("digest",), ("export", "articles")])
@pytest.mark.parametrize("out", [".", "/sys/no-such-file.txt"])
def test_a_file_that_cant_be_written_is_named(home: Path, words: tuple[str, ...], out: str) -> None:
    says(parallax(*words, "--out", out, home=home), 2, "--out", out, "can't be written")


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("no folder")

    says(parallax("status", home=file), 2, "PARALLAX_HOME", str(file), "a folder")
    says(parallax("init", home=file / "below"), 2, "PARALLAX_HOME", f"{file} is a file")


def test_a_folder_that_cant_be_made_is_named() -> None:
    says(parallax("init", home=Path("/sys/parallax")), 1, "/sys/parallax can't be made")


@pytest.mark.parametrize("command", ["status", "init"])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, command: str) -> None:
    file = tmp_path / "notes.db"
    file.write_text("dear diary, " * 1000)
    done = parallax(command, home=tmp_path, PARALLAX_DATABASE_URL=f"sqlite:///{file}")

    says(done, 1, str(file), "not a database")
    assert file.read_text() == "dear diary, " * 1000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_catalogue_folder_that_cant_be_read_is_named(tmp_path: Path) -> None:
    """Root reads everything, so the catalogue is read by a process that is nobody."""
    folder = tmp_path / "catalogue"
    folder.mkdir(mode=0o700)
    _open_to_all(tmp_path)
    code = "import os, sys\nfrom pathlib import Path\nfrom outlets.catalogue import load_catalogue\n"
    code += "load_catalogue()\nos.setuid(65534)\n"
    code += "try:\n    load_catalogue([Path(sys.argv[1])], mode='only')\nexcept Exception as e:\n    print(repr(e))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("CatalogueError(")
    assert f"{folder}: folder: can't be read: Permission denied" in done.stdout


def test_the_traceback_of_a_fault_is_kept_though_the_home_is_none(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("no folder")
    code = "import parallax.cli\nprint(parallax.cli._kept(RuntimeError('one\\ntwo')))"
    environ = os.environ | {"PARALLAX_HOME": str(file), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    (kept,) = tmp_path.glob("parallax-last-error-*.txt")

    assert done.stdout == f"a fault of ours: RuntimeError: one two; the traceback is in {kept}\n"
    assert "RuntimeError: one" in kept.read_text()


def test_ctrl_c_is_no_fault_of_ours(tmp_path: Path) -> None:
    code = (
        "import parallax.commands.opening as opening, parallax.cli, sys\n"
        "def stop(**_): raise KeyboardInterrupt\n"
        "opening.open_settings = stop\n"
        "sys.argv = ['parallax', 'outlets']\n"
        "parallax.cli.main()"
    )
    environ = os.environ | {"PARALLAX_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr.strip()) == (130, "")
    assert not (tmp_path / "last-error.txt").exists()


@pytest.mark.parametrize("command", ["status", "digest", "outlets", "backup"])
def test_who_reads_makes_no_database(tmp_path: Path, command: str) -> None:
    done = parallax(command, home=tmp_path / "new")

    assert not (tmp_path / "new").exists()
    if command != "outlets":
        says(done, 1, f"{tmp_path / 'new' / 'parallax.db'}: no such database; run `parallax init`", "PARALLAX_HOME")


def test_a_folder_with_a_demo_says_how_to_look_at_it(tmp_path: Path) -> None:
    (tmp_path / "var" / "demo").mkdir(parents=True)
    (tmp_path / "var" / "demo" / "parallax.db").touch()

    says(parallax("status", home=tmp_path / "new", cwd=tmp_path), 1, "the `export` that `make demo` ends with")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_database_that_may_only_be_read_says_what_to_do(tmp_path: Path) -> None:
    with migrated_store(sqlite_url(tmp_path)):
        pass
    _open_to_all(tmp_path)
    code = "import os, sys\nfrom domain.errors import StorageError\nfrom storage import migrate, open_store\n"
    code += "migrate.newest_revision()\n"
    code += "store = open_store(sys.argv[1])\nos.setuid(65534)\n"
    code += "try:\n    migrate.require_newest(store)\nexcept StorageError as e:\n    print(e)"
    done = subprocess.run(
        [sys.executable, "-c", code, sqlite_url(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert f"; {tmp_path / 'parallax.db'} and its folder must be writable, also to read" in done.stdout


def test_a_day_that_has_not_begun_has_no_digest(home: Path) -> None:
    done = parallax("digest", "--day", "2031-01-01", home=home, PARALLAX_CLOCK="2026-03-02T23:00+04:00@0")

    says(done, 2, "--day", "2031-01-01 has not begun", "up to 2026-03-02")
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["extract", "parse-feed"])
def test_a_named_file_that_is_not_there_is_no_success(tmp_path: Path, command: str) -> None:
    there, absent = tmp_path / "a.html", tmp_path / "nosuch.html"
    there.write_text("<rss version='2.0'><channel/></rss>")

    says(parallax(command, str(absent), home=tmp_path), 2, "no such file or folder", str(absent))
    says(parallax(command, str(absent), str(there), home=tmp_path), 3, "no such file or folder", str(absent))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("digest --format pdf", "'pdf' is not one of 'text', 'markdown', 'html', 'json'; `parallax digest -h`"),
        ("digest --nope", "No such option: --nope"),
        ("show", "Missing argument 'article'; `parallax show -h`"),
        ("db nosuch", "No such command 'nosuch'; `parallax db -h`"),
    ],
)
def test_a_command_line_that_cant_be_read_is_one_line(tmp_path: Path, words: str, said: str) -> None:
    says(parallax(*words.split(), home=tmp_path), 2, said)


def test_it_says_its_version_and_without_a_command_what_there_is(tmp_path: Path) -> None:
    told, alone = parallax("--version", home=tmp_path), parallax(home=tmp_path)

    assert (told.returncode, told.stdout) == (0, f"parallax {version('parallax')}\n")
    assert (alone.returncode, alone.stderr, "Usage: parallax" in alone.stdout) == (2, "", True)
