"""A database made anew from archive and journal: what no response tells is there, what is lost is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.archive import ArchiveWriter, NoteToWrite, archive_files
from crawler.archive.decode import is_note
from crawler.archive.members import Member
from crawler.archive.walk import walk
from crawler.decisions import journal, journal_catalogue
from crawler.finished import Finished
from crawler.journal import LOOKS, GapLine, gap_note, look_line, merge_note
from crawler.reading.room import ReadingRoom
from crawler.rebuild import Rebuilder, Rebuilt
from domain.errors import NotEmptyError, StorageError
from domain.fetch import FetchOutcome, Reason
from domain.frontier import Look
from domain.outlet import FeedBody
from outlets.catalogue import Catalogue
from storage import Session, Store, migrate, open_store
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.comparing import compare_stores
from storage.gaps import put_gap
from storage.merge_decisions import Decision, decision_on
from storage.merging import merge_by_hand
from storage.rebuilding import begin_rebuild, end_rebuild
from storage.tables import ArticleMergeRow, ArticleRow, ArticleStateRow, FetchRow, GapRow, HostRow
from tests.unit.crawler.small_crawl import (
    HOST,
    NOW,
    RSS,
    SENTENCES,
    SmallCrawl,
    catalogue,
    feed,
    item,
    outlet,
    page,
    paragraphs,
)

HOUR = timedelta(hours=1)


@contextmanager
def rebuilt(crawl: SmallCrawl, folder: Path, given: Catalogue | None = None) -> Iterator[tuple[Store, Rebuilt]]:
    """``given``: the catalogue in force now; without one, that of the crawl is journaled as its first decision."""
    if given is None:
        journal_catalogue(crawl.archive, "journal", catalogue(crawl.outlet), at=NOW)
    store = open_store(f"sqlite:///{folder / 'anew.db'}")
    begin_rebuild(store)

    def put(one: Catalogue, at: datetime) -> None:
        in_force = CatalogueInForce(one.catalogue_hash, tuple(one.outlets.values()), (), {}, {})
        store.write(lambda session: put_catalogue(session, in_force, now=at))

    assert crawl.pool is not None
    room = ReadingRoom(store, crawl.archive, crawl.pool, given or catalogue(crawl.outlet), 20.0)
    done = Rebuilder(room, workers=1, put_catalogue=put).run()
    end_rebuild(store, real_now=NOW)
    yield store, done
    store.close()


def different(crawl: SmallCrawl, store: Store) -> set[tuple[str, str | None]]:
    """Tables and columns that differ, but for what no rebuild brings back."""
    ignored = ["run", "fetch.run_id", "host.next_allowed_at", "host.token", "host.owner", "host.heartbeat_at", "todo"]
    return {(t.table, d.column) for t in compare_stores(crawl.store, store, ignored=ignored) for d in t.differences}


def failed(crawl: SmallCrawl, path: str | None, outcome: FetchOutcome, at: datetime) -> Finished:
    target = crawl.target(path, Reason.RECHECK)
    look = Look(target, at, at + timedelta(seconds=3), conditional=False, outcome=outcome, error="no answer in 30 s")
    return Finished(look, None, crawl.run_id, crawl.token, crawl.outlet.politeness)


def test_looks_without_a_response_come_back_with_their_gaps(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read(None, feed(item("/a")))
    crawl.committed(failed(crawl, None, FetchOutcome.TIMEOUT, NOW + HOUR))
    crawl.read(None, feed(item("/a"), item("/b")), at=NOW + 2 * HOUR)

    with rebuilt(crawl, tmp_path) as (store, done), store.read() as session:
        outcomes = session.scalars(select(FetchRow.outcome).order_by(FetchRow.id)).all()
        gap = session.scalars(select(GapRow)).one()

        assert outcomes == ["ok", "timeout", "ok"]
        assert (gap.from_at, gap.to_at, gap.reason) == (NOW, NOW + 2 * HOUR, "timeout")
        assert done.looks == 3
    with rebuilt_again(store) as again:
        assert different(crawl, again) == set()


@contextmanager
def rebuilt_again(store: Store) -> Iterator[Store]:
    """The same database, opened once more."""
    again = open_store(store.engine.url.render_as_string(hide_password=False))
    yield again
    again.close()


def test_what_a_person_said_of_two_articles_is_said_again(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read("/a", page())
    crawl.read("/b", page(*SENTENCES[:3], "Başqa bir xəbər daha var."), at=NOW + HOUR)

    def work(session: Session) -> Decision:
        merge_by_hand(session, 1, 2, "One report at two addresses.", at=NOW + 2 * HOUR)
        return decision_on(session, 2)

    decision = crawl.store.write(work)
    journal(crawl.archive, "journal", merge_note(decision, at=NOW + 2 * HOUR))

    with rebuilt(crawl, tmp_path) as (store, done), store.read() as session:
        assert (done.merges, done.unknown) == (1, {})
        assert session.scalars(select(ArticleRow.merged_into).order_by(ArticleRow.id)).all() == [None, 1]
        assert session.scalars(select(ArticleMergeRow.reason)).all() == ["One report at two addresses."]


def test_pages_edits_removals_and_redirects_come_back_as_they_were(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read("/a", page())
    crawl.read("/a", page(*SENTENCES[:3], "Körpü yenidən bağlanıb."), at=NOW + HOUR, reason=Reason.RECHECK)
    crawl.fetched("/a", page(*SENTENCES[:3], "Körpü yenidən bağlanıb."), at=NOW + 2 * HOUR, reason=Reason.RECHECK)
    crawl.fetched("/a", b"gone", at=NOW + 3 * HOUR, status=410, reason=Reason.RECHECK)
    moved = (("Location", f"https://{HOST}/new"),)
    crawl.fetched("/old", b"", at=NOW + 4 * HOUR, status=301, headers=moved)
    crawl.read("/new", page(title="Başqa bir xəbər"), at=NOW + 5 * HOUR)

    with rebuilt(crawl, tmp_path) as (store, done):
        assert different(crawl, store) == set()
        assert (done.looks, done.unplaced, done.losses.problems) == (6, 0, [])


def test_the_steps_of_articles_follow_from_the_looks_again(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    """Removed by a soft 404, a redirect and a 410; back again; and an entry that its feed dropped."""
    crawl = reading_crawl
    numbers = list(range(8, 0, -1))
    crawl.read(None, feed(*(item(f"/x{n}", f"Hadisə {n}") for n in numbers[1:])))
    crawl.read(None, feed(*(item(f"/x{n}", f"Hadisə {n}") for n in numbers)), at=NOW + HOUR)
    for path in ("/x1", "/x8"):
        crawl.read(path, page(*SENTENCES, f"Bu, {path} mətnidir.", title=f"Hadisə {path}"), at=NOW + 2 * HOUR)
    for hour in (3, 4):
        listed = [n for n in (hour + 6, *numbers) if n != 8]
        crawl.read(None, feed(*(item(f"/x{n}", f"Hadisə {n}") for n in listed)), at=NOW + hour * HOUR)
    for hour in (24, 50, 80):
        body = page(*SENTENCES, f"Bu, {hour} nömrəli mətndir.", title="Hadisə 8")
        crawl.read("/x8", body, at=NOW + (hour - 1) * HOUR, reason=Reason.RECHECK)
        if hour == 24:
            gone = page("Bu ünvanda heç nə yoxdur.", title="Səhifə tapılmadı")
            crawl.read("/x1", gone, at=NOW + hour * HOUR, reason=Reason.RECHECK)
        else:
            answers = {50: (302, (("Location", f"https://{HOST}/"),)), 80: (410, ())}
            status, headers = answers[hour]
            crawl.fetched("/x1", b"", at=NOW + hour * HOUR, status=status, headers=headers, reason=Reason.RECHECK)
    crawl.read("/x1", page(title="Hadisə /x1"), at=NOW + 120 * HOUR, reason=Reason.RECHECK)
    with crawl.store.read() as session:
        steps = session.execute(select(ArticleStateRow.state, ArticleStateRow.how).order_by(ArticleStateRow.at)).all()

    assert [tuple(step) for step in steps] == [
        ("withdrawn", "dropped"),
        ("suspected", "soft_404"),
        ("suspected", "front_page"),
        ("removed", "gone"),
        ("back", "served"),
    ]
    with rebuilt(crawl, tmp_path) as (store, done):
        assert different(crawl, store) == set()
        assert done.losses.problems == []


def test_a_full_text_of_a_feed_is_the_feeds_again(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.outlet = outlet(body=FeedBody.FULL)
    crawl.start()
    crawl.read(None, feed(item("/a", text=paragraphs())))
    crawl.read("/a", page(), at=NOW + HOUR, reason=Reason.RECHECK)
    crawl.read(None, feed(item("/a", text=paragraphs(*SENTENCES[:3]))), at=NOW + 2 * HOUR)

    with rebuilt(crawl, tmp_path) as (store, _), store.read() as session:
        article = session.scalars(select(ArticleRow)).one()
        assert (article.text_source, article.revisions) == ("feed", 2)
        assert different(crawl, store) == set()


def test_an_archive_without_a_journal_gives_what_its_records_say(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read(None, feed(item("/a")))
    crawl.read("/a", page(), at=NOW + HOUR)
    crawl.writer.close()
    without_notes(crawl.archive)

    with rebuilt(crawl, tmp_path, catalogue(crawl.outlet)) as (store, done), store.read() as session:
        article = session.scalars(select(ArticleRow)).one()
        assert (article.first_seen_at, article.revisions, done.looks) == (NOW, 1, 2)


def test_looks_at_outlets_that_no_catalogue_names_are_counted_and_left_out(
    reading_crawl: SmallCrawl, tmp_path: Path
) -> None:
    crawl = reading_crawl
    crawl.read(None, feed(item("/a")))
    crawl.read("/a", page(), at=NOW + HOUR)
    crawl.writer.close()
    other = replace(crawl.outlet, slug="other", hosts=("other.example",))

    with rebuilt(crawl, tmp_path, catalogue(other)) as (store, done), store.read() as session:
        assert (done.looks, done.unplaced) == (2, 2)
        assert session.scalars(select(ArticleRow)).all() == []


def without_notes(archive: Path) -> None:
    """An archive as a version without a journal wrote it."""
    for file in archive_files(archive):
        content = (archive / file).read_bytes()
        members = [m for m in walk(archive, file) if isinstance(m, Member) and not is_note(m)]
        (archive / file).write_bytes(b"".join(content[m.offset : m.end] for m in members))


def test_a_damaged_record_is_told_and_the_rest_comes_back(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read("/a", page())
    crawl.read("/b", page(title="Başqa bir xəbər"), at=NOW + HOUR)
    crawl.writer.close()
    (file,) = archive_files(crawl.archive)
    first = next(m for m in walk(crawl.archive, file) if isinstance(m, Member) and m.fields["warc-type"] == "response")
    with (crawl.archive / file).open("r+b") as opened:
        opened.seek(first.offset + first.length // 2)
        opened.write(b"\xff" * 8)

    with rebuilt(crawl, tmp_path) as (store, done), store.read() as session:
        looks = session.execute(select(FetchRow.url, FetchRow.outcome).order_by(FetchRow.id)).all()
        assert [tuple(look) for look in looks] == [(f"https://{HOST}/a", "crashed"), (f"https://{HOST}/b", "ok")]
        assert (len(done.losses.problems), done.losses.records_missing) == (1, 1)
        assert session.scalars(select(ArticleRow.url)).all() == [f"https://{HOST}/b"]


def test_decisions_stand_between_the_looks_of_their_time(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    """The page is first read under selectors that find nothing, then under those of a later catalogue."""
    crawl = reading_crawl
    first = catalogue(outlet())
    second = Catalogue({"xeber": outlet(body=FeedBody.FULL)}, {}, "c2", (), {HOST: "xeber"})
    assert journal_catalogue(crawl.archive, "journal", first, at=NOW)
    assert not journal_catalogue(crawl.archive, "journal", first, at=NOW + HOUR)
    crawl.read(None, feed(item("/a", text=paragraphs())))
    assert journal_catalogue(crawl.archive, "journal", second, at=NOW + HOUR)
    crawl.outlet = second.outlets["xeber"]
    crawl.read(None, feed(item("/b", text=paragraphs())), at=NOW + 2 * HOUR)

    with rebuilt(crawl, tmp_path, Catalogue({}, {}, "none", (), {})) as (store, done), store.read() as session:
        assert done.catalogues == 2
        assert session.scalars(select(ArticleRow.url)).all() == [f"https://{HOST}/b"]


def test_a_gap_in_which_nobody_looked_comes_back_once(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    journal_catalogue(crawl.archive, "journal", catalogue(crawl.outlet), at=NOW)
    crawl.read(None, feed(item("/a")))
    gap = GapLine(outlet="xeber", channel="feed", since=NOW, reason="not_running")
    crawl.store.write(lambda session: put_gap(session, 1, since=NOW, reason="not_running"))
    for _ in range(2):  # a transaction that was tried twice journals twice
        journal(crawl.archive, "journal", gap_note([gap], at=NOW + HOUR))
    crawl.read(None, feed(item("/a"), item("/b")), at=NOW + 2 * HOUR)

    with rebuilt(crawl, tmp_path) as (store, done):
        assert different(crawl, store) == set()
        assert done.gaps == 1


def test_a_note_of_a_later_version_is_told_and_left_out(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read("/a", page())
    journal(crawl.archive, "journal", NoteToWrite("takedown", NOW + HOUR, ('{"article":"x"}',)))

    with rebuilt(crawl, tmp_path) as (_, done):
        assert done.unknown == {"takedown": 1}


def test_lines_that_can_not_be_read_are_told_and_cost_no_other(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    journal_catalogue(crawl.archive, "journal", catalogue(crawl.outlet), at=NOW)
    crawl.read("/a", page())
    told = gap_note([GapLine(outlet="xeber", channel="feed", since=NOW, reason="not_running")], at=NOW + HOUR)
    journal(crawl.archive, "journal", replace(told, lines=("{}", *told.lines)))
    line = look_line(failed(crawl, "/b", FetchOutcome.TIMEOUT, NOW + HOUR).look, follow=None, record_id=None)
    crawl.writer.append((), [NoteToWrite(LOOKS, NOW + HOUR, (line, line.replace("timeout", "of_tomorrow")))])

    with rebuilt(crawl, tmp_path) as (_, done):
        assert (done.looks, done.gaps, len(done.losses.problems)) == (2, 1, 2)


def test_a_rebuild_that_was_killed_is_taken_for_no_database(crawl: SmallCrawl, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'half.db'}")
    begin_rebuild(store)

    with pytest.raises(StorageError, match="empty"):
        migrate.require_newest(store)
    with pytest.raises(NotEmptyError, match="a rebuild left that was killed"):
        begin_rebuild(store)
    with pytest.raises(NotEmptyError):
        begin_rebuild(crawl.store)
    store.close()


def test_hosts_are_left_alone_for_their_delay_after_a_rebuild(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    crawl.read(None, feed(item("/a")), headers=RSS)

    with rebuilt(crawl, tmp_path) as (store, _), store.read() as session:
        (host,) = session.scalars(select(HostRow)).all()
        assert host.next_allowed_at == NOW + timedelta(seconds=3)


def test_several_writers_files_are_told_in_the_order_of_their_looks(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    texts = [page(*SENTENCES[:3], f"Bu, {number} nömrəli mətndir.") for number in range(4)]
    with ArchiveWriter(crawl.archive, "crawl-2") as other:
        writers = (crawl.writer, other)
        for number, text in enumerate(texts):
            crawl.writer = writers[number % 2]
            crawl.read("/a", text, at=NOW + number * HOUR, reason=Reason.RECHECK)

        with rebuilt(crawl, tmp_path) as (store, _):
            assert len(archive_files(crawl.archive)) == 3
            assert different(crawl, store) == set()
