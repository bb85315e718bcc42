"""A poll or page read after a later one, as a crawl does that finds work left behind, takes nothing back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from domain.fetch import FetchOutcome, PageReading
from domain.intents import AddRevision
from storage import Session, Store
from storage.channels import record_failed_poll, record_good_poll
from storage.entries import entry_changes, put_entries
from storage.tables import ArticleRow, ChannelRow, EntryRow, FetchRow, GapRow, RevisionRow, TargetRow
from tests.storage.filling import NOW, entry, fill
from tests.storage.filling import store as put

NINE, ONE, SIX = NOW, NOW + timedelta(hours=4), NOW + timedelta(hours=9)


def _channel(session: Session) -> ChannelRow:
    return session.scalars(select(ChannelRow)).one()


def _looked(session: Session, at: datetime, reading: PageReading | None) -> int:
    """A look at the feed that was read so, or not yet."""
    target = session.scalars(select(TargetRow).where(TargetRow.channel_id.is_not(None))).one()
    row = FetchRow(
        target_id=target.id, outlet="xeber", channel_id=target.channel_id, url=target.url, reason="poll",
        requested_at=at, received_at=at, conditional=False, outcome=FetchOutcome.OK.value,
        reading=reading.value if reading else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _fetched(session: Session, *times: datetime) -> None:
    """Looks in the order they were made, none of them read yet."""
    fill(session)
    for at in times:
        _looked(session, at, None)


def _read(session: Session, at: datetime, reading: PageReading) -> None:
    session.execute(update(FetchRow).where(FetchRow.requested_at == at).values(reading=reading.value))


def _good(session: Session, at: datetime) -> None:
    record_good_poll(session, _channel(session).id, at=at, outcome="listed", has_new=True)
    _read(session, at, PageReading.LISTED)


def _failed(session: Session, at: datetime) -> None:
    _read(session, at, PageReading.CHALLENGE)
    record_failed_poll(session, _channel(session).id, at=at, outcome="challenge", detail=None)


def _gaps(store: Store) -> list[tuple[object, object]]:
    with store.read() as session:
        return [(gap.from_at, gap.to_at) for gap in session.scalars(select(GapRow).order_by(GapRow.from_at))]


def test_a_good_poll_read_late_does_not_close_the_gap_of_a_later_failure(store: Store) -> None:
    def work(session: Session) -> None:
        _fetched(session, NINE, ONE)
        _failed(session, ONE)
        _good(session, NINE)

    store.write(work)
    assert _gaps(store) == [(NINE, None)]


def test_a_good_poll_read_late_between_two_failures_leaves_both_told(store: Store) -> None:
    def work(session: Session) -> None:
        _fetched(session, NINE, ONE, SIX)
        _failed(session, NINE)
        _failed(session, SIX)
        _good(session, ONE)

    store.write(work)
    assert _gaps(store) == [(NINE, ONE), (ONE, None)]


def test_a_good_poll_read_late_is_not_the_last_good_look(store: Store) -> None:
    def work(session: Session) -> None:
        _fetched(session, NINE, SIX)
        _good(session, SIX)
        _good(session, NINE)

    store.write(work)
    with store.read() as session:
        assert (_channel(session).last_ok_at, _channel(session).last_polled_at) == (SIX, SIX)


def test_a_failure_read_late_opens_no_gap_after_a_later_good_look(store: Store) -> None:
    def work(session: Session) -> None:
        _fetched(session, NINE, ONE, SIX)
        _good(session, NINE)
        _good(session, SIX)
        _failed(session, ONE)

    store.write(work)
    assert _gaps(store) == [(NINE, SIX)]


def test_entries_of_a_poll_read_late_take_nothing_back(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        channel = _channel(session).id
        late, early = _looked(session, SIX, PageReading.LISTED), _looked(session, NINE, PageReading.LISTED)
        put_entries(session, channel, [entry(title="Yeni başlıq")], fetch_id=late, seen_at=SIX)
        assert entry_changes(session, channel, [entry(title="Köhnə")], fetch_id=early, seen_at=NINE).changed == ()
        put_entries(session, channel, [entry(title="Köhnə")], fetch_id=early, seen_at=NINE)

    store.write(work)
    with store.read() as session:
        row = session.scalars(select(EntryRow)).one()
        assert (row.title, row.first_seen_at, row.last_seen_at) == ("Yeni başlıq", NINE, SIX)


def test_a_text_read_after_a_later_revision_is_no_edit_of_it(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Mətn bir.", at=NINE)
        assert isinstance(put(session, "Mətn üç.", at=SIX).intent, AddRevision)
        put(session, "Mətn iki.", at=ONE)

    store.write(work)
    with store.read() as session:
        assert [r.first_seen_at for r in session.scalars(select(RevisionRow).order_by(RevisionRow.number))] == [
            NINE,
            SIX,
        ]
        assert session.scalars(select(ArticleRow.revisions)).one() == 2


def test_a_change_read_after_a_later_look_without_it_appeared_before_it_was_seen(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "A mətni.", at=NINE)
        put(session, "A mətni.", at=SIX)
        assert isinstance(put(session, "B mətni.", at=ONE).intent, AddRevision)

    store.write(work)
    with store.read() as session:
        intervals = session.execute(select(RevisionRow.absent_at, RevisionRow.first_seen_at).order_by(RevisionRow.id))
        assert [tuple(row) for row in intervals][1:] == [(NINE, ONE)]
