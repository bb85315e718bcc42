"""Articles that turn out to be one: nothing is moved, all is told once, and a person can take it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from crawler.decide import decide
from domain.errors import StorageError
from domain.fetch import FetchOutcome
from domain.intents import AddRevision, KeepReading, Touch
from domain.sameness import ArticleNumber, Evidence
from schedules.aftercare import Aftercare
from storage import Session, Store
from storage.articles import Applied, store_text
from storage.checking import check_store
from storage.digest_queries import StoredFacts
from storage.families import family_of
from storage.merge_decisions import Decision, persons_decisions, redo
from storage.merging import merge, merge_by_hand, note_redirect, unmerge
from storage.readings import ReadText
from storage.sameness import Join
from storage.show_queries import find_article
from storage.tables import (
    ArticleMergeRow,
    ArticleRow,
    ArticleUrlRow,
    RevisionRow,
    SearchDocumentRow,
)
from tests.storage.filling import HOST, NOW, _target_at, fill, look, stored_fetch
from tests.storage.filling import store as put
from tests.storage.merged import EDITED, LATER, OTHER, TEXT, found_by, merged_into, read_at, store_at, two_apart


def test_a_late_canonical_merges_into_the_one_seen_first_and_moves_nothing(store: Store) -> None:
    store.write(two_apart)
    with store.read() as session:
        before = session.execute(select(RevisionRow.id, RevisionRow.article_id)).all()
        addresses = session.execute(select(ArticleUrlRow.url_key, ArticleUrlRow.article_id)).all()
    done = store.write(lambda session: store_at(session, TEXT, "/b", ("/a", "canonical"), at=LATER))

    assert [(m.article_id, m.into_id, m.evidence) for m in done.merged] == [(2, 1, Evidence.CANONICAL)]
    with store.read() as session:
        assert merged_into(session) == {1: None, 2: 1}
        assert session.execute(select(RevisionRow.id, RevisionRow.article_id)).all() == before
        assert session.execute(select(ArticleUrlRow.url_key, ArticleUrlRow.article_id)).all() == addresses
        shown = find_article(session, article_id=2)
        assert shown is not None
        assert (shown.article_id, [r.number for r in shown.revisions], len(shown.addresses)) == (1, [1, 2], 2)
    assert check_store(store, None).findings == []


def test_merging_again_changes_nothing(store: Store) -> None:
    store.write(two_apart)
    for hours in (4, 5, 6):
        at = NOW + timedelta(hours=hours)
        store.write(lambda session, at=at: store_at(session, TEXT, "/b", ("/a", "canonical"), at=at))  # type: ignore[misc]

    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ArticleMergeRow)) == 1
        assert session.scalar(select(func.count()).select_from(RevisionRow)) == 2


def test_a_canonical_of_another_text_is_told_of_and_not_believed(store: Store) -> None:
    def work(session: Session) -> Applied:
        fill(session)
        put(session, TEXT, path="/a")
        put(session, OTHER, path="/b")
        return store_at(session, OTHER, "/b", ("/a", "canonical"), at=LATER)

    done = store.write(work)

    assert done.merged == ()
    assert "not believed: the texts are" in done.notes[0]
    with store.read() as session:
        assert merged_into(session) == {1: None, 2: None}


def test_an_address_that_was_only_claimed_goes_to_the_article_that_is_read_there(store: Store) -> None:
    def work(session: Session) -> Applied:
        fill(session)
        store_at(session, TEXT, "/a", ("/b", "canonical"))
        return store_at(session, OTHER, "/b", at=LATER)

    done = store.write(work)

    assert "claimed this address" in done.notes[0]
    with store.read() as session:
        rows = session.execute(select(ArticleUrlRow.url_key, ArticleUrlRow.article_id))
        owners = {row.url_key: row.article_id for row in rows}
        assert owners == {f"{HOST}/a": 1, f"{HOST}/b": 2}
        assert list(session.scalars(select(ArticleRow.revisions))) == [1, 1]


def test_a_number_joins_addresses_whatever_their_slugs(store: Store) -> None:
    number = ArticleNumber("xeber.example/az", "33410001")

    def work(session: Session) -> None:
        fill(session)
        store_at(session, TEXT, "/a/kohne-slaq/33410001", number=number)
        done = store_at(session, EDITED, "/a/yeni-slaq/33410001", number=number, at=LATER)
        assert isinstance(done.intent, KeepReading)  # the first look at this address
        other = store_at(session, TEXT, "/ru/33410001", number=replace(number, numbering="xeber.example/ru"))
        assert other.article_id == 2

    store.write(work)
    with store.read() as session:
        assert merged_into(session) == {1: None, 2: None}


def test_a_late_redirect_merges_and_one_to_another_text_does_not(store: Store) -> None:
    def work(session: Session) -> tuple[object, object]:
        two_apart(session)
        put(session, OTHER, path="/c")
        fetch_id = stored_fetch(session, look(_target_at(session, "/b", LATER), FetchOutcome.REDIRECTED, at=LATER))
        keys = (f"{HOST}/b", f"{HOST}/c")
        wrong = note_redirect(session, "xeber", keys, "https://c", at=LATER, fetch_id=fetch_id)
        keys = (f"{HOST}/b", f"{HOST}/a")
        return wrong, note_redirect(session, "xeber", keys, "https://a", at=LATER, fetch_id=fetch_id)

    wrong, right = store.write(work)

    assert isinstance(wrong, str)
    assert right is not None
    with store.read() as session:
        assert merged_into(session) == {1: None, 2: 1, 3: None}


def test_an_edit_seen_at_both_addresses_is_one_edit(store: Store) -> None:
    def work(session: Session) -> None:
        two_apart(session)
        store_at(session, TEXT, "/b", ("/a", "canonical"), at=LATER)
        assert isinstance(store_at(session, EDITED, "/a", at=LATER + timedelta(hours=1)).intent, AddRevision)
        assert isinstance(store_at(session, EDITED, "/b", at=LATER + timedelta(hours=2)).intent, KeepReading)
        assert isinstance(store_at(session, EDITED, "/b", at=LATER + timedelta(hours=3)).intent, Touch)

    store.write(work)
    with store.read() as session:
        edits = StoredFacts(session).edits((NOW, LATER + timedelta(days=1)))
        assert [(e.article_id, e.old_revision, e.new_revision) for e in edits] == [(1, 2, 3)] or [
            (e.article_id, e.old_revision, e.new_revision) for e in edits
        ] == [(1, 1, 3)]


@pytest.mark.parametrize("is_main", [False, True])
def test_a_mirror_that_is_behind_is_no_edit_there_and_back(store: Store, is_main: bool) -> None:
    """/a is the main address; /m is a mirror (or a second main one) that shows each text a day late."""
    days = [NOW + timedelta(days=day) for day in range(5)]
    texts = ["A mətni.", "B mətni.", "C mətni.", "C mətni.", "C mətni."]

    def work(session: Session) -> None:
        fill(session)
        for day, at in enumerate(days):
            store_at(session, texts[day], "/a", at=at)
            late = texts[max(0, day - 1)]
            store_at(session, late, "/m", ("/a", "listed"), at=at + timedelta(minutes=5), is_main=is_main)

    store.write(work)
    with store.read() as session:
        titles = session.execute(select(RevisionRow.first_seen_at).order_by(RevisionRow.id)).scalars().all()
        assert titles == days[:3]
        assert len(merged_into(session)) == 1


def test_the_main_address_may_return_to_an_older_text_and_a_copy_may_not(store: Store) -> None:
    def work(session: Session) -> list[object]:
        fill(session)
        hours = iter(NOW + timedelta(hours=n) for n in range(20))
        said = []
        for path, text in [
            ("/a", "A."),
            ("/m", "A."),
            ("/a", "B."),
            ("/m", "B."),
            ("/m", "A."),
            ("/m", "B."),
            ("/a", "A."),
        ]:
            also = () if path == "/a" else (("/a", "listed"),)
            said.append(type(store_at(session, text, path, *also, at=next(hours), is_main=path == "/a").intent))
        return said

    kinds = store.write(work)

    assert kinds[4:] == [KeepReading, KeepReading, AddRevision]


def test_a_person_takes_a_merge_back_and_it_is_not_made_again(store: Store) -> None:
    store.write(two_apart)
    store.write(lambda session: store_at(session, TEXT, "/b", ("/a", "canonical"), at=LATER))
    Aftercare(store).run()
    assert found_by(store, "anbar") in ([], [1])
    store.write(lambda session: unmerge(session, 2, "Two reports.", at=LATER))
    again = store.write(
        lambda session: store_at(session, TEXT, "/b", ("/a", "canonical"), at=LATER + timedelta(hours=1))
    )
    Aftercare(store).run()

    assert "a person said that they are two" in again.notes[0]
    with store.read() as session:
        assert merged_into(session) == {1: None, 2: None}
        decision = session.scalars(select(ArticleMergeRow)).one()
        assert (decision.undone_at, decision.undone_reason) == (LATER, "Two reports.")
        assert sorted(session.scalars(select(SearchDocumentRow.article_id))) == [1, 2]
        shown = find_article(session, article_id=2)
        assert shown is not None
        assert ([r.number for r in shown.revisions], len(shown.merges)) == ([1], 1)
    assert check_store(store, None).findings == []


def test_what_was_merged_into_it_before_goes_with_it(store: Store) -> None:
    def work(session: Session) -> None:
        two_apart(session)
        put(session, TEXT, path="/c", at=NOW + timedelta(minutes=2))
        merge_by_hand(session, 2, 3, "One.", at=LATER)
        merge_by_hand(session, 1, 2, "One.", at=LATER)
        assert merged_into(session) == {1: None, 2: 1, 3: 1}
        unmerge(session, 2, "Two.", at=LATER)

    store.write(work)
    with store.read() as session:
        assert merged_into(session) == {1: None, 2: None, 3: 2}
        assert family_of(session, session.get_one(ArticleRow, 3)) == [2, 3]
    assert check_store(store, None).findings == []


def test_a_person_is_told_what_can_not_be(store: Store) -> None:
    store.write(two_apart)

    with pytest.raises(StorageError, match="there is no article 9"):
        store.write(lambda session: merge_by_hand(session, 1, 9, "One.", at=LATER))
    with pytest.raises(StorageError, match="article 2 is not merged"):
        store.write(lambda session: unmerge(session, 2, "Two.", at=LATER))


def test_two_machines_at_once_make_one_article_of_one_number(store: Store) -> None:
    """Each reads the article at another host; whoever comes second finds the other's, or merges with it."""
    number = ArticleNumber("xeber.example/az", "33410001")
    store.write(fill)
    reads = store.write(lambda session: [read_at(session, TEXT, f"/{n}/33410001", number=number) for n in range(6)])
    barrier = Barrier(len(reads))

    def machine(read: ReadText) -> None:
        barrier.wait()
        one = Store(store.engine)  # a lock of its own, as another machine has
        one.write(lambda session: store_text(session, read, decide))

    threads = [Thread(target=machine, args=(read,)) for read in reads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        heads = [number for number, into in merged_into(session).items() if into is None]
        assert len(heads) == 1
        assert session.scalar(select(func.count()).select_from(ArticleUrlRow)) == 6
    assert check_store(store, None).findings == []


def test_two_machines_at_once_read_one_address_and_make_one_article(store: Store) -> None:
    store.write(fill)
    reads = store.write(lambda session: [read_at(session, TEXT, "/a") for _ in range(6)])
    barrier = Barrier(len(reads))

    def machine(read: ReadText) -> None:
        barrier.wait()
        Store(store.engine).write(lambda session: store_text(session, read, decide))

    threads = [Thread(target=machine, args=(read,)) for read in reads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert list(session.scalars(select(ArticleRow.revisions))) == [1]
    assert check_store(store, None).findings == []


def test_many_merges_at_once_end_in_one(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        for number in range(6):
            put(session, TEXT, path=f"/{number}", at=NOW + timedelta(minutes=number))

    store.write(work)
    pairs = [(1, 2), (2, 3), (4, 3), (5, 4), (6, 5), (3, 1), (6, 1)]
    barrier = Barrier(len(pairs))

    def machine(one: int, other: int) -> None:
        barrier.wait()
        Store(store.engine).write(lambda session: merge(session, one, Join(other, Evidence.PERSON, "One."), at=LATER))

    threads = [Thread(target=machine, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert merged_into(session) == {1: None, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1}
        assert session.scalar(select(func.count()).select_from(ArticleMergeRow)) == 5
    assert check_store(store, None).findings == []


def test_what_persons_decided_is_redone_in_a_store_made_anew(store: Store) -> None:
    def by_hand(session: Session) -> list[Decision]:
        two_apart(session)
        put(session, TEXT, path="/c", at=NOW + timedelta(minutes=2))
        merge_by_hand(session, 1, 2, "One.", at=LATER)
        merge(session, 3, Join(1, Evidence.CANONICAL, "https://a"), at=LATER)
        unmerge(session, 3, "Two.", at=LATER)
        told = persons_decisions(session)
        session.rollback()
        return told

    with store.read() as session:  # nothing of it is kept
        decisions = by_hand(session)
    assert [(d.url_key, d.into_url_key, d.undone_reason) for d in decisions] == [
        (f"{HOST}/b", f"{HOST}/a", None),
        (f"{HOST}/c", f"{HOST}/a", "Two."),
    ]

    def anew(session: Session) -> list[bool]:
        fill(session)
        for minutes, path in enumerate(("/c", "/b", "/a")):
            put(session, TEXT, path=path, at=NOW + timedelta(minutes=minutes))
        return [redo(session, one) for one in (*decisions, *decisions)]

    assert store.write(anew) == [True] * 4
    again = store.write(lambda session: store_at(session, TEXT, "/c", ("/a", "canonical"), at=LATER))
    assert "a person said" in again.notes[0]
    with store.read() as session:
        c, b, a = sorted(merged_into(session))  # numbers that were given away are not given again
        assert merged_into(session) == {c: None, b: None, a: b}
        assert persons_decisions(session)[-1].undone_reason == "Two."
