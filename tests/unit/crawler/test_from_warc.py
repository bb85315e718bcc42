"""Articles out of other tools' archives become ours, and nothing of the present moves for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from crawler.archive import ArchiveWriter, read_record
from crawler.from_warc import Copied, Copier
from crawler.reading.room import ReadingRoom
from domain.fetch import Reason
from storage.tables import ArticleRow, ExtractionRow, FetchRow, OutletRow, RecordRow, RevisionRow, TargetRow
from tests.unit.crawler.archive.other_tools import warc_record
from tests.unit.crawler.small_crawl import HOST, NOW, SENTENCES, SmallCrawl, catalogue, page
from tests.unit.crawler.test_rebuild import different, rebuilt

PAST = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def warc(
    folder: Path, *pages: tuple[str, bytes], at: datetime = PAST, host: str = HOST, status: str = "200 OK"
) -> Path:
    """A file of these pages, a minute apart."""
    path = folder / f"CC-NEWS-{at:%Y%m%d%H%M%S}-{len(list(folder.glob('CC-*'))):05}.warc.gz"
    dates = (f"{at + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}" for number in range(len(pages)))
    records = [
        warc_record(f"https://{host}{where}", body, status=status, date=date)
        for date, (where, body) in zip(dates, pages, strict=True)
    ]
    path.write_bytes(b"".join(records))
    return path


def copied(crawl: SmallCrawl, *paths: Path) -> Copied:
    assert crawl.pool is not None
    room = ReadingRoom(crawl.store, crawl.archive, crawl.pool, catalogue(crawl.outlet), 20.0)
    with ArchiveWriter(crawl.archive, "warc") as writer:
        copier = Copier(room, writer, crawl.outlet, now=lambda: NOW + 10 * HOUR)
        return copier.run(paths, on_record=lambda _: None)


def only(crawl: SmallCrawl, table: type) -> object:
    (row,) = crawl.rows(table, *([OutletRow.slug] if table is OutletRow else []))
    return row


def test_a_page_becomes_an_article_seen_when_its_record_says(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    path = warc(tmp_path, ("/2026/02/kohne", page()))

    done = copied(crawl, path)

    assert (done.records, done.articles, done.read) == (1, 1, {"article": 1})
    article, fetch, row = (only(crawl, table) for table in (ArticleRow, FetchRow, RecordRow))
    assert isinstance(article, ArticleRow)
    assert isinstance(fetch, FetchRow)
    assert isinstance(row, RecordRow)
    assert (article.first_seen_at, article.absent_at, fetch.reason, fetch.run_id) == (PAST, None, "backfill", None)
    assert (read_record(crawl.archive, row.file, row.offset).provenance.copied_from or "").startswith(path.name)


def test_others_pages_and_failures_are_left_where_they_are(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    theirs = warc(tmp_path, ("/a", page()), host="stranger.example")
    failed = warc(tmp_path, ("/b", page()), status="404 Not Found")
    listing = warc(tmp_path, (urlsplit(crawl.outlet.channels[0].address).path, page()))

    done = copied(crawl, theirs, failed, listing)

    assert (done.others, done.articles, crawl.rows(FetchRow)) == (3, 0, [])


def test_a_record_of_a_time_to_come_is_unusable(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    done = copied(reading_crawl, warc(tmp_path, ("/a", page()), at=NOW + 11 * HOUR))

    assert (done.unusable, done.articles, reading_crawl.rows(FetchRow)) == (1, 0, [])
    assert done.problems[0].endswith("a date that is still to come: 2026-03-02 16:05 UTC")


def test_copying_again_changes_nothing(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    path = warc(tmp_path, ("/a", page()), ("/b", page(title="Başqa bir xəbər")))
    copied(crawl, path)

    done = copied(crawl, path)

    assert (done.known, done.articles, len(crawl.rows(FetchRow)), len(crawl.rows(RecordRow))) == (2, 0, 2, 2)


def test_an_older_text_of_a_known_article_is_kept_and_no_edit(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read("/a", page())
    before = [(row.id, row.text_sha256) for row in crawl.rows(RevisionRow) if isinstance(row, RevisionRow)]

    done = copied(crawl, warc(tmp_path, ("/a", page(*SENTENCES[:3], "Körpü hələ tikilir."))))

    assert (done.articles, done.revisions) == (0, 0)
    assert [(row.id, row.text_sha256) for row in crawl.rows(RevisionRow) if isinstance(row, RevisionRow)] == before
    assert len(crawl.rows(ExtractionRow)) == 2


def test_two_texts_of_the_past_are_two_revisions(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    first = warc(tmp_path, ("/a", page()))
    second = warc(tmp_path, ("/a", page(*SENTENCES[:3], "Körpü yenidən bağlanıb.")), at=PAST + HOUR)

    done = copied(crawl, first, second)

    assert (done.articles, done.revisions) == (1, 2)


def test_a_page_of_the_past_moves_nothing_of_the_present(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    """A removal that was noticed stays, so does the target's plan, and the outlet's last success."""
    crawl = reading_crawl
    crawl.read("/a", page())
    crawl.fetched("/a", b"gone", at=NOW + HOUR, status=410, reason=Reason.RECHECK)
    before = [vars_of(only(crawl, OutletRow)), *map(vars_of, crawl.rows(TargetRow))]

    copied(crawl, warc(tmp_path, ("/a", page())))

    article = only(crawl, ArticleRow)
    assert isinstance(article, ArticleRow)
    assert (article.state, article.state_status, article.last_seen_at) == ("suspected", 410, NOW)
    assert [vars_of(only(crawl, OutletRow)), *map(vars_of, crawl.rows(TargetRow))] == before


def vars_of(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_what_was_copied_comes_back_in_a_rebuild(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read("/a", page())
    copied(crawl, warc(tmp_path, ("/a", page(*SENTENCES[:3], "Körpü hələ tikilir.")), ("/b", page(title="Köhnə"))))

    with rebuilt(crawl, tmp_path) as (store, done):
        assert different(crawl, store) == set()
        assert done.looks == 3


def test_a_page_without_a_text_is_an_outcome_of_its_own(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl

    done = copied(crawl, warc(tmp_path, ("/a", b"<html><body></body></html>")))

    assert (done.articles, done.read) == (0, {"no_article": 1})
