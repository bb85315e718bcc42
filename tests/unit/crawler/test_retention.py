"""Retention: what nothing needs goes by age and by size, and all that is claimed can still be proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.adopt import adopt_left_behind
from crawler.archive import ArchiveWriter, archive_files, read_record
from crawler.archive.compact import Compacted, compact
from crawler.archive.decode import archived_note, is_note
from crawler.archive.members import Member
from crawler.archive.rounds import TIDIED, DroppedLine, first_name
from crawler.archive.walk import walk
from crawler.decisions import journal_catalogue
from crawler.reading.room import ReadingRoom
from crawler.rebuild import Rebuilder, Rebuilt
from crawler.retained import Limits, Retained
from crawler.retention import Retention
from crawler.settling import settle
from crawler.verify import Wanted, verify_archive
from crawler.verify_file import Verified
from domain.errors import ArchiveError, InUseError
from domain.fetch import Reason, Response
from outlets.catalogue import Catalogue
from storage import Session, Store, open_store
from storage.archive_lock import only_retention, places_stay
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.comparing import compare_stores
from storage.rebuilding import begin_rebuild, end_rebuild
from storage.tables import FetchRow, RecordRow
from tests.killed_retention import STEPS, kill_at
from tests.unit.crawler.small_crawl import NOW, SENTENCES, SmallCrawl, catalogue, feed, item, page

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALL = Limits(keep=timedelta(0))
AT = NOW + 100 * DAY


def retained(crawl: SmallCrawl, limits: Limits = ALL, *, is_dry: bool = False, now: datetime = AT) -> Retained:
    """What one retention does."""
    return Retention(
        crawl.store, crawl.archive, limits, now=now, is_ours=lambda slot: slot.startswith("crawl"), is_dry=is_dry
    ).run()


def verified(crawl: SmallCrawl, store: Store | None = None) -> Verified:
    """What `parallax verify` finds."""
    nothing = lambda *_: None  # noqa: E731
    return verify_archive(store or crawl.store, crawl.archive, Wanted(), on_file=nothing, sleep=lambda _: None)


@contextmanager
def rebuilt(crawl: SmallCrawl, folder: Path) -> Iterator[tuple[Store, Rebuilt]]:
    """The database made anew from what is there."""
    store = open_store(f"sqlite:///{folder / 'anew.db'}")
    begin_rebuild(store)

    def put(one: Catalogue, at: datetime) -> None:
        in_force = CatalogueInForce(one.catalogue_hash, tuple(one.outlets.values()), (), {}, {})
        store.write(lambda session: put_catalogue(session, in_force, now=at))

    assert crawl.pool is not None
    room = ReadingRoom(store, crawl.archive, crawl.pool, catalogue(crawl.outlet), 20.0)
    done = Rebuilder(room, workers=1, put_catalogue=put).run()
    end_rebuild(store, real_now=NOW)
    yield store, done
    store.close()


def different(crawl: SmallCrawl, store: Store) -> set[tuple[str, str | None]]:
    """Tables and columns that differ, but for what no rebuild brings back."""
    ignored = ["run", "fetch.run_id", "host.next_allowed_at", "host.token", "host.owner", "host.heartbeat_at", "todo"]
    return {(t.table, d.column) for t in compare_stores(crawl.store, store, ignored=ignored) for d in t.differences}


def dynamic(number: int, *items: str) -> bytes:
    """A feed that differs at each look although it lists the same."""
    return feed(*items).replace(b"</channel>", f"<!-- {number} --></channel>".encode())


FOUR = tuple(item(f"/{name}", f"Xəbər {name}") for name in "abcd")


def days(crawl: SmallCrawl) -> None:
    """Three days: a list that changes in nothing but a comment, pages with the text they had, and one that is none."""
    journal_catalogue(crawl.archive, "journal", catalogue(crawl.outlet), at=NOW)
    for number in range(6):
        crawl.read(None, dynamic(number, *FOUR), at=NOW + number * HOUR)
    crawl.fetched(None, dynamic(5, *FOUR), at=NOW + 6 * HOUR)  # the same bytes
    crawl.read(None, dynamic(6, item("/e", "Xəbər e"), *FOUR), at=NOW + 7 * HOUR)
    crawl.read("/a", page(), at=NOW + 7 * HOUR)
    for number in range(1, 4):
        same = page(head=f"<meta name='n' content='{number}'>")
        crawl.read("/a", same, at=NOW + (7 + number) * HOUR, reason=Reason.RECHECK)
    crawl.read("/b", b"<html><body><p>Nothing here.</p></body></html>", at=NOW + 11 * HOUR)
    edited = page(*SENTENCES[:3], "Körpü yenidən bağlanıb.")
    crawl.read("/a", edited, at=NOW + DAY, reason=Reason.RECHECK)
    crawl.fetched("/a", b"gone", at=NOW + DAY + HOUR, status=410, reason=Reason.RECHECK)
    missing = page("Belə səhifə yoxdur.", title="Səhifə tapılmadı")
    crawl.read("/a", missing, at=NOW + DAY + HOUR * 1.5, reason=Reason.RECHECK)
    crawl.read(None, dynamic(7, item("/e", "Xəbər e"), *FOUR), at=NOW + DAY + 2 * HOUR)
    crawl.read(None, dynamic(8, item("/e", "Xəbər e"), *FOUR), at=NOW + 2 * DAY)
    crawl.read(None, dynamic(9, item("/e", "Xəbər e"), *FOUR), at=NOW + 3 * DAY)


def records(crawl: SmallCrawl) -> list[RecordRow]:
    return crawl.rows(RecordRow)  # type: ignore[return-value]


def test_what_brought_nothing_goes_and_the_archive_stays_whole(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    before = sum((crawl.archive / file).stat().st_size for file in archive_files(crawl.archive))

    done = retained(crawl)

    uses = {use: tally.records for use, tally in done.dropped_by_use.items()}
    assert set(uses) == {"nothing_new", "same_text", "no_text"}
    assert uses["nothing_new"] >= 4
    assert uses["same_text"] == 2
    assert done.dropped_by_outlet["xeber"].records == done.dropped.records == sum(uses.values())
    assert done.bytes_before - done.bytes_after > 0
    assert sum((crawl.archive / file).stat().st_size for file in archive_files(crawl.archive)) < before
    assert verified(crawl).findings == []
    assert verified(crawl).remarks == []
    assert [row.dropped_at for row in records(crawl) if row.dropped_at] == [AT] * done.dropped.records


def test_a_database_made_anew_after_retention_is_the_same(reading_crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl = reading_crawl
    days(crawl)
    assert retained(crawl).dropped.records > 5

    with rebuilt(crawl, tmp_path) as (store, done):
        assert different(crawl, store) == set()
        assert (done.losses.problems, done.losses.records_missing, done.unknown) == ([], 0, {})


def test_every_body_that_a_row_names_can_be_read(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    there = {row.record_id: read_record(crawl.archive, row.file, row.offset) for row in records(crawl)}
    retained(crawl)

    for row in records(crawl):
        if row.dropped_at is None:
            found = read_record(crawl.archive, row.file, row.offset)
            assert (found.response, found.provenance) == (
                there[row.record_id].response,
                there[row.record_id].provenance,
            )


def test_a_place_of_before_leads_to_the_record_or_says_that_it_was_dropped(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    before = [(row.id, row.file, row.offset) for row in records(crawl)]
    retained(crawl)
    now = {row.id: row for row in records(crawl)}

    for row_id, file, offset in before:
        if now[row_id].dropped_at is None:
            assert read_record(crawl.archive, file, offset).place.record_id == now[row_id].record_id
        else:
            with pytest.raises(ArchiveError, match="its bytes were dropped on 2026-06-10: nothing cites them"):
                read_record(crawl.archive, file, offset)


def test_a_second_round_keeps_the_way_from_the_first_file(
    reading_crawl: SmallCrawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = reading_crawl
    monkeypatch.setattr("crawler.retention.WORTH", 0.0)
    days(crawl)
    before = [(row.id, row.file, row.offset) for row in records(crawl)]
    retained(crawl, Limits(keep=AT - (NOW + 3 * HOUR)))
    first_round = [(row.id, row.file, row.offset) for row in records(crawl)]
    retained(crawl)
    now = {row.id: row for row in records(crawl)}

    assert any(row.file.endswith("r2.warc.gz") for row in now.values())
    for row_id, file, offset in (*before, *first_round):
        if now[row_id].dropped_at is None:
            assert read_record(crawl.archive, file, offset).place.record_id == now[row_id].record_id
    assert verified(crawl).findings == []
    with rebuilt(crawl, tmp_path) as (store, _):
        assert different(crawl, store) == set()


def test_the_file_that_is_written_is_left_alone(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    newest = archive_files(crawl.archive)[-1]
    content = (crawl.archive / newest).read_bytes()

    retained(crawl)
    crawl.read(None, dynamic(10, *FOUR), at=NOW + 3 * DAY + HOUR)

    assert (crawl.archive / newest).read_bytes().startswith(content)
    assert verified(crawl).findings == []


def test_a_dry_run_says_what_a_run_does_and_changes_nothing(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    files = {path.name: path.read_bytes() for path in crawl.archive.glob("*.warc.gz")}

    said = retained(crawl, is_dry=True)

    assert {path.name: path.read_bytes() for path in crawl.archive.glob("*.warc.gz")} == files
    assert [row for row in records(crawl) if row.dropped_at] == []
    done = retained(crawl)
    assert (said.dropped, said.dropped_by_use, said.dropped_by_outlet) == (
        done.dropped,
        done.dropped_by_use,
        done.dropped_by_outlet,
    )
    assert said.kept_by_use.keys() == done.kept_by_use.keys()
    assert {"text", "entry", "answer", "time", "open"} <= done.kept_by_use.keys()


def test_nothing_younger_than_the_limit_goes(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)

    done = retained(crawl, Limits(keep=AT - NOW))

    assert done.dropped.records == 0
    assert done.kept_by_use["young"].records > 5


def test_a_file_of_which_little_may_go_is_not_written_anew(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)

    done = retained(crawl, Limits(keep=AT - (NOW + 2 * HOUR)))

    assert (done.files, done.kept_by_use["few"].records) == (0, 1)


def test_by_size_the_oldest_goes_first_and_no_more_than_must(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    for number in range(8):
        crawl.read(None, dynamic(number, *FOUR), at=NOW + number * HOUR)
    for number in range(8, 16):
        crawl.read(None, dynamic(number, *FOUR), at=NOW + DAY + number * HOUR)
    crawl.read(None, dynamic(16, *FOUR), at=NOW + 3 * DAY)
    first, second, _ = archive_files(crawl.archive)
    total = sum((crawl.archive / file).stat().st_size for file in archive_files(crawl.archive))

    done = retained(crawl, Limits(most_bytes=total - 500))

    assert (done.files, done.over_bytes) == (1, 0)
    assert not (crawl.archive / first).exists()
    assert (crawl.archive / second).exists()
    assert done.bytes_after <= total - 500


def test_what_is_needed_stays_although_the_archive_is_above_its_limit(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)

    done = retained(crawl, Limits(most_bytes=1))

    assert done.over_bytes == done.bytes_after - 1 > 0
    assert verified(crawl).findings == []
    assert retained(crawl, Limits(most_bytes=1)).dropped.records == 0


def test_a_body_that_a_later_record_refers_to_stays(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    bodies = [dynamic(number, *FOUR) for number in range(3)]
    crawl.read(None, bodies[0], at=NOW)
    crawl.read(None, bodies[1], at=NOW + HOUR)
    crawl.read(None, bodies[2], at=NOW + 2 * HOUR)
    crawl.read(None, bodies[1], at=NOW + DAY)  # as it was before: a revisit, and the last listing
    crawl.read(None, bodies[2], at=NOW + 2 * DAY)
    (revisit,) = [
        row for row in records(crawl) if row.kind == "revisit" and row.file == archive_files(crawl.archive)[1]
    ]

    done = retained(crawl, Limits(keep=AT - (NOW + 20 * HOUR)))

    assert done.kept_by_use["referred"].records == 2
    assert read_record(crawl.archive, revisit.file, revisit.offset).response.body == bodies[1]


def test_other_tools_read_what_was_written_anew(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    retained(crawl)
    (file, *_) = [file for file in archive_files(crawl.archive) if "r1.warc" in file]

    with (crawl.archive / file).open("rb") as opened:
        kinds = [
            record.rec_type
            for record in ArchiveIterator(opened, check_digests="raise")
            if record.content_stream().read() or True
        ]
    named = [row for row in records(crawl) if row.file == file and row.dropped_at is None]
    assert kinds[:2] == ["warcinfo", "metadata"]
    assert sum(kind in {"response", "revisit"} for kind in kinds) == len(named)


def test_the_journal_of_a_file_stays_to_the_line(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    before = notes(crawl.archive)
    retained(crawl)

    assert [note for note in notes(crawl.archive) if note[0] != TIDIED] == before


def notes(archive: Path) -> list[tuple[str, tuple[str, ...]]]:
    members = [(file, m) for file in archive_files(archive) for m in walk(archive, file) if isinstance(m, Member)]
    found = [archived_note(file, m).note for file, m in members if is_note(m)]
    return [(note.kind, note.lines) for note in found]


def test_a_crawl_that_starts_afterwards_adopts_nothing(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    retained(crawl)

    assert adopt_left_behind(crawl.store, crawl.archive, own_slot="crawl", machine_slot="crawl") == 0


def test_a_record_without_a_row_stays_and_is_adopted_later(reading_crawl: SmallCrawl) -> None:
    """A crawl was killed between archive and database; its file is closed before anybody adopts."""
    crawl = reading_crawl
    for number in range(6):
        crawl.read(None, dynamic(number, *FOUR), at=NOW + number * HOUR)
    crawl.fetched(None, dynamic(6, *FOUR), at=NOW + 6 * HOUR)
    lost = records(crawl)[-1]

    def forget(session: Session) -> None:
        session.query(FetchRow).filter(FetchRow.record_id == lost.id).delete()
        session.query(RecordRow).filter(RecordRow.id == lost.id).delete()

    crawl.store.write(forget)
    crawl.read(None, dynamic(7, *FOUR), at=NOW + DAY)
    assert retained(crawl).dropped.records > 2

    assert adopt_left_behind(crawl.store, crawl.archive, own_slot="crawl", machine_slot="crawl") == 1
    (again,) = [row for row in records(crawl) if row.record_id == lost.record_id]
    assert read_record(crawl.archive, again.file, again.offset).place.record_id == lost.record_id


def test_what_lies_in_a_damaged_file_is_left(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    first = archive_files(crawl.archive)[0]
    row = next(row for row in records(crawl) if row.file == first)
    with (crawl.archive / first).open("r+b") as opened:
        opened.seek(row.offset + row.length // 2)
        opened.write(b"\xff" * 8)

    done = retained(crawl)

    assert any("is damaged and left as it is" in problem for problem in done.problems)
    assert (crawl.archive / first).exists()


def test_nothing_moves_while_somebody_goes_by_places(
    reading_crawl: SmallCrawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = reading_crawl
    days(crawl)
    monkeypatch.setattr("crawler.retention.PATIENCE_S", 0.1)

    with places_stay(crawl.archive):
        done = retained(crawl)

    assert done.dropped.records == 0
    assert any("in use just now" in problem for problem in done.problems)
    assert list(crawl.archive.glob("*.part")) == []
    assert retained(crawl).dropped.records > 5


def test_what_comes_into_use_while_its_file_is_written_anew_stays(
    reading_crawl: SmallCrawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page comes back to what it was on the first day: the record of that look refers to a body that was to go."""
    crawl = reading_crawl
    days(crawl)
    same = page(head="<meta name='n' content='1'>")
    first = archive_files(crawl.archive)[0]

    def interrupted(folder: Path, file: str, dropped: Sequence[DroppedLine], *, at: datetime) -> Compacted:
        if file == first:
            crawl.fetched("/a", same, at=NOW + 4 * DAY, reason=Reason.RECHECK)
        return compact(folder, file, dropped, at=at)

    monkeypatch.setattr("crawler.retention.compact", interrupted)
    done = retained(crawl)

    assert any("has come into use" in problem for problem in done.problems)
    assert (crawl.archive / first).exists()
    last = records(crawl)[-1]
    assert last.kind == "revisit"
    assert read_record(crawl.archive, last.file, last.offset).response.body == same
    assert verified(crawl).findings == []


def test_a_daily_run_looks_at_what_became_old_lately_and_at_the_rest_in_turn(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)

    def daily(now: datetime, keep: timedelta) -> int:
        limits = Limits(keep=keep)
        return (
            Retention(crawl.store, crawl.archive, limits, now=now, is_ours=lambda _: True, is_dry=True, is_daily=True)
            .run()
            .files
        )

    assert daily(NOW + 20 * DAY, 15 * DAY) == retained(crawl, is_dry=True).files
    turns = [daily(AT + number * DAY, 15 * DAY) for number in range(30)]
    assert sum(turns) == retained(crawl, is_dry=True).files
    assert 0 in turns


def test_a_second_retention_waits_for_no_other(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    with only_retention(crawl.archive), pytest.raises(InUseError):
        retained(crawl)


def test_a_database_of_before_follows_what_was_moved_and_dropped(
    reading_crawl: SmallCrawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the restore of a backup: the rows name files that are no longer there."""
    crawl = reading_crawl
    monkeypatch.setattr("crawler.retention.WORTH", 0.0)
    days(crawl)
    before = [(row.id, row.file, row.offset) for row in records(crawl)]
    retained(crawl, Limits(keep=AT - (NOW + 3 * HOUR)))
    retained(crawl)
    after = [(row.id, row.file, row.offset) for row in records(crawl) if row.dropped_at is None]

    def as_before(session: Session) -> None:
        for row_id, file, offset in before:
            row = session.get_one(RecordRow, row_id)
            row.file, row.offset, row.dropped_at = file, offset, None

    crawl.store.write(as_before)
    assert {finding.check for finding in verified(crawl).remarks} <= {"missing", "foreign"}

    assert settle(crawl.store, crawl.archive) > 0

    assert [(row.id, row.file, row.offset) for row in records(crawl) if row.dropped_at is None] == after
    assert (verified(crawl).findings, verified(crawl).remarks) == ([], [])


def test_a_writer_counts_on_behind_a_file_that_was_written_anew(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    days(crawl)
    retained(crawl)
    crawl.writer.close()

    with ArchiveWriter(crawl.archive, "crawl") as writer:
        crawl.writer = writer
        crawl.read(None, dynamic(11, *FOUR), at=NOW + 5 * DAY)

    assert archive_files(crawl.archive)[-1].endswith("-000005.warc.gz")
    assert verified(crawl).findings == []


@pytest.mark.parametrize("calls", [1, 2])
@pytest.mark.parametrize("where", STEPS.values(), ids=STEPS)
def test_a_kill_leaves_every_record_readable_and_the_next_run_sets_it_right(
    reading_crawl: SmallCrawl, tmp_path: Path, where: str, calls: int
) -> None:
    crawl = reading_crawl
    days(crawl)
    bodies = {row.record_id: read_record(crawl.archive, row.file, row.offset).response for row in records(crawl)}

    url = crawl.store.engine.url.render_as_string(hide_password=False)
    kill_at(url, crawl.archive, where, calls=calls, at=AT)

    assert _readable(crawl, bodies)
    assert verified(crawl).findings == []
    with rebuilt(crawl, tmp_path) as (store, done):
        assert done.losses.records_missing == 0
        rows = {"record"}  # the killed one may have dropped more than the rows say by now
        assert {one for one in different(crawl, store) if one[0] not in rows} == set()
    assert adopt_left_behind(crawl.store, crawl.archive, own_slot="crawl", machine_slot="crawl") == 0
    retained(crawl)
    assert (verified(crawl).findings, verified(crawl).remarks) == ([], [])
    assert list(crawl.archive.glob("*.part")) == []
    assert len({first_name(file) for file in archive_files(crawl.archive)}) == len(archive_files(crawl.archive))
    assert _readable(crawl, bodies)
    assert sum(row.dropped_at is not None for row in records(crawl)) > 5


def _readable(crawl: SmallCrawl, bodies: dict[str, Response]) -> bool:
    there = [row for row in records(crawl) if row.dropped_at is None]
    return all(read_record(crawl.archive, r.file, r.offset).response == bodies[r.record_id] for r in there)
