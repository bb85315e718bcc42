"""``verify`` says in words what is wrong with an archive, and nothing of one that is only being written."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, update

from crawler.archive import archive_files, read_record
from crawler.fetch.engine import Rendering
from crawler.takedown_list import add_to_list
from crawler.verify import Wanted, verify_archive
from crawler.verify_file import Verified
from domain.takedown import LIST_FILE
from storage.tables import FetchRow, RecordRow
from tests.unit.crawler.archive.responses import record
from tests.unit.crawler.small_crawl import NOW, SmallCrawl, page
from tests.unit.crawler.test_takedown_list import ONE

DAY = timedelta(days=1)


def verified(crawl: SmallCrawl, *, outlet: str | None = None, since: datetime | None = None) -> Verified:
    return verify_archive(
        crawl.store, crawl.archive, Wanted(outlet, since), on_file=lambda *_: None, sleep=lambda _: None
    )


def told(done: Verified) -> list[str]:
    return [finding.check for finding in done.findings]


def filled(crawl: SmallCrawl) -> list[RecordRow]:
    """Three records: a page, another, and the first once more as a revisit; their rows."""
    crawl.fetched("/a", page())
    crawl.fetched("/b", page("Başqa mətn."))
    crawl.fetched("/a", page(), at=NOW + timedelta(hours=1))
    return [row for row in crawl.rows(RecordRow) if isinstance(row, RecordRow)]


def changed(path: Path, at: int, to: bytes) -> None:
    content = bytearray(path.read_bytes())
    content[at : at + len(to)] = to
    path.write_bytes(content)


def test_a_whole_archive_has_no_finding(crawl: SmallCrawl) -> None:
    filled(crawl)

    done = verified(crawl)

    assert (done.findings, done.remarks) == ([], [])
    assert (done.files, done.records, done.revisits, done.notes) == (1, 3, 1, 3)


def test_the_list_of_takedowns_is_ours_and_is_read(crawl: SmallCrawl) -> None:
    filled(crawl)
    add_to_list(crawl.archive, [ONE])
    whole = verified(crawl)
    path = crawl.archive / LIST_FILE
    path.write_bytes(path.read_bytes() + b'{"outlet":')
    cut = verified(crawl)
    path.write_bytes(b"no takedown\n")
    broken = verified(crawl)

    assert (whole.findings, whole.remarks, whole.takedowns) == ([], [], 1)
    assert (cut.findings, [remark.check for remark in cut.remarks], cut.takedowns) == ([], ["cut"], 1)
    assert [(one.check, one.problem.split(":")[0]) for one in broken.findings] == [("changed", LIST_FILE)]


def test_a_page_that_a_browser_showed_is_whole_with_what_it_was_made_of(crawl: SmallCrawl) -> None:
    look = crawl.finished(crawl.target("/a"), page())
    assert look.response is not None
    raw = replace(look.response, body=b"<div id=root></div>")
    crawl.committed(replace(look, rendering=Rendering(raw, "Chromium 150.0.1.2")))

    done = verified(crawl)

    assert (done.findings, done.remarks, done.records) == ([], [], 1)
    (row,) = crawl.rows(RecordRow)
    assert isinstance(row, RecordRow)
    changed(crawl.archive / row.file, row.offset - 60, b"\xff\x00\xff")  # within what it was made of
    assert told(verified(crawl)) == ["changed"]


def test_a_changed_byte_is_told_with_the_row_that_it_hits(crawl: SmallCrawl) -> None:
    first, second, _ = filled(crawl)
    changed(crawl.archive / second.file, second.offset + second.length // 2, b"\xff\x00\xff")

    (finding,) = verified(crawl).findings

    assert finding.check == "changed"
    assert f"{second.file} at {second.offset}, row {second.id} of xeber" in finding.problem
    assert first.file == second.file


def test_a_file_that_was_cut_names_each_row_behind_the_cut(crawl: SmallCrawl) -> None:
    _, second, third = filled(crawl)
    with (crawl.archive / second.file).open("r+b") as file:
        file.truncate(second.offset + 10)

    done = verified(crawl)

    assert told(done) == ["changed", "cut"]
    assert f"row {second.id}" in done.findings[0].problem
    assert f"row {third.id}" in done.findings[1].problem


def test_a_missing_file_is_one_finding_with_its_number_of_rows(crawl: SmallCrawl) -> None:
    filled(crawl)
    (crawl.archive / archive_files(crawl.archive)[0]).unlink()

    (finding,) = verified(crawl).findings

    assert (finding.check, finding.problem.rpartition("; ")[2]) == ("missing", "3 rows name records of it")


def test_a_file_of_another_machine_is_no_fault_here(crawl: SmallCrawl) -> None:
    filled(crawl)
    (crawl.archive / archive_files(crawl.archive)[0]).unlink()

    done = verify_archive(
        crawl.store, crawl.archive, Wanted(), on_file=lambda *_: None, is_ours=lambda slot: slot != "crawl"
    )

    assert done.findings == []
    assert [remark.check for remark in done.remarks] == ["missing"]


def test_a_row_that_says_something_else_than_its_record_is_told(crawl: SmallCrawl) -> None:
    first, *_ = filled(crawl)
    crawl.store.write(
        lambda session: session.execute(
            update(RecordRow).where(RecordRow.id == first.id).values(record_id="urn:uuid:x", length=first.length)
        )
    )

    (finding,) = verified(crawl).findings

    assert finding.check == "changed"
    assert "id urn:uuid:" in finding.problem
    assert "where the row says urn:uuid:x" in finding.problem


def test_a_row_that_points_between_records_is_told(crawl: SmallCrawl) -> None:
    first, *_ = filled(crawl)
    crawl.store.write(
        lambda session: session.execute(
            update(RecordRow).where(RecordRow.id == first.id).values(offset=first.offset + 1)
        )
    )

    assert any("no record begins there" in finding.problem for finding in verified(crawl).findings)


def test_what_a_killed_crawl_left_at_the_end_is_a_remark_and_no_fault(crawl: SmallCrawl) -> None:
    filled(crawl)
    crawl.writer.append([record(7)])
    with (crawl.archive / archive_files(crawl.archive)[0]).open("ab") as file:
        file.write(b"\x1f\x8b\x08 half a record")

    done = verified(crawl)

    assert done.findings == []
    assert [remark.check for remark in done.remarks] == ["cut", "unnamed"]


def test_a_record_without_a_row_among_others_is_foreign(crawl: SmallCrawl) -> None:
    _, second, _ = filled(crawl)

    def lose(session: object) -> None:
        session.execute(delete(FetchRow).where(FetchRow.record_id == second.id))  # type: ignore[attr-defined]
        session.execute(delete(RecordRow).where(RecordRow.id == second.id))  # type: ignore[attr-defined]

    crawl.store.write(lose)

    assert told(verified(crawl)) == ["foreign"]


def test_a_revisit_whose_body_is_gone_is_told(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page())
    crawl.writer.close()
    first = archive_files(crawl.archive)[0]
    with type(crawl.writer)(crawl.archive, "later") as crawl.writer:
        crawl.fetched("/a", page(), at=NOW + DAY)
    (crawl.archive / first).unlink()

    done = verified(crawl)

    assert told(done) == ["missing", "missing"]
    assert "the body of a revisit can't be read" in done.findings[1].problem


def test_only_what_is_wanted_is_told_of(crawl: SmallCrawl) -> None:
    first, *_ = filled(crawl)
    changed(crawl.archive / first.file, first.offset + first.length // 2, b"\xff\x00\xff")

    assert verified(crawl, outlet="other").findings == []
    assert verified(crawl, since=NOW + timedelta(minutes=30)).findings == []
    assert len(verified(crawl, outlet="xeber", since=NOW).findings) == 1


def test_a_file_of_others_is_left_alone_and_named(crawl: SmallCrawl) -> None:
    filled(crawl)
    (crawl.archive / "CC-NEWS-20260302.warc.gz").write_bytes(b"theirs")

    done = verified(crawl)

    assert done.findings == []
    assert [remark.check for remark in done.remarks] == ["foreign"]


def test_records_written_meanwhile_are_no_finding(crawl: SmallCrawl) -> None:
    """Sixty looks are stored while the archive is read again and again."""
    filled(crawl)
    stopping = threading.Event()
    found: list[Verified] = []

    def read() -> None:
        while not stopping.is_set():
            found.append(verify_archive(crawl.store, crawl.archive, Wanted(), on_file=lambda *_: None))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        crawl.fetched(f"/page-{number}", page(f"Mətn {number}."))
    stopping.set()
    reader.join()

    assert found
    assert [finding for done in found for finding in done.findings] == []
    assert verified(crawl).records == 63


def test_what_verify_reads_is_what_the_crawl_reads(crawl: SmallCrawl) -> None:
    """A record that verify calls good can be read back."""
    for row in filled(crawl):
        assert read_record(crawl.archive, row.file, row.offset).place.payload_sha256 == row.payload_sha256
    assert verified(crawl).findings == []
