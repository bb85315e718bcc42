"""Whatever keeps a fetch from being read ends in a typed outcome that is stored, and its todo is done with."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest

from crawler import jobs
from crawler.pool import Pool, PoolError
from domain.fetch import PageReading, Reason
from domain.frontier import TargetState
from storage.tables import ArticleRow, GapRow, RecordRow, RevisionRow, TargetRow
from tests.unit.crawler.small_crawl import NOW, SENTENCES, SmallCrawl, feed, item, outlet, page

LATER = NOW + timedelta(hours=4)
HUGE = page(*(f"{number}. {' '.join(SENTENCES)}" for number in range(4_000)))


def _lose_archive(crawl: SmallCrawl) -> None:
    for file in crawl.archive.glob("*.warc.gz"):
        file.rename(file.with_suffix(".away"))


def _damage_archive(crawl: SmallCrawl) -> None:
    last = crawl.rows(RecordRow)[-1]  # behind it lies the note of its batch
    assert isinstance(last, RecordRow)
    with (crawl.archive / last.file).open("r+b") as file:
        file.seek(last.offset + last.length - 40)
        file.write(os.urandom(20))


def _target(crawl: SmallCrawl, path: str) -> TargetRow:
    found = next(row for row in crawl.rows(TargetRow) if row.url.endswith(path))
    assert isinstance(found, TargetRow)
    return found


@pytest.mark.parametrize("spoil", [_lose_archive, _damage_archive])
def test_a_page_whose_record_can_not_be_read_is_typed_and_looked_at_again(
    reading_crawl: SmallCrawl, spoil: object
) -> None:
    fetch_id = reading_crawl.fetched("/a", page())
    spoil(reading_crawl)  # type: ignore[operator]
    result = reading_crawl.reader.read(fetch_id)

    assert result is not None
    assert result.reading is PageReading.CRASHED
    assert reading_crawl.fetch(fetch_id).reading == "crashed"
    assert reading_crawl.waits() == []
    assert _target(reading_crawl, "/a").state == TargetState.DUE


def test_what_is_wrong_with_the_record_is_kept_with_the_fetch(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched("/a", page())
    _lose_archive(reading_crawl)
    reading_crawl.reader.read(fetch_id)

    assert "is not in this machine's archive folder" in (reading_crawl.fetch(fetch_id).error or "")


def test_a_poll_whose_record_can_not_be_read_has_not_shown_its_channel(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, feed(item("/a")))
    fetch_id = reading_crawl.fetched(None, feed(item("/a"), item("/b")), at=LATER)
    _damage_archive(reading_crawl)
    reading_crawl.reader.read(fetch_id)
    (gap,) = reading_crawl.rows(GapRow)

    assert (gap.from_at, gap.to_at, gap.reason) == (NOW, None, "crashed")
    assert reading_crawl.waits() == []


def test_a_page_that_is_not_read_in_time_is_typed_and_its_worker_killed(reading_crawl: SmallCrawl) -> None:
    reading_crawl.deadline_s = 0.05
    fetch_id = reading_crawl.fetched("/a", HUGE)
    result = reading_crawl.reader.read(fetch_id)

    assert result is not None
    assert result.reading is PageReading.TIMEOUT
    assert (reading_crawl.fetch(fetch_id).reading, reading_crawl.waits()) == ("timeout", [])
    assert _target(reading_crawl, "/a").state == TargetState.DUE


def test_a_feed_that_is_not_read_in_time_leaves_a_gap(reading_crawl: SmallCrawl) -> None:
    reading_crawl.deadline_s = 0.02
    fetch_id = reading_crawl.fetched(None, feed(*(item(f"/{n}", f"Xəbər {n}") for n in range(3_000))))
    reading_crawl.reader.read(fetch_id)

    assert reading_crawl.fetch(fetch_id).reading == "timeout"
    assert [gap.reason for gap in reading_crawl.rows(GapRow)] == ["timeout"]
    assert reading_crawl.waits() == []


def _kill_workers(stop: threading.Event) -> None:
    """Kill whatever this process's workers are, again and again."""
    while not stop.is_set():
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # gone while it was looked at
                parent = child.parent()
                if child.children() or parent is None or parent.pid == os.getpid():
                    continue  # the zygote
                child.send_signal(signal.SIGKILL)
        time.sleep(0.005)


def test_a_worker_that_is_killed_leaves_a_typed_outcome(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched("/a", HUGE)
    with Pool(1, preload=jobs.PRELOAD) as pool:
        reading_crawl.pool = pool
        stop = threading.Event()
        killer = threading.Thread(target=_kill_workers, args=[stop])
        killer.start()
        result = reading_crawl.reader.read(fetch_id)
        stop.set()
        killer.join()

    assert result is not None
    assert result.reading is PageReading.CRASHED
    assert (reading_crawl.fetch(fetch_id).reading, reading_crawl.waits()) == ("crashed", [])


def _kill_one_worker() -> None:
    """Kill the first worker that this process has."""
    while True:
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                parent = child.parent()
                if not child.children() and parent is not None and parent.pid != os.getpid():
                    child.send_signal(signal.SIGKILL)
                    return
        time.sleep(0.005)


def test_what_a_worker_read_when_it_was_killed_is_read_once_more(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched("/a", page())
    with Pool(1, preload=jobs.PRELOAD) as pool:
        reading_crawl.pool = pool
        killer = threading.Thread(target=_kill_one_worker)
        killer.start()
        result = reading_crawl.reader.read(fetch_id)
        killer.join()

    assert result is not None
    assert result.reading is PageReading.ARTICLE


def test_after_a_worker_died_the_next_page_is_read(reading_crawl: SmallCrawl) -> None:
    reading_crawl.deadline_s = 0.05
    reading_crawl.read("/a", HUGE)
    reading_crawl.deadline_s = 20.0
    result = reading_crawl.read("/b", page())

    assert result is not None
    assert result.reading is PageReading.ARTICLE


def test_a_pool_that_was_closed_leaves_the_todo_for_the_next_start(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched("/a", page())
    closed = Pool(1, preload=jobs.PRELOAD)
    closed.close()
    reading_crawl.pool = closed
    with pytest.raises(PoolError):
        reading_crawl.reader.read(fetch_id)

    assert reading_crawl.waits() == [fetch_id]
    assert reading_crawl.fetch(fetch_id).reading is None


def test_a_fault_of_ours_while_a_page_is_stored_is_typed_too(reading_crawl: SmallCrawl) -> None:
    reading_crawl.outlet = outlet()
    fetch_id = reading_crawl.fetched("/a", page())
    reading_crawl.outlet = replace(outlet(), external_id="(")  # no pattern: the catalogue would have refused it
    result = reading_crawl.reader.read(fetch_id)

    assert result is not None
    assert result.reading is PageReading.CRASHED
    assert (reading_crawl.fetch(fetch_id).reading, reading_crawl.waits()) == ("crashed", [])


def test_a_crash_never_touches_the_last_good_text(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read("/a", page())
    fetch_id = reading_crawl.fetched("/a", page(*SENTENCES, "Yeni."), at=LATER, reason=Reason.RECHECK)
    _lose_archive(reading_crawl)
    reading_crawl.reader.read(fetch_id)

    assert [row.number for row in reading_crawl.rows(RevisionRow)] == [1]
    assert [row.state for row in reading_crawl.rows(ArticleRow)] == ["live"]


def test_a_fetch_of_an_outlet_that_left_the_catalogue_stays_a_todo(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched("/a", page())
    reading_crawl.outlet = replace(outlet(), slug="basqa")

    assert reading_crawl.reader.read(fetch_id) is None
    assert reading_crawl.waits() == [fetch_id]
