"""Looks are acknowledged once their bytes are on disk and their rows committed: all of a batch, or none."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import update

from crawler.adopt import adopt_records
from crawler.archive import ArchiveWriter, read_record
from crawler.committer import MOST_ROWS, Acknowledged, Committer
from domain.errors import ArchiveError, StorageError
from domain.fetch import FetchOutcome, Reason
from domain.frontier import TargetState
from storage import Store
from storage.tables import ArticleRow, FetchRow, HostRow, RecordRow, TargetRow
from tests.torture.injections import small_disk
from tests.unit.crawler.small_crawl import HOST, HTML, NOW, OWNER, SmallCrawl, page

LATER = NOW + timedelta(hours=4)
MOVED = (("Location", f"https://{HOST}/b"),)


@pytest.fixture
def both(store: Store, tmp_path: Path) -> Iterator[SmallCrawl]:
    """A small crawl, once on SQLite and once on PostgreSQL."""
    with ArchiveWriter(tmp_path / "both", "crawl") as writer:
        yield SmallCrawl(store, tmp_path / "both", writer, None).start()


class Told:
    """What a committer told, and when."""

    def __init__(self, crawl: SmallCrawl) -> None:
        self.batches: list[list[Acknowledged]] = []
        self.at: list[float] = []
        self.errors: list[Exception] = []
        self.first = threading.Event()
        self.committer = Committer(
            crawl.store, crawl.writer, OWNER, acknowledge=self._acknowledge, failed=self.errors.append
        )

    def _acknowledge(self, batch: list[Acknowledged]) -> None:
        self.batches.append(batch)
        self.at.append(time.monotonic())
        self.first.set()


def test_an_acknowledged_look_has_its_row_and_its_bytes(crawl: SmallCrawl) -> None:
    body = page()
    (done,) = crawl.committed(crawl.finished(crawl.target("/a"), body))

    assert done.is_read_later
    (record,) = crawl.rows(RecordRow)
    assert done.fetch_id is not None
    assert crawl.fetch(done.fetch_id).record_id == record.id
    assert read_record(crawl.archive, record.file, record.offset).response.body == body


def test_a_look_under_a_stale_token_is_dropped(crawl: SmallCrawl) -> None:
    target = crawl.target("/a")
    (done,) = crawl.committed(replace(crawl.finished(target, page()), token=crawl.token - 1))

    assert done.fetch_id is None
    assert not done.is_read_later
    assert crawl.rows(FetchRow) == []
    assert crawl.waits() == []


def test_a_look_at_a_host_that_somebody_else_has_by_now_is_dropped(crawl: SmallCrawl) -> None:
    finished = crawl.finished(crawl.target("/a"), page())
    crawl.store.write(lambda session: session.execute(update(HostRow).values(owner="boot-1:1:2:2")) and None)

    assert [done.fetch_id for done in crawl.committed(finished)] == [None]


def test_a_dropped_look_leaves_the_others_of_its_batch_alone(crawl: SmallCrawl) -> None:
    stale = replace(crawl.finished(crawl.target("/a"), page()), token=crawl.token - 1)
    good = crawl.finished(crawl.target("/b"), page(title="İkinci"))

    assert [done.fetch_id is not None for done in crawl.committed(stale, good)] == [False, True]


def test_a_batch_holds_two_hundred_looks_at_most(crawl: SmallCrawl) -> None:
    target, told = crawl.target("/a"), Told(crawl)
    refused = crawl.finished(target, b"", status=403)
    for _ in range(2 * MOST_ROWS + 50):
        told.committer.put(refused)
    told.committer.start()
    told.committer.close()

    assert [len(batch) for batch in told.batches] == [MOST_ROWS, MOST_ROWS, 50]


def test_a_lone_look_is_not_kept_waiting(crawl: SmallCrawl) -> None:
    told = Told(crawl)
    told.committer.start()
    began = time.monotonic()
    told.committer.put(crawl.finished(crawl.target("/a"), page()))

    assert told.first.wait(10)
    assert told.at[0] - began < 0.8  # a batch may last a second
    told.committer.close()


def test_a_steady_stream_is_acknowledged_while_it_flows(crawl: SmallCrawl) -> None:
    told, refused = Told(crawl), crawl.finished(crawl.target("/a"), b"", status=403)
    told.committer.start()
    ends = time.monotonic() + 10
    while not told.first.is_set() and time.monotonic() < ends:
        told.committer.put(refused)
        time.sleep(0.012)  # so that neither a pause nor two hundred looks end the batch
    told.committer.close()

    assert told.at[0] < ends
    assert len(told.batches[0]) < MOST_ROWS


def test_closing_stores_what_is_waiting(crawl: SmallCrawl) -> None:
    told = Told(crawl)
    for path in ("/a", "/b", "/c"):
        told.committer.put(crawl.finished(crawl.target(path), page(title=path)))
    told.committer.start()
    told.committer.close()

    assert sum(map(len, told.batches)) == 3


def test_room_on_a_full_disk_is_waited_for(sqlite_store: Store, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        if disk is None:
            pytest.skip("no disk can be mounted here")
        with ArchiveWriter(disk / "archive", "crawl") as writer:
            crawl = SmallCrawl(sqlite_store, disk / "archive", writer, None).start()
            told, finished = Told(crawl), crawl.finished(crawl.target("/a"), page())
            ballast = disk / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(512))
            told.committer.put(finished)
            told.committer.start()
            assert not told.first.wait(1.5)

            ballast.unlink()
            assert told.first.wait(10)
            told.committer.close()

    assert told.errors == []


def test_an_archive_that_can_not_be_written_ends_the_crawl_and_acknowledges_nothing(crawl: SmallCrawl) -> None:
    told, finished = Told(crawl), crawl.finished(crawl.target("/a"), page())
    crawl.writer.close()
    told.committer.put(finished)
    told.committer.start()
    told.committer.join(10)

    assert [type(error) for error in told.errors] == [ArchiveError]
    assert told.batches == []
    assert crawl.rows(FetchRow) == []


def test_a_batch_that_can_not_be_committed_is_acknowledged_in_no_part(crawl: SmallCrawl) -> None:
    good = crawl.finished(crawl.target("/a"), page())
    lost = crawl.finished(replace(crawl.target("/b"), id=4711), page(title="İkinci"))

    with pytest.raises(StorageError):
        crawl.committed(good, lost)
    assert crawl.rows(FetchRow) == []


def test_bytes_of_a_batch_that_was_not_committed_become_fetches_at_the_next_start(crawl: SmallCrawl) -> None:
    good = crawl.finished(crawl.target("/a"), page())
    lost = crawl.finished(replace(crawl.target("/b"), id=4711), page(title="İkinci"))
    with pytest.raises(StorageError):
        crawl.committed(good, lost)
    crawl.writer.close()

    assert adopt_records(crawl.store, crawl.archive, slot="crawl") == 1
    assert [fetch.url for fetch in crawl.rows(FetchRow)] == [f"https://{HOST}/a"]


def test_identical_bytes_of_one_address_are_kept_once(crawl: SmallCrawl) -> None:
    body = page()
    crawl.committed(crawl.finished(crawl.target("/a"), body))
    crawl.committed(crawl.finished(crawl.target("/a", Reason.RECHECK), body, at=LATER))
    first, second = crawl.rows(RecordRow)

    assert (first.kind, second.kind) == ("response", "revisit")
    assert read_record(crawl.archive, second.file, second.offset).response.body == body


def test_identical_bytes_of_another_address_stand_for_themselves(crawl: SmallCrawl) -> None:
    crawl.committed(crawl.finished(crawl.target("/a"), page()))
    crawl.committed(crawl.finished(crawl.target("/b"), page()))

    assert [record.kind for record in crawl.rows(RecordRow)] == ["response", "response"]


def test_where_a_redirect_leads_becomes_a_target_with_it(crawl: SmallCrawl) -> None:
    target = crawl.target("/a")
    crawl.committed(crawl.finished(target, b"", status=302, headers=MOVED))
    behind = next(t for t in crawl.rows(TargetRow) if t.url.endswith("/b"))

    assert (behind.state, behind.via_target_id, behind.redirects) == (TargetState.DUE, target.id, 1)


def test_a_redirect_that_is_not_stored_leaves_no_target(crawl: SmallCrawl) -> None:
    moved = crawl.finished(crawl.target("/a"), b"", status=302, headers=MOVED)
    lost = crawl.finished(replace(crawl.target("/c"), id=4711), page())
    with pytest.raises(StorageError):
        crawl.committed(moved, lost)

    assert [t for t in crawl.rows(TargetRow) if t.url.endswith("/b")] == []


def test_a_stale_redirect_leaves_no_target(crawl: SmallCrawl) -> None:
    moved = crawl.finished(crawl.target("/a"), b"", status=302, headers=MOVED)
    crawl.committed(replace(moved, token=crawl.token - 1))

    assert [t for t in crawl.rows(TargetRow) if t.url.endswith("/b")] == []


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize(("reason", "records"), [(Reason.RECHECK, 1), (Reason.NEW, 0), (Reason.RETRY, 0)])
def test_the_answer_that_an_article_is_gone_is_archived_only_where_it_was_known(
    crawl: SmallCrawl, status: int, reason: Reason, records: int
) -> None:
    crawl.committed(crawl.finished(crawl.target("/a", reason), b"<h1>Yoxdur</h1>", status=status))

    assert len(crawl.rows(RecordRow)) == records
    assert crawl.waits() == []


def test_a_feed_that_is_gone_is_not_archived(crawl: SmallCrawl) -> None:
    crawl.committed(crawl.finished(crawl.target(), b"<h1>Yoxdur</h1>", status=404))

    assert crawl.rows(RecordRow) == []


def test_a_look_that_brought_nothing_to_read_leaves_no_todo(crawl: SmallCrawl) -> None:
    (done,) = crawl.committed(crawl.finished(crawl.target("/a"), b"", status=500))

    assert done.fetch_id is not None
    assert not done.is_read_later
    assert crawl.waits() == []
    assert crawl.rows(ArticleRow) == []
    assert crawl.fetch(done.fetch_id).outcome == FetchOutcome.HTTP_ERROR


def test_whatever_else_goes_wrong_ends_the_crawl_too(crawl: SmallCrawl) -> None:
    finished = crawl.finished(crawl.target("/a"), page())
    naive = replace(finished, look=replace(finished.look, requested_at=NOW.replace(tzinfo=None)))
    told = Told(crawl)
    told.committer.put(naive)
    with structlog.testing.capture_logs():  # unset, the log would draw every local of the traceback
        told.committer.start()
        told.committer.join(60)

    assert len(told.errors) == 1


def test_a_dropped_look_is_not_taken_up_from_the_archive_later(crawl: SmallCrawl) -> None:
    good = crawl.finished(crawl.target("/b"), page(title="İkinci"))
    stale = replace(crawl.finished(crawl.target("/a"), page()), token=crawl.token - 1)
    crawl.committed(good, stale)
    crawl.writer.close()

    assert adopt_records(crawl.store, crawl.archive, slot="crawl") == 0


@pytest.mark.parametrize("header", ["Content-Type", "ETag", "Last-Modified", "Location"])
def test_a_header_with_characters_that_no_database_takes_does_not_end_the_crawl(both: SmallCrawl, header: str) -> None:
    headers = ((header, "text/html; x=\x00\x01"), *(HTML if header != "Content-Type" else ()))
    status = 301 if header == "Location" else 200
    both.committed(both.finished(both.target("/a"), page(), status=status, headers=headers))

    assert len(both.rows(FetchRow)) == 1
