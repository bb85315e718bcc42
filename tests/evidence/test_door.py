"""``parallax history`` and ``parallax evidence``, as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path

from crawler.archive import archive_files
from storage.tables import TakedownRow
from tests.evidence.proving import DAY, checked, files_of, manifest, parallax, proven
from tests.unit.crawler.small_crawl import HOST, NOW, SmallCrawl


def test_a_history_is_printed_and_given_as_json(own_crawl: SmallCrawl) -> None:

    said = parallax(own_crawl, "history", "1")
    by_address = parallax(own_crawl, "history", f"https://{HOST}/a", "--json")

    assert said.returncode == 0, said.stderr
    assert "listed by xeber/feed" in said.stdout
    assert "revision 2: Şuşada yeni körpü açılıb · not judged yet" in said.stdout
    steps = json.loads(by_address.stdout)["steps"]
    assert [step["kind"] for step in steps] == ["listed", "revision", "looks", "revision", "state"]


def test_evidence_is_written_and_says_what_to_write_down(own_crawl: SmallCrawl, tmp_path: Path) -> None:

    said = parallax(own_crawl, "evidence", "1", "--out", str(tmp_path / "new" / "out"))
    again = parallax(own_crawl, "evidence", "1", "--out", str(tmp_path / "again"))

    assert said.returncode == 0, said.stderr
    folder = tmp_path / "new" / "out"
    assert manifest(folder)["last_link"] in said.stdout
    assert checked(folder, tmp_path / "elsewhere") == {"sums": True, "warc": True, "chain": True}
    assert again.returncode == 0
    assert files_of(tmp_path / "again") == files_of(folder)


def test_a_folder_that_holds_something_is_wrong_use(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    proven(own_crawl, tmp_path / "out")
    before = files_of(tmp_path / "out")

    said = parallax(own_crawl, "evidence", "1", "--out", str(tmp_path / "out"))

    assert said.returncode == 2
    assert "holds something already and is left as it is" in said.stderr
    assert files_of(tmp_path / "out") == before


def test_a_place_that_cant_be_written_is_wrong_use(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    said = parallax(own_crawl, "evidence", "1", "--out", str(tmp_path / "file" / "out"))

    assert (said.returncode, "can't be written" in said.stderr) == (2, True), said.stderr


def test_an_unknown_article_is_told(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    for words in (("history", "77"), ("evidence", "77", "--out", str(tmp_path / "out"))):
        said = parallax(own_crawl, *words)
        assert (said.returncode, "no article is known as '77'" in said.stderr) == (1, True)
    assert not (tmp_path / "out").exists()


def test_what_was_taken_down_is_refused_with_the_reason(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    row = TakedownRow(outlet="xeber", article_id=1, url=f"https://{HOST}/a", reason="A court's order.")
    row.decided_at = NOW + DAY
    own_crawl.store.write(lambda session: session.add(row))

    said = parallax(own_crawl, "evidence", "1", "--out", str(tmp_path / "out"))

    assert said.returncode == 1
    assert "article 1 was taken down on 2026-03-03 (A court's order.)" in said.stderr
    assert not (tmp_path / "out").exists()


def test_a_record_that_cant_be_read_is_partly_done(own_crawl: SmallCrawl, tmp_path: Path) -> None:
    (own_crawl.archive / archive_files(own_crawl.archive)[0]).unlink()

    said = parallax(own_crawl, "evidence", "1", "--out", str(tmp_path / "out"))

    assert said.returncode == 3
    assert "parallax: the record of fetch 1 is not there: parallax-crawl-" in said.stderr
    assert (tmp_path / "out" / "SHA256SUMS").is_file()
