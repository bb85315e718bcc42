"""The folder stands alone: it is checked without Parallax, and whatever is changed in it shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.archive import archive_files
from domain.errors import NotEmptyError
from domain.fetch import Reason
from storage.tables import RecordRow
from tests.evidence.proving import (
    DAY,
    EDITED,
    HOUR,
    RECORDS,
    again,
    change_manifest,
    checked,
    command,
    environ,
    files_of,
    manifest,
    proven,
    sums_anew,
    table,
    warc,
)
from tests.unit.crawler.small_crawl import NOW, SENTENCES, SmallCrawl, page
from tests.world_run import ROOT

GOOD = {"sums": True, "warc": True, "chain": True}
KINDS = (
    "README.txt",
    "history.txt",
    "article.json",
    "looks.csv",
    "states.csv",
    "changes.jsonl",
    "manifest.json",
    "texts/revision-001.txt",
    "texts/revision-001.title.txt",
    "headers/fetch-3.txt",
    RECORDS,
)


def test_it_is_checked_in_a_place_without_parallax(given: Path, tmp_path: Path) -> None:
    assert checked(given, tmp_path / "elsewhere") == GOOD
    assert set(files_of(given)) >= {*KINDS, "SHA256SUMS", "texts/revision-002.txt"}


def test_each_text_and_headline_stands_in_a_file_of_its_own(given: Path) -> None:
    files = files_of(given)

    assert files["texts/revision-001.txt"].decode() == "\n\n".join(SENTENCES)
    assert files["texts/revision-002.txt"].decode() == "\n\n".join(EDITED)
    assert files["texts/revision-001.title.txt"].decode() == "Şuşada yeni körpü açılıb"


def test_every_look_is_told_with_its_record_and_headers(given: Path) -> None:
    looks = table(given, "looks.csv")

    assert [(row["reason"], row["status"], row["outcome"], row["record"]) for row in looks] == [
        ("poll", "200", "ok", "here"),  # the list without it
        ("poll", "200", "ok", "here"),
        ("new", "200", "ok", "here"),
        ("recheck", "200", "same_content", "here"),
        ("recheck", "200", "ok", "here"),
        ("recheck", "404", "not_found", "here"),
    ]
    assert [row["shows"] for row in looks] == [
        "", "first listed by xeber/feed", "revision 1", "", "revision 2", "state suspected"
    ]  # fmt: skip
    head = (given / looks[-1]["headers"]).read_text(encoding="utf-8")
    assert head.splitlines()[0] == "HTTP/1.1 404 Not Found"
    assert "Content-Type: text/html; charset=utf-8" in head


def test_records_are_the_very_bytes_of_the_archive(given: Path, made: SmallCrawl) -> None:
    copied = (given / RECORDS).read_bytes()
    rows = {row.record_id: row for row in made.rows(RecordRow)}  # type: ignore[attr-defined]
    for look in table(given, "looks.csv"):
        row, offset = rows[look["record_id"]], int(look["offset"])
        original = (made.archive / row.file).read_bytes()  # type: ignore[attr-defined]
        begin, length = row.offset, row.length  # type: ignore[attr-defined]
        assert copied[offset : offset + length] == original[begin : begin + length]
    assert len(rows) == 6

    bodies = [body for kind, _, body in warc(given) if kind == "response"]
    assert page() in bodies
    assert page(*EDITED) in bodies
    assert b"Not here." in bodies


@pytest.mark.parametrize("file", KINDS)
def test_a_changed_byte_in_any_file_shows(given: Path, tmp_path: Path, file: str) -> None:
    content = bytearray((given / file).read_bytes())
    content = content or bytearray(b"x")
    content[len(content) // 2] ^= 0x01
    (given / file).write_bytes(content)

    assert checked(given, tmp_path / "elsewhere")["sums"] is False


def test_a_changed_byte_in_the_records_shows_even_where_the_sums_were_made_anew(given: Path, tmp_path: Path) -> None:
    content = bytearray((given / RECORDS).read_bytes())
    content[len(content) - 40] ^= 0x01
    (given / RECORDS).write_bytes(content)
    sums_anew(given)

    assert checked(given, tmp_path / "elsewhere") == {**GOOD, "warc": False}


def test_a_changed_text_shows_even_where_the_sums_were_made_anew(given: Path, tmp_path: Path) -> None:
    (given / "texts/revision-001.txt").write_text("Körpü bağlanıb.", encoding="utf-8")
    sums_anew(given)

    assert checked(given, tmp_path / "elsewhere") == {**GOOD, "chain": False}


def _leave_out(document: dict[str, Any]) -> None:
    del document["chain"][1]


def _leave_out_last(document: dict[str, Any]) -> None:
    del document["chain"][-1]


def _reorder(document: dict[str, Any]) -> None:
    document["chain"][1:3] = reversed(document["chain"][1:3])


def _say_otherwise(document: dict[str, Any]) -> None:
    document["chain"][1]["entry"]["first_seen_at"] = "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize("change", [_leave_out, _leave_out_last, _reorder, _say_otherwise])
def test_an_entry_left_out_moved_or_changed_breaks_the_chain(given: Path, tmp_path: Path, change: Any) -> None:
    change_manifest(given, change)

    assert checked(given, tmp_path / "elsewhere") == {**GOOD, "chain": False}


def test_the_manifest_names_every_other_file_with_its_size(given: Path) -> None:
    files = files_of(given)
    named = {one["path"]: one["bytes"] for one in manifest(given)["files"]}

    assert named == {path: len(body) for path, body in files.items() if path not in {"manifest.json", "SHA256SUMS"}}


def test_the_same_store_and_time_give_the_same_bytes(given: Path, made: SmallCrawl, tmp_path: Path) -> None:
    again = proven(made, tmp_path / "again").folder

    assert files_of(again) == files_of(given)


def test_later_evidence_begins_with_the_same_links(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    first = proven(own_crawl, tmp_path / "first").folder
    own_crawl.read("/a", page(*SENTENCES[:3], "Körpü sökülür."), at=NOW + 3 * DAY, reason=Reason.RECHECK)
    later = proven(own_crawl, tmp_path / "later", at=NOW + 4 * DAY).folder

    links, after = manifest(first)["chain"], manifest(later)["chain"]
    assert after[: len(links)] == links
    assert len(after) == len(links) + 1


def test_a_folder_that_holds_something_is_left_as_it_is(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    taken, file = tmp_path / "taken", tmp_path / "file"
    taken.mkdir()
    (taken / "notes").write_text("mine")
    file.write_text("mine")

    for out in (taken, file):
        with pytest.raises(NotEmptyError, match="holds something already"):
            proven(own_crawl, out)
    assert files_of(taken) == {"notes": b"mine"}
    assert file.read_text() == "mine"


def test_an_empty_folder_is_filled(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert (proven(own_crawl, tmp_path / "empty").folder / "SHA256SUMS").is_file()


def test_one_that_is_killed_leaves_nothing_that_looks_whole(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    """A file of the archive is a pipe that nobody writes to: whoever copies from it waits until it is killed."""
    archive = own_crawl.archive
    kept = shutil.copytree(archive, tmp_path / "kept")
    for file in archive_files(archive):
        (archive / file).unlink()
        os.mkfifo(archive / file)
    out, part = tmp_path / "out", tmp_path / "out.part"
    with subprocess.Popen(command("evidence", "1", "--out", str(out)), env=environ(own_crawl), cwd=ROOT) as child:
        while not part.exists() and child.poll() is None:
            time.sleep(0.01)
        child.kill()

    assert not out.exists()
    assert "SHA256SUMS" not in files_of(part)
    own_crawl.archive = kept
    with pytest.raises(NotEmptyError, match=r"out\.part: is being written, or was left by one that was killed"):
        proven(own_crawl, out)
    shutil.rmtree(part)
    proven(own_crawl, out)


def test_a_place_that_cant_be_written_leaves_nothing(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="File exists"):
        proven(own_crawl, tmp_path / "file" / "out")
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == []


def test_looks_in_one_moment_keep_their_order(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    again(own_crawl, b"Still not here.", at=NOW + 2 * DAY, status=410)
    again(own_crawl, b"Oops.", at=NOW + 2 * DAY + HOUR, status=500)
    out = proven(own_crawl, tmp_path / "out").folder

    assert [row["outcome"] for row in table(out, "looks.csv")][-3:] == ["not_found", "gone", "http_error"]
