"""A takedown over a small crawl: words and bytes go, the rest stays, and nothing of it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Select, select

from crawler.archive import ArchiveWriter
from crawler.decisions import journal_catalogue
from crawler.pool import Pool
from crawler.reading.room import ReadingRoom
from crawler.rebuild import Rebuilder
from crawler.taking_bytes import BytesTaken, TakingBytes
from crawler.verify import Wanted, verify_archive
from domain.fetch import PageReading, Reason
from domain.frontier import TargetState
from domain.outlet import FeedBody
from domain.takedown import Takedown
from outlets.catalogue import Catalogue
from storage import Store, open_store
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.digest_changes import edits_taken_down
from storage.freed_space import clear_freed_space
from storage.rebuilding import begin_rebuild, end_rebuild
from storage.tables import ArticleRow, EntryRow, ExtractionRow, RecordRow, RevisionRow, TargetRow, TextRow, TodoRow
from storage.takedowns import named_by, words_of
from storage.taking_down import apply_takedown
from storage.tombstones import put_tombstone, takedown_to_be
from tests.unit.crawler.small_crawl import NOW, SENTENCES, SmallCrawl, catalogue, feed, item, outlet, page, paragraphs
from tests.words import in_files, in_rows

HOUR = timedelta(hours=1)
WORD = "qaranquşlu"
OWN = (f"Zirvədəki {WORD} dağ evində yaşayan ailə dörd ildir ki, öz məktubuna cavab gözləyir.", *SENTENCES[1:])
TITLE = f"Dağ evinin sakinləri {WORD}"
OTHERS = ("Limanda iki yeni kran quraşdırılıb və gəmilər artıq daha tez boşaldılır.", *SENTENCES[2:])


@pytest.fixture
def small(store: Store, tmp_path: Path, pool: Pool) -> Iterator[SmallCrawl]:
    """A crawl of one outlet whose feed carries full texts, on either database."""
    with ArchiveWriter(tmp_path / "archive", "crawl") as writer:
        yield SmallCrawl(store, tmp_path / "archive", writer, pool, outlet(body=FeedBody.FULL)).start()


def crawled(small: SmallCrawl) -> None:
    """A page with two revisions, and a feed that carries its text beside another's."""
    journal_catalogue(small.archive, "journal", catalogue(small.outlet), at=NOW)
    items = item("/a", TITLE, text=paragraphs(*OWN)), item("/b", "Limanda kranlar", text=paragraphs(*OTHERS))
    small.read(None, feed(*items))
    small.read(None, feed(item("/c", "Başqa xəbər", text=paragraphs(*SENTENCES)), *items), at=NOW + HOUR)
    small.read("/a", page(*OWN, title=TITLE), at=NOW + HOUR)
    small.read("/a", page(*OWN, f"Sonradan əlavə olunub: {WORD} evin damı da axıdır.", title=TITLE), at=NOW + 2 * HOUR)
    small.writer.close()


def taken_down(small: SmallCrawl, *, at: timedelta = 3 * HOUR) -> Takedown:
    """The takedown of the article at /a, applied to the database."""
    with small.store.read() as session:
        article_id = session.scalars(_at_a()).one()
        told = takedown_to_be(session, article_id, "Asked for by the family.", at=NOW + at)
    small.store.write(lambda session: apply_takedown(session, told, now=NOW + at))
    return told


def bytes_taken(small: SmallCrawl, store: Store | None = None) -> BytesTaken:
    """What of the archive goes."""
    assert small.pool is not None
    room = ReadingRoom(store or small.store, small.archive, small.pool, catalogue(small.outlet), 20.0)
    return TakingBytes(room, now=NOW + 4 * HOUR, is_ours=lambda _slot: True).run()


def test_no_row_holds_its_words_any_more(small: SmallCrawl) -> None:
    crawled(small)
    assert {"text.body", "extraction.title", "entry.title"} <= in_rows(small.store, WORD)

    taken_down(small)

    assert in_rows(small.store, WORD) == set()


def test_digests_dates_and_addresses_stay(small: SmallCrawl) -> None:
    crawled(small)
    before = [(r.text_sha256, r.first_seen_at) for r in small.rows(RevisionRow)]  # type: ignore[attr-defined]

    told = taken_down(small)

    after = [(r.text_sha256.removeprefix("taken-down:"), r.first_seen_at) for r in small.rows(RevisionRow)]  # type: ignore[attr-defined]
    assert after == before
    assert told.url_keys == ("xeber.example/a",)
    assert {t.sha256 for t in small.rows(TextRow, TextRow.sha256) if not t.body} == {  # type: ignore[attr-defined]
        f"taken-down:{sha256}" for sha256 in told.texts
    }


def test_a_text_that_another_article_has_too_stays_with_that_one(small: SmallCrawl) -> None:
    crawled(small)
    small.writer = ArchiveWriter(small.archive, "crawl")
    small.read("/twin", page(*OWN, title="Eyni mətn"), at=NOW + 2 * HOUR)
    small.writer.close()

    taken_down(small)

    with small.store.read() as session:
        twin = session.scalars(select(ArticleRow).where(ArticleRow.url.endswith("/twin"))).one()
        revision = session.get_one(RevisionRow, twin.latest_revision_id)
        kept = session.get_one(TextRow, revision.text_sha256).body
    assert WORD in kept
    small.writer = ArchiveWriter(small.archive, "crawl")
    result = small.read("/twin", page(*OWN, title="Eyni mətn, yenə"), at=NOW + 5 * HOUR, reason=Reason.RECHECK)
    small.writer.close()
    assert result is not None
    assert result.reading is PageReading.ARTICLE


def test_no_byte_of_it_is_left_in_the_archive_and_nothing_of_the_others_is_lost(small: SmallCrawl) -> None:
    crawled(small)
    assert in_files(small.archive, WORD) != set()
    taken_down(small)

    done = bytes_taken(small)

    assert (done.problems, done.waiting) == ([], 0)
    assert done.records == 4
    assert in_files(small.archive, WORD) == set()
    nothing = lambda *_: None  # noqa: E731
    found = verify_archive(small.store, small.archive, Wanted(), on_file=nothing, sleep=lambda _: None)
    assert [f for f in found.findings if f.check != "foreign"] == []
    with small.store.read() as session:
        assert set(session.scalars(select(TodoRow.kind))) <= {"index", "mentions", "changes"}


def test_a_database_made_anew_has_its_tombstones_and_all_of_the_others(small: SmallCrawl, tmp_path: Path) -> None:
    crawled(small)
    told = taken_down(small)
    bytes_taken(small)
    anew = open_store(f"sqlite:///{tmp_path / 'anew.db'}")
    begin_rebuild(anew)

    def put(one: Catalogue, at: object) -> None:
        in_force = CatalogueInForce(one.catalogue_hash, tuple(one.outlets.values()), (), {}, {})
        anew.write(lambda session: put_catalogue(session, in_force, now=NOW))
        anew.write(lambda session: apply_takedown(session, told, now=NOW))

    assert small.pool is not None
    room = ReadingRoom(anew, small.archive, small.pool, catalogue(small.outlet), 20.0)
    done = Rebuilder(room, workers=1, put_catalogue=put).run()
    was_put = anew.write(lambda session: put_tombstone(session, told))
    end_rebuild(anew, real_now=NOW)

    assert (done.losses.problems, was_put) == ([], True)
    assert in_rows(anew, WORD) == set()
    assert texts_by_url(anew) == texts_by_url(small.store)
    assert entries(anew) == entries(small.store)
    anew.close()


def texts_by_url(store: Store) -> dict[str, list[str]]:
    """The digests of each article's revisions."""
    with store.read() as session:
        query = (
            select(ArticleRow.url, RevisionRow.text_sha256)
            .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
            .order_by(ArticleRow.url, RevisionRow.first_seen_at)
        )
        found: dict[str, list[str]] = {}
        for url, sha256 in session.execute(query):
            found.setdefault(url, []).append(sha256)
    return found


def entries(store: Store) -> list[tuple[object, ...]]:
    """What is stored of each entry."""
    columns = (EntryRow.url, EntryRow.title, EntryRow.summary, EntryRow.first_seen_at, EntryRow.last_seen_at)
    with store.read() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(EntryRow.url))]


def test_what_comes_at_its_address_later_is_neither_stored_nor_archived(small: SmallCrawl) -> None:
    crawled(small)
    taken_down(small)
    bytes_taken(small)
    small.writer = ArchiveWriter(small.archive, "crawl")
    target = small.target("/a", Reason.RECHECK)

    (done,) = small.committed(small.finished(target, page(f"Yenə {WORD}.", *OWN, title=TITLE), at=NOW + 5 * HOUR))
    small.writer.close()

    assert done.fetch_id is not None
    assert not done.is_read_later
    fetch = small.fetch(done.fetch_id)
    assert (fetch.outcome, fetch.reading, fetch.record_id) == ("ok", PageReading.TAKEN_DOWN.value, None)
    with small.store.read() as session:
        state = session.scalars(select(TargetRow.state).where(TargetRow.url_key == "xeber.example/a")).one()
    assert state == TargetState.DEAD.value
    assert in_rows(small.store, WORD) == in_files(small.archive, WORD) == set()


def test_a_list_that_still_carries_it_is_read_without_it_and_its_bytes_go(small: SmallCrawl) -> None:
    crawled(small)
    taken_down(small)
    bytes_taken(small)
    small.writer = ArchiveWriter(small.archive, "crawl")
    items = item("/a", TITLE, text=paragraphs(*OWN)), item("/d", "Parkda ağaclar", text=paragraphs(*OTHERS))
    small.read(None, feed(*items), at=NOW + 5 * HOUR)
    small.writer.close()

    assert in_rows(small.store, WORD) == set()
    done = bytes_taken(small)

    assert (done.records, done.waiting, done.problems) == (1, 0, [])
    assert in_files(small.archive, WORD) == set()
    with small.store.read() as session:
        url, title = "https://xeber.example/d", select(EntryRow.title).where(EntryRow.url.endswith("/d"))
        assert session.scalars(title).one() == "Parkda ağaclar"
        assert session.scalars(select(ArticleRow.url).where(ArticleRow.url == url)).one()


def test_the_very_list_that_went_is_not_archived_once_more(small: SmallCrawl) -> None:
    crawled(small)
    taken_down(small)
    bytes_taken(small)
    small.writer = ArchiveWriter(small.archive, "crawl")
    items = item("/a", TITLE, text=paragraphs(*OWN)), item("/b", "Limanda kranlar", text=paragraphs(*OTHERS))
    body = feed(item("/c", "Başqa xəbər", text=paragraphs(*SENTENCES)), *items)

    fetch_id = small.fetched(None, body, at=NOW + 5 * HOUR)
    small.writer.close()

    assert (small.fetch(fetch_id).outcome, small.fetch(fetch_id).record_id) == ("same_content", None)
    assert in_files(small.archive, WORD) == set()


@pytest.mark.parametrize("way", ["page", "feed"])
def test_the_very_text_at_another_address_is_refused_too(small: SmallCrawl, way: str) -> None:
    crawled(small)
    taken_down(small)
    bytes_taken(small)
    small.writer = ArchiveWriter(small.archive, "crawl")
    if way == "page":
        result = small.read("/mirror/a", page(*OWN, title="Başqa başlıq"), at=NOW + 5 * HOUR)
        assert result is not None
        assert result.reading is PageReading.TAKEN_DOWN
    else:
        small.read(None, feed(item("/mirror/a", TITLE, text=paragraphs(*OWN))), at=NOW + 5 * HOUR)
    small.writer.close()
    bytes_taken(small)

    assert in_rows(small.store, WORD) == in_files(small.archive, WORD) == set()
    with small.store.read() as session:
        assert session.scalar(select(ArticleRow.id).where(ArticleRow.url.endswith("/mirror/a"))) is None


def test_a_form_that_names_it_as_its_canonical_is_refused(small: SmallCrawl) -> None:
    crawled(small)
    taken_down(small)
    small.writer = ArchiveWriter(small.archive, "crawl")
    head = "<link rel='canonical' href='https://xeber.example/a'>"
    result = small.read("/amp/a", page(*OWN[:3], f"Yalnız burada: {WORD}.", title=TITLE, head=head), at=NOW + 5 * HOUR)
    small.writer.close()

    assert result is not None
    assert result.reading is PageReading.TAKEN_DOWN
    assert in_rows(small.store, WORD) == set()


def test_what_lies_in_a_file_that_is_being_written_waits_until_nobody_writes_it(small: SmallCrawl) -> None:
    crawled(small)
    taken_down(small)
    with ArchiveWriter(small.archive, "crawl"):
        waits = bytes_taken(small)
    ended = bytes_taken(small)

    assert waits.waiting == 4
    assert "a crawl is writing it" in waits.problems[0]
    assert (ended.waiting, ended.problems) == (0, [])
    assert in_files(small.archive, WORD) == set()


def test_a_second_takedown_takes_its_words_out_of_what_the_first_noted(small: SmallCrawl) -> None:
    crawled(small)
    taken_down(small)
    bytes_taken(small)
    assert in_files(small.archive, "kran quraşdırılıb") != set()  # the note tells what the dropped list said of /b
    with small.store.read() as session:
        article_id = session.scalars(select(ArticleRow.id).where(ArticleRow.url.endswith("/b"))).one()
        told = takedown_to_be(session, article_id, "Asked for, too.", at=NOW + 4 * HOUR)
    small.store.write(lambda session: apply_takedown(session, told, now=NOW + 4 * HOUR))

    done = bytes_taken(small)

    assert (done.waiting, done.problems) == (0, [])
    assert in_files(small.archive, "kran quraşdırılıb") == set()
    assert in_rows(small.store, "kran quraşdırılıb") == set()


def test_the_database_file_and_its_log_hold_none_of_its_words(sqlite_store: Store, tmp_path: Path, pool: Pool) -> None:
    with ArchiveWriter(tmp_path / "archive", "crawl") as writer:
        small = SmallCrawl(sqlite_store, tmp_path / "archive", writer, pool, outlet(body=FeedBody.FULL)).start()
        crawled(small)
    from schedules.aftercare import Aftercare

    Aftercare(sqlite_store).run()
    taken_down(small)
    bytes_taken(small)

    clear_freed_space(sqlite_store)

    assert in_files(tmp_path, WORD, "qaranqus") == set()


def test_its_edits_are_counted_and_its_pages_known_by_address_and_number(small: SmallCrawl) -> None:
    from schedules.aftercare import Aftercare

    small.read("/a", page(*OWN, title=TITLE))
    small.read("/a", page(*OWN, f"Sonradan: {WORD} evin damı 430 yerdən axıdır.", title=TITLE), at=NOW + HOUR)
    Aftercare(small.store).run()
    window = NOW, NOW + timedelta(days=1)
    article_id = small.store.ask(lambda session: session.scalars(_at_a()).one())
    before = small.store.ask(lambda session: edits_taken_down(session, window))
    words = small.store.ask(lambda session: words_of(session, article_id))
    told = taken_down(small)
    ((of, edit),) = small.store.ask(lambda session: edits_taken_down(session, window))
    names = small.store.ask(named_by)

    assert before == []
    assert TITLE in words
    assert sum(OWN[0] in one for one in words) >= 2
    assert small.store.ask(lambda session: words_of(session, article_id)) == []
    assert (of, edit.standing) == (small.outlet.slug, "edit")
    assert {one.before + one.after for one in edit.changes} == {""}
    assert told.url in names.urls
    assert names.article_ids == {article_id}


def _at_a() -> Select[int]:
    return select(ArticleRow.id).where(ArticleRow.url.endswith("/a"))


def test_applying_it_twice_changes_nothing(small: SmallCrawl) -> None:
    crawled(small)
    told = taken_down(small)
    texts = {(t.sha256, t.body) for t in small.rows(TextRow, TextRow.sha256)}  # type: ignore[attr-defined]
    readings = len(small.rows(ExtractionRow))

    small.store.write(lambda session: apply_takedown(session, told, now=NOW + 4 * HOUR))

    assert {(t.sha256, t.body) for t in small.rows(TextRow, TextRow.sha256)} == texts  # type: ignore[attr-defined]
    assert len(small.rows(ExtractionRow)) == readings
    assert {r.is_taken_down for r in small.rows(RecordRow)} == {False}  # type: ignore[attr-defined]
