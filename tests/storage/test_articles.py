"""Articles and revisions: what is added, what is only seen again, and what is never claimed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crawler.decide import decide
from domain.extraction import TextSource
from domain.fetch import FetchOutcome
from domain.intents import AddRevision, InsertArticle, KeepReading, ReadBaseAgain, Touch
from storage import Session, Store
from storage.articles import store_text
from storage.entries import PartSeen, put_entries
from storage.extractions import put_extraction
from storage.readings import Address
from storage.tables import ArticleRow, ChannelRow, ExtractionRow, RevisionRow, TodoRow
from tests.storage.filling import HOST, NOW, entry, fill, look, page_target, read_text, stored_fetch
from tests.storage.filling import store as put

LATER = NOW + timedelta(hours=4)


def _texts(session: Session) -> list[tuple[int, str | None]]:
    return [(r.number, r.title) for r in session.scalars(select(RevisionRow).order_by(RevisionRow.id))]


def test_the_first_text_makes_an_article_with_one_revision_and_its_todos(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        assert isinstance(put(session, "Birinci mətn.").intent, InsertArticle)

    store.write(work)
    with store.read() as session:
        assert _texts(session) == [(1, "Başlıq")]
        assert sorted(session.scalars(select(TodoRow.kind))) == ["index", "mentions", "read"]


def test_the_same_text_again_is_only_seen(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Mətn.")
        assert isinstance(put(session, "Mətn.", at=LATER).intent, Touch)

    store.write(work)
    with store.read() as session:
        assert len(_texts(session)) == 1
        assert session.scalars(select(ArticleRow.last_seen_at)).one() == LATER


def test_another_text_is_a_revision_between_the_two_looks(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Mətn bir.")
        assert isinstance(put(session, "Mətn iki.", at=LATER).intent, AddRevision)

    store.write(work)
    with store.read() as session:
        second = session.scalars(select(RevisionRow).where(RevisionRow.number == 2)).one()
        assert (second.absent_at, second.first_seen_at) == (NOW, LATER)


def test_a_copy_from_before_its_channel_listed_it_appeared_at_an_unknown_time(store: Store) -> None:
    """Of what another tool copied, a list of later days says nothing."""

    def work(session: Session) -> None:
        fill(session)
        channel_id = session.scalars(select(ChannelRow.id)).one()
        fetch_id = stored_fetch(session, look(page_target(session, "/feed", now=LATER), at=LATER))
        listed = (entry("/a"), entry("/b"))
        absent_at = LATER - timedelta(minutes=10)
        put_entries(session, channel_id, listed, fetch_id=fetch_id, seen_at=LATER, part=PartSeen(absent_at))
        for path, at in (("/a", NOW), ("/b", LATER)):
            put(session, "Mətn.", path=path, at=at)

    store.write(work)
    with store.read() as session:
        intervals = session.execute(select(ArticleRow.absent_at, ArticleRow.first_seen_at).order_by(ArticleRow.id))
        assert [tuple(row) for row in intervals] == [(None, NOW), (LATER - timedelta(minutes=10), LATER)]


def test_a_text_that_comes_back_is_a_third_revision(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        for hours, text in enumerate(("A.", "B.", "A.")):
            put(session, text, at=NOW + timedelta(hours=hours))

    store.write(work)
    with store.read() as session:
        assert [number for number, _ in _texts(session)] == [1, 2, 3]


def test_another_extractor_claims_no_edit_before_the_base_was_read_again(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        first = put(session, "Köhnə oxunuş.")
        base = session.scalars(select(RevisionRow.fetch_id)).one()
        applied = put(session, "Yeni oxunuş.", at=LATER, extractor="x2")
        assert isinstance(applied.intent, ReadBaseAgain)
        assert first.article_id is not None
        put_extraction(session, first.article_id, read_text(base, "Yeni oxunuş.", extractor="x2"))
        assert isinstance(put(session, "Yeni oxunuş.", at=LATER, extractor="x2").intent, Touch)
        assert isinstance(put(session, "Dəyişdi.", at=LATER, extractor="x2").intent, AddRevision)

    store.write(work)
    with store.read() as session:
        assert len(_texts(session)) == 2


def test_a_page_beside_a_feeds_text_is_kept_and_claims_nothing(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Lentdəki mətn.", source=TextSource.FEED)
        assert isinstance(put(session, "Səhifədəki mətn.", at=LATER).intent, KeepReading)

    store.write(work)
    with store.read() as session:
        assert len(_texts(session)) == 1
        assert len(session.scalars(select(ExtractionRow)).all()) == 2


def test_once_the_feed_lists_it_no_more_a_page_is_compared_with_the_last_page(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Lentdəki mətn.", source=TextSource.FEED)
        put(session, "Səhifə.", at=LATER)
        assert isinstance(put(session, "Səhifə dəyişdi.", at=LATER + timedelta(days=1)).intent, AddRevision)

    store.write(work)


def test_a_known_address_decides_which_article_it_is(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Mətn.")
        fetch_id = stored_fetch(session, look(page_target(session, "/b")))
        read = read_text(fetch_id, "Mətn.", path="/b")
        both = (*read.addresses, Address(f"{HOST}/a", f"https://{HOST}/a", "canonical"))
        from dataclasses import replace

        store_text(session, replace(read, addresses=both), decide)

    store.write(work)
    with store.read() as session:
        assert len(session.scalars(select(ArticleRow)).all()) == 1


def test_a_removed_page_leaves_the_text_and_its_return_is_noted(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Mətn.")
        from tests.storage.filling import _target_at

        stored_fetch(session, look(_target_at(session, "/a", LATER), FetchOutcome.GONE, at=LATER, status=410))

    store.write(work)
    with store.read() as session:
        article = session.scalars(select(ArticleRow)).one()
        assert (article.state, article.state_status, article.revisions) == ("suspected", 410, 1)
    store.write(lambda session: put(session, "Mətn.", at=LATER + timedelta(days=1)))
    with store.read() as session:
        assert session.scalars(select(ArticleRow.state)).one() == "live"
