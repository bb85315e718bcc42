"""A poll of any length is stored in pieces: others get their turn, and a crawl killed in between loses nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text

from crawler.reading.poll import MOST_ROWS
from domain.errors import StorageError
from domain.fetch import PageReading
from domain.outlet import FeedBody
from storage import Session, open_store
from storage.tables import ArticleRow, ChannelRow, EntryRow, FetchRow, RevisionRow, TargetRow, TodoRow
from tests.unit.crawler.small_crawl import HOST, NOW, SmallCrawl, feed, item, outlet, paragraphs
from tests.world_run import ROOT

ENTRIES = 2_000
LONG = feed(*(item(f"/{number}", f"Xəbər {number}") for number in range(ENTRIES)))
LATER = NOW + timedelta(hours=4)


def _entries(crawl: SmallCrawl) -> int:
    with crawl.store.read() as session:
        return session.scalar(select(func.count()).select_from(EntryRow)) or 0


def _pages(crawl: SmallCrawl) -> int:
    with crawl.store.read() as session:
        return session.scalar(select(func.count()).select_from(TargetRow).where(TargetRow.channel_id.is_(None))) or 0


def _forbid(crawl: SmallCrawl, url_key: str) -> None:
    """Have the database refuse that entry."""
    refuse = (
        "CREATE TRIGGER no_such_entry BEFORE INSERT ON entry "
        f"WHEN NEW.url_key = '{url_key}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
    )
    crawl.store.write(lambda session: session.execute(text(refuse)) and None)


def _allow(crawl: SmallCrawl) -> None:
    crawl.store.write(lambda session: session.execute(text("DROP TRIGGER no_such_entry")) and None)


def test_two_thousand_entries_are_all_stored_with_the_pages_behind_them(reading_crawl: SmallCrawl) -> None:
    result = reading_crawl.read(None, LONG)

    assert result is not None
    assert (result.reading, result.new_entries) == (PageReading.LISTED, ENTRIES)
    assert (_entries(reading_crawl), _pages(reading_crawl), reading_crawl.waits()) == (ENTRIES, ENTRIES, [])


def test_no_transaction_writes_more_than_two_hundred_rows_of_it(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched(None, LONG)
    rows, most = [0], [0]

    def count(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("INSERT INTO entry"):
            rows[0] += len(parameters) if isinstance(parameters, list) else 1

    def ends(_connection: object) -> None:
        most[0], rows[0] = max(most[0], rows[0]), 0

    event.listen(reading_crawl.store.engine, "before_cursor_execute", count)
    event.listen(reading_crawl.store.engine, "commit", ends)
    reading_crawl.reader.read(fetch_id)

    assert 0 < most[0] <= MOST_ROWS


def test_another_writer_gets_its_turn_while_it_is_stored(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched(None, LONG)
    reading = threading.Thread(target=reading_crawl.reader.read, args=[fetch_id])
    reading.start()
    while _entries(reading_crawl) == 0:
        time.sleep(0.005)
    reading_crawl.store.write(lambda session: session.execute(text("UPDATE outlet SET name = 'Başqa'")) and None)
    stored = _entries(reading_crawl)
    reading.join(60)

    assert stored < ENTRIES


def test_what_an_error_leaves_behind_is_read_to_its_end_the_next_time(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched(None, LONG)
    _forbid(reading_crawl, f"{HOST}/1234")
    with pytest.raises(StorageError):
        reading_crawl.reader.read(fetch_id)
    assert 0 < _entries(reading_crawl) < 1234
    assert reading_crawl.waits() == [fetch_id]
    _allow(reading_crawl)
    result = reading_crawl.reader.read(fetch_id)

    assert result is not None
    assert (_entries(reading_crawl), _pages(reading_crawl), reading_crawl.waits()) == (ENTRIES, ENTRIES, [])


def test_a_poll_half_stored_has_not_shown_its_channel(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched(None, LONG)
    _forbid(reading_crawl, f"{HOST}/1234")
    with pytest.raises(StorageError):
        reading_crawl.reader.read(fetch_id)
    (channel,) = reading_crawl.rows(ChannelRow)

    assert (channel.last_ok_at, channel.polls) == (None, 0)
    assert reading_crawl.fetch(fetch_id).reading is None


def test_entries_that_the_same_poll_brought_before_it_was_interrupted_do_not_count_as_known(
    reading_crawl: SmallCrawl,
) -> None:
    fetch_id = reading_crawl.fetched(None, LONG)
    _forbid(reading_crawl, f"{HOST}/1234")
    with pytest.raises(StorageError):
        reading_crawl.reader.read(fetch_id)
    _allow(reading_crawl)
    reading_crawl.reader.read(fetch_id)
    fetch = reading_crawl.fetch(fetch_id)

    assert (fetch.listed, fetch.known) == (ENTRIES, 0)


def test_texts_stored_before_an_interruption_are_stored_once(reading_crawl: SmallCrawl) -> None:
    reading_crawl.outlet = outlet(body=FeedBody.FULL)
    reading_crawl.start()
    items = (item(f"/{n}", f"Xəbər {n}", text=paragraphs(f"Bu, {n} nömrəli xəbərdir.", *_SENTENCES)) for n in range(60))
    fetch_id = reading_crawl.fetched(None, feed(*items))
    _forbid(reading_crawl, f"{HOST}/55")
    with pytest.raises(StorageError):
        reading_crawl.reader.read(fetch_id)
    assert 0 < len(reading_crawl.rows(ArticleRow)) < 55
    _allow(reading_crawl)
    reading_crawl.reader.read(fetch_id)

    assert (len(reading_crawl.rows(ArticleRow)), len(reading_crawl.rows(RevisionRow))) == (60, 60)
    assert _pages(reading_crawl) == 0


_SENTENCES = ("Körpünün uzunluğu yüz iyirmi metrdir, tikintisi isə düz iki il davam edib.",)
_READS = """
import sys
from pathlib import Path
from crawler import jobs
from crawler.pool import Pool
from storage import open_store
from tests.unit.crawler.small_crawl import SmallCrawl
with Pool(1, preload=jobs.PRELOAD) as pool:
    crawl = SmallCrawl(open_store(sys.argv[1]), Path(sys.argv[2]), None, pool)
    crawl.reader.read(int(sys.argv[3]))
"""


def test_a_kill_between_two_pieces_loses_nothing(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched(None, LONG)
    url = reading_crawl.store.engine.url.render_as_string()
    reader = subprocess.Popen([sys.executable, "-c", _READS, url, str(reading_crawl.archive), str(fetch_id)], cwd=ROOT)
    beside = open_store(url)

    def hold(session: Session) -> int:
        """Keep the reader from its next piece, and end it there."""
        reader.send_signal(signal.SIGKILL)
        reader.wait(30)
        return session.scalar(select(func.count()).select_from(EntryRow)) or 0

    while _entries(reading_crawl) == 0:
        assert reader.poll() is None
        time.sleep(0.005)
    stored = beside.write(hold)
    beside.close()
    assert 0 < stored < ENTRIES
    assert reading_crawl.waits() == [fetch_id]
    reading_crawl.reader.read(fetch_id)

    assert (_entries(reading_crawl), _pages(reading_crawl), reading_crawl.waits()) == (ENTRIES, ENTRIES, [])


def test_the_same_poll_once_more_changes_nothing(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read(None, LONG)
    before = _entries(reading_crawl), _pages(reading_crawl)
    result = reading_crawl.read(
        None, LONG.replace(b"<title>X\xc9\x99b\xc9\x99r</title>", b"<title>Y</title>"), at=LATER
    )

    assert result is not None
    assert result.new_entries == 0
    assert (_entries(reading_crawl), _pages(reading_crawl)) == before
    assert [(f.listed, f.known) for f in reading_crawl.rows(FetchRow)] == [(ENTRIES, 0), (ENTRIES, ENTRIES)]
    assert reading_crawl.rows(TodoRow) == []
