"""Words that no command was meant for: numbers and days beyond bounds, options that contradict each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.databases import migrated_store, sqlite_url
from tests.door import parallax
from tests.storage.filling import fill
from tests.unit.parallax.saying import says

HUGE = "9" * 25
OPML = '<opml version="2.0"><body><outline text="A" xmlUrl="https://paper.example/feed"/></body></opml>'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a store in which nothing was looked at."""
    folder = tmp_path_factory.mktemp("home")
    with migrated_store(sqlite_url(folder)) as store:
        store.write(fill)
    return folder


@pytest.mark.parametrize(
    "words",
    ["runs --since 0001-01-01", "export articles --until 9999-12-31T23:59-12:00", "verify --since 0001-01-01"],
)
def test_a_time_beyond_what_is_kept_is_refused(home: Path, words: str) -> None:
    says(parallax(*words.split(), home=home), 2, words.split()[-2], "allowed: a time from 1900 to 2999")


@pytest.mark.parametrize(
    "words", ["digest --day 0001-01-01", "export articles --dated-before 9999-12-31", "digest --day 1899-12-31"]
)
def test_a_day_beyond_what_is_kept_is_refused(home: Path, words: str) -> None:
    says(parallax(*words.split(), home=home), 2, *words.split()[-2:], "allowed: a day from 1900")


@pytest.mark.parametrize("words", [f"merge {HUGE} 1 --reason x", f"unmerge {HUGE} --reason x", f"runs {HUGE}"])
def test_a_number_that_no_row_can_have_is_refused(home: Path, words: str) -> None:
    says(parallax(*words.split(), home=home), 2, "Input should be less than or equal to 9223372036854775807")


@pytest.mark.parametrize("number", [HUGE, "²"])
def test_an_article_of_no_possible_number_is_not_known(home: Path, number: str) -> None:
    says(parallax("show", number, home=home), 1, f"no article is known as '{number}'")
    says(parallax("history", number, home=home), 1, f"no article is known as '{number}'")


def test_a_list_of_feeds_is_of_all_outlets_and_in_its_own_form(home: Path) -> None:
    says(parallax("outlets", "oc-media", "--opml", home=home), 2, "--opml", "allowed: without an outlet and --json")
    says(parallax("outlets", "--json", "--opml", home=home), 2, "--opml", "allowed: without an outlet and --json")


def test_a_catalogue_folder_that_is_a_file_is_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML)
    (tmp_path / "note.txt").write_text("no folder")
    done = parallax("import-opml", str(tmp_path / "feeds.opml"), "--into", str(tmp_path / "note.txt"), home=home)

    says(done, 2, "--into", f"'{tmp_path / 'note.txt'}' is a file; allowed: a folder")


def test_a_report_in_two_forms_is_refused(home: Path, tmp_path: Path) -> None:
    done = parallax("check", "oc-media", "--live", "--out", str(tmp_path / "a.html"), "--json", home=home)

    says(done, 2, "--json", "stands beside --out", "allowed: --out FILE.json")


@pytest.mark.parametrize("out", ["/sys/no-such-file.html", "."])
def test_a_report_that_cant_be_written_is_told_before_anybody_is_asked(home: Path, tmp_path: Path, out: str) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    folder = tmp_path / "folder.html"
    folder.mkdir()
    named = str(folder) if out == "." else out
    done = parallax("check", "oc-media", "--replay", str(archive), "--out", named, home=home)

    says(done, 2, "--out", named, "can't be written")


def test_a_report_that_is_there_outlives_a_check_that_never_began(home: Path, tmp_path: Path) -> None:
    report, archive = tmp_path / "report.html", tmp_path / "archive"
    report.write_text("of yesterday")
    archive.mkdir()
    new = tmp_path / "new" / "report.html"
    for out in (report, new):
        done = parallax("check", "oc-media", "--replay", str(archive), "--out", str(out), home=home)
        says(done, 2, "holds no looks")

    assert report.read_text() == "of yesterday"
    assert not new.exists()


def test_a_document_is_added_to_no_database_that_is_not_there(tmp_path: Path) -> None:
    done = parallax("add", "https://oc-media.org/a-story/", home=tmp_path / "new")

    says(done, 1, "no such database; run `parallax init`")
    assert not (tmp_path / "new").exists()


def test_a_backfill_that_can_ask_nothing_says_so_in_json_too(home: Path) -> None:
    words = ("backfill", "kanal13", "--since", "2026-03-01", "--until", "2026-03-02", "--json")
    done = parallax(*words, home=home, PARALLAX_CONTACT="you@example.org", PARALLAX_CLOCK="2026-03-04T12:00+04:00@0")

    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["done"]["listed"] == 0
    assert "nothing can be asked for" in done.stderr


def test_a_folder_that_is_no_archive_is_not_rebuilt_from(home: Path, tmp_path: Path) -> None:
    database = tmp_path / "new" / "parallax.db"
    words = ("rebuild", "--into", f"sqlite:///{database}", "--archive", str(tmp_path))

    says(parallax(*words, home=home), 2, "--archive", "holds no archive")
    assert not database.parent.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "2026-03-04", "--until", "2026-03-03"), "--until: 2026-03-03 is not after --since 2026-03-04"),
        (("--step", HUGE), "Input should be less than or equal to 10080"),
    ],
)
def test_a_replay_of_no_time_makes_no_database(home: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "archive").mkdir()
    done = parallax("replay", str(tmp_path / "archive"), "--home", str(tmp_path / "new"), *words, home=home)

    says(done, 2, said)
    assert not (tmp_path / "new").exists()


def test_a_replay_never_writes_into_an_archive_that_is_there(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "home" / "archive"
    archive.mkdir(parents=True)
    (archive / "parallax-crawl-20260302050500-000001.warc.gz").touch()
    into = f"sqlite:///{tmp_path}/other.db"
    done = parallax("replay", str(archive), "--home", str(archive.parent), "--into", into, home=home)

    says(done, 2, "--home", f"{archive} holds an archive already", "allowed: a new folder")
    assert not (tmp_path / "other.db").exists()


def test_what_a_replay_cant_read_of_a_file_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "junk.warc.gz").write_bytes(bytes(range(256)) * 4)
    done = parallax("replay", str(tmp_path / "junk.warc.gz"), "--home", str(tmp_path / "new"), home=home)

    assert done.returncode == 1, done.stderr
    assert "✗ junk.warc.gz: " in done.stdout
