"""The archive read again by another extractor: further readings, never an edit; what was done is not done again."""

from __future__ import annotations

from datetime import timedelta

from crawler.archive import archive_files
from crawler.reading.room import ReadingRoom, page_extractor_hash
from crawler.reextract import Reextracted, ReextractPlan, reextract
from domain.fetch import Reason
from domain.outlet import FeedBody, PageHints
from storage.tables import ArticleRow, ExtractionRow, RevisionRow, TodoRow
from tests.unit.crawler.small_crawl import NOW, SENTENCES, SmallCrawl, catalogue, feed, item, outlet, page, paragraphs

LATER = NOW + timedelta(days=2)
HOUR = timedelta(hours=1)
ADVERT = "Bizim kanala abunə olun və ən son xəbərləri heç vaxt qaçırmayın, dostlar."
DROPS_LAST = outlet(hints=PageHints(drop_css=("p:last-of-type",)))


def read_again(crawl: SmallCrawl, **how: object) -> Reextracted:
    assert crawl.pool is not None
    room = ReadingRoom(crawl.store, crawl.archive, crawl.pool, catalogue(crawl.outlet), 20.0)
    plan = ReextractPlan(LATER, **how)  # type: ignore[arg-type]
    return reextract(room, plan, workers=2, on_progress=lambda _: None)


def revisions(crawl: SmallCrawl) -> list[tuple[int, str, int]]:
    return [(r.id, r.text_sha256, r.extraction_id) for r in crawl.rows(RevisionRow) if isinstance(r, RevisionRow)]


def extractions(crawl: SmallCrawl) -> list[ExtractionRow]:
    return [row for row in crawl.rows(ExtractionRow) if isinstance(row, ExtractionRow)]


def test_other_selectors_add_a_reading_and_leave_the_revision(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    crawl.read("/a", page(*SENTENCES, ADVERT))
    before = revisions(crawl)
    crawl.outlet = DROPS_LAST

    done = read_again(crawl)

    (change,) = done.changes
    assert (change.changed, done.problems) == (("text",), [])
    assert revisions(crawl) == before
    old, new = extractions(crawl)
    assert (new.extractor_hash, new.made_at, new.fetch_id) == (page_extractor_hash(DROPS_LAST), LATER, old.fetch_id)


def test_the_next_look_is_compared_with_the_new_reading(reading_crawl: SmallCrawl) -> None:
    """The page is the same but for its advert, which the new selectors drop: no edit."""
    crawl = reading_crawl
    crawl.read("/a", page(*SENTENCES, ADVERT))
    crawl.outlet = DROPS_LAST
    read_again(crawl)

    crawl.read("/a", page(*SENTENCES, f"{ADVERT} İndi!"), at=LATER, reason=Reason.RECHECK)

    assert len(revisions(crawl)) == 1
    (article,) = crawl.rows(ArticleRow)
    assert isinstance(article, ArticleRow)
    assert (article.revisions, article.last_seen_at) == (1, LATER)


def test_search_and_topics_keep_to_the_revision(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    crawl.read("/a", page(*SENTENCES, ADVERT))
    todos = len(crawl.rows(TodoRow))
    crawl.outlet = DROPS_LAST

    read_again(crawl)

    assert len(crawl.rows(TodoRow)) == todos


def test_a_dry_run_tells_the_same_and_stores_nothing(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    crawl.read("/a", page(*SENTENCES, ADVERT))
    crawl.outlet = DROPS_LAST

    dry = read_again(crawl, is_dry=True)

    assert len(extractions(crawl)) == 1
    assert dry.changes == read_again(crawl).changes


def test_what_was_read_before_is_passed_over(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    crawl.read("/a", page(*SENTENCES, ADVERT))
    crawl.outlet = DROPS_LAST
    read_again(crawl)

    done = read_again(crawl)

    assert (done.fetches, done.skipped, done.changes, len(extractions(crawl))) == (1, 1, [], 2)


def test_only_what_was_asked_for_since_is_read(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    crawl.read("/a", page(*SENTENCES, ADVERT))
    crawl.read("/b", page(*SENTENCES, ADVERT), at=NOW + HOUR)
    crawl.outlet = DROPS_LAST

    assert [c.url.rpartition("/")[2] for c in read_again(crawl, since=NOW + HOUR, is_dry=True).changes] == ["b"]
    assert read_again(crawl, outlet="other").fetches == 0


def test_a_page_that_gives_no_text_any_more_is_told_and_keeps_its_reading(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    crawl.read("/a", page())
    crawl.outlet = outlet(hints=PageHints(drop_css=("p", "h1", "div")))

    done = read_again(crawl)

    assert len(extractions(crawl)) == 1
    assert done.by_outlet == {"xeber": {"same": 0, "changed": 0, "unread": 1}}
    assert done.problems[0].problem is not None


def test_a_record_that_is_gone_is_told_and_the_others_are_read(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    crawl.read("/a", page(*SENTENCES, ADVERT))
    first = archive_files(crawl.archive)[0]
    crawl.read("/b", page(*SENTENCES, ADVERT), at=NOW + timedelta(days=1))
    (crawl.archive / first).unlink()
    crawl.outlet = DROPS_LAST

    done = read_again(crawl)

    assert [p.problem for p in done.problems] == [f"{first}: is not in this machine's archive folder"]
    assert len(done.changes) == 1


def test_a_feeds_texts_are_read_from_the_feed(reading_crawl: SmallCrawl) -> None:
    """Each article's own text, of two that one poll carried; what read them is made another extractor's."""
    crawl = reading_crawl
    crawl.outlet = outlet(body=FeedBody.FULL)
    crawl.start()
    items = (item("/a", text=paragraphs()), item("/b", "Başqa bir xəbər", text=paragraphs(*SENTENCES[::-1])))
    crawl.read(None, feed(*items))
    for row in extractions(crawl):
        crawl.store.write(lambda session, row=row: _by_another(session, row.id))  # type: ignore[misc]

    done = read_again(crawl)

    assert done.by_outlet == {"xeber": {"same": 2, "changed": 0, "unread": 0}}
    assert len(extractions(crawl)) == 4


def _by_another(session: object, extraction_id: int) -> None:
    row = session.get_one(ExtractionRow, extraction_id)  # type: ignore[attr-defined]
    row.extractor_hash = "another"
