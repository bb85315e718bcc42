"""What the service keeps: polls and their plans, shifts, calendar jobs, the lead, folded polls."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint, func, select, text, update

from domain.fetch import FetchOutcome, PageReading
from domain.frontier import Target
from domain.outlet import Channel, ChannelKind
from domain.planning import ChannelState
from schedules.plan import Pace
from schedules.ticking import resume, set_back, tick
from storage import Session, Store
from storage.catalogue import put_catalogue
from storage.frontier import due_targets
from storage.gaps import put_gap
from storage.hosts import pause_host
from storage.leadership import leadership_on
from storage.listings import LISTINGS_COMPARED
from storage.polls import hand_out_due_polls, unplanned_channels
from storage.shifts import begin_shift, end_shift, note_ticks, present_shift
from storage.tables import (
    ArticleStateRow,
    ChannelHourRow,
    ChannelRow,
    FetchRow,
    HostRow,
    RecordRow,
    ShiftRow,
    TargetRow,
    metadata,
)
from storage.tidying import fold_old_polls, refresh_statistics
from tests.storage.filling import HOST, NOW, OUTLET, catalogue, fill, look, stored_fetch
from tests.storage.filling import store as put

PACE = Pace()
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def _poll_target(store: Store) -> Target:
    with store.read() as session:
        (target,) = due_targets(session, HOST, now=NOW + 100 * HOUR, limit=10)
    return target


def _channel(store: Store) -> ChannelRow:
    with store.read() as session:
        row = session.scalars(select(ChannelRow)).one()
        session.expunge(row)
    return row


# Polls


def test_a_new_channel_is_planned_and_handed_out_at_the_first_tick(store: Store) -> None:
    store.write(fill)

    assert tick(store, NOW, PACE) == 1
    assert _poll_target(store).due_at == NOW


def test_a_poll_that_is_under_way_is_not_handed_out_twice(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)

    assert [tick(store, NOW + timedelta(seconds=n), PACE) for n in (1, 2, 3)] == [0, 0, 0]


def test_a_poll_of_which_nothing_came_is_planned_again_after_an_hour(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)

    assert tick(store, NOW + HOUR, PACE) == 1


def test_a_poll_that_ended_is_planned_anew_from_what_came_of_it(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)
    target = _poll_target(store)
    store.write(lambda session: stored_fetch(session, look(target, FetchOutcome.NOT_FOUND, status=404)))

    assert tick(store, NOW + timedelta(seconds=1), PACE) == 0
    channel = _channel(store)
    assert channel.setback == 1.0
    assert channel.next_poll_at is not None
    assert NOW + 0.9 * HOUR <= channel.next_poll_at <= NOW + HOUR  # half an hour, doubled, up to a tenth sooner


def test_the_time_a_poll_was_due_stands_beside_its_fetch(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)
    target = _poll_target(store)
    later = NOW + timedelta(seconds=7)
    fetch_id = store.write(lambda session: stored_fetch(session, look(target, FetchOutcome.TIMEOUT, at=later)))

    with store.read() as session:
        row = session.get(FetchRow, fetch_id)
        assert row is not None
        assert (row.due_at, row.requested_at) == (NOW, later)


def test_a_channel_that_is_switched_off_is_not_polled(store: Store) -> None:
    off = replace(OUTLET, channels=(replace(OUTLET.channels[0], enabled=False),))
    store.write(lambda session: put_catalogue(session, catalogue(off), now=NOW))

    assert tick(store, NOW, PACE) == 0


def test_a_listing_that_was_read_tells_how_much_of_it_was_known(store: Store) -> None:
    store.write(fill)
    target_of_first = _listed(store, NOW, listed=30, known=0)
    _listed(store, NOW + HOUR, listed=30, known=24, target=target_of_first)

    with store.read() as session:
        (state,) = unplanned_channels(session, limit=10)
    assert (state.listed, state.known, state.since_listing_s) == (30, 24, 3600.0)
    assert state.lengths == (30, 30)


def _listed(store: Store, at: object, *, listed: int, known: int, target: Target | None = None) -> Target:
    if target is None:
        tick(store, NOW, PACE)
        target = _poll_target(store)

    def work(session: Session) -> None:
        fetch_id = stored_fetch(session, look(target, FetchOutcome.OK, at=at))  # type: ignore[arg-type]
        row = session.get(FetchRow, fetch_id)
        assert row is not None
        row.listed, row.known, row.reading = listed, known, "listed"
        channel = session.scalars(select(ChannelRow)).one()
        channel.last_outcome, channel.next_poll_at, channel.last_polled_at = "listed", None, at  # type: ignore[assignment]

    store.write(work)
    return target


def test_after_a_stoppage_each_channel_has_one_turn_and_none_is_lost(store: Store) -> None:
    many = tuple(
        replace(OUTLET, slug=f"xeber-{n}", hosts=(f"x{n}.example",), home=f"https://x{n}.example/",
                channels=(Channel("feed", ChannelKind.FEED, f"https://x{n}.example/feed"),))
        for n in range(20)
    )  # fmt: skip
    store.write(lambda session: put_catalogue(session, catalogue(*many), now=NOW))
    tick(store, NOW, PACE)
    later = NOW + 36 * HOUR
    resume(store, later)

    handed = [tick(store, later + timedelta(seconds=n), PACE) for n in range(30)]

    assert sum(handed) == 20
    assert max(handed) == 1


def test_a_clock_that_was_set_back_a_day_does_not_stop_the_polls(store: Store) -> None:
    store.write(fill)
    _listed(store, NOW, listed=30, known=15)
    tick(store, NOW, PACE)
    earlier = NOW - 24 * HOUR
    set_back(store, earlier, 24 * HOUR)

    channel = _channel(store)
    assert channel.next_poll_at is not None
    assert channel.next_poll_at <= earlier + HOUR


def test_what_waited_when_a_clock_was_set_back_waits_as_long_as_it_had_to(store: Store) -> None:
    """A poll that was handed out, another that is planned, and a host that asked for a pause."""
    store.write(fill)
    tick(store, NOW, PACE)
    host = _poll_target(store).host
    store.write(lambda session: pause_host(session, host, until=NOW + HOUR))
    earlier = NOW - 24 * HOUR
    set_back(store, earlier + timedelta(seconds=1), 24 * HOUR)

    with store.read() as session:
        target, row = session.scalars(select(TargetRow)).one(), session.get(HostRow, host)
        assert row is not None
        assert (target.next_at, row.paused_until) == (earlier, earlier + HOUR)


def test_looks_of_before_a_clock_was_set_back_say_nothing_of_the_last_poll(store: Store) -> None:
    store.write(fill)
    target = _listed(store, NOW, listed=30, known=0)
    _listed(store, NOW - 24 * HOUR, listed=30, known=24, target=target)

    with store.read() as session:
        (state,) = unplanned_channels(session, limit=10)
    assert (state.listed, state.known, state.since_listing_s) == (30, 24, None)


def test_handing_out_takes_the_longest_due_first(store: Store) -> None:
    two = tuple(
        replace(OUTLET, slug=slug, hosts=(f"{slug}.example",), home=f"https://{slug}.example/",
                channels=(Channel("feed", ChannelKind.FEED, f"https://{slug}.example/feed"),))
        for slug in ("a", "b")
    )  # fmt: skip
    store.write(lambda session: put_catalogue(session, catalogue(*two), now=NOW))

    def work(session: Session) -> tuple[int, ...]:
        a, b = session.scalars(select(ChannelRow).order_by(ChannelRow.outlet)).all()
        a.next_poll_at, b.next_poll_at = NOW, NOW - HOUR
        session.flush()
        assert hand_out_due_polls(session, now=NOW, limit=1) == (b.id,)
        return hand_out_due_polls(session, now=NOW, limit=1)

    assert len(store.write(work)) == 1


def test_states_of_channels_are_made_for_planning_alone() -> None:
    assert ChannelState(1, 2, None).setback == 0.0


# Shifts


def test_a_shift_tells_since_when_nobody_looked(store: Store) -> None:
    def work(session: Session) -> object:
        first, before = begin_shift(session, "a", now=NOW, real_now=NOW)
        assert before is None
        note_ticks(session, first, now=NOW + HOUR, real_now=NOW, ticks=9)
        return begin_shift(session, "b", now=NOW + 2 * HOUR, real_now=NOW)[1]

    assert store.write(work) == NOW + HOUR
    with store.read() as session:
        lost, present = session.scalars(select(ShiftRow).order_by(ShiftRow.id)).all()
        shift = present_shift(session)
        assert (lost.outcome, lost.ended_at, present.outcome) == ("lost", NOW + HOUR, None)
    assert shift is not None
    assert shift.owner == "b"


def test_a_shift_that_was_taken_over_is_not_closed_by_its_old_leader(store: Store) -> None:
    def work(session: Session) -> None:
        first, _ = begin_shift(session, "a", now=NOW, real_now=NOW)
        begin_shift(session, "b", now=NOW + HOUR, real_now=NOW)
        end_shift(session, first, now=NOW + 2 * HOUR, outcome="stopped")

    store.write(work)
    with store.read() as session:
        assert session.scalars(select(ShiftRow.outcome).order_by(ShiftRow.id)).all() == ["lost", None]


# The lead


def test_one_of_two_leads_until_it_gives_up(database_url: str) -> None:
    one, other = leadership_on(database_url), leadership_on(database_url)
    try:
        assert one.take()
        assert not other.take()
        assert one.is_held()
        one.give_up()
        assert not one.is_held()
        assert other.take()
    finally:
        one.give_up()
        other.give_up()


def test_a_lead_whose_session_was_ended_is_lost(database_url: str, store: Store) -> None:
    lead = leadership_on(database_url)
    assert lead.take()
    if store.dialect == "sqlite":
        Path(f"{store.engine.url.database}.leader").unlink()
    else:
        ending = (
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND datname = current_database()"
        )
        store.write(lambda session: session.execute(text(ending)).all())
    assert not lead.is_held()
    lead.give_up()


# Tidying


def test_a_fetch_that_is_to_be_folded_is_looked_for_by_indexes_in_all_that_may_cite_it() -> None:
    """Else each poll that is deleted has whole tables read, with every writer waiting."""
    citing = [
        (table, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "fetch" for key in column.foreign_keys)
    ]
    found = [
        (table.name, name)
        for table, name in citing
        if any(next(iter(index.columns)).name == name for index in _indexes(table))
    ]

    assert len(citing) >= 3
    assert found == [(table.name, name) for table, name in citing]


def _indexes(table: Table) -> list[Index | UniqueConstraint | PrimaryKeyConstraint]:
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint | PrimaryKeyConstraint)]
    return [*table.indexes, *unique]


def test_many_old_polls_are_folded_write_by_write(store: Store) -> None:
    store.write(fill)
    first = _poll_target(store) if tick(store, NOW, PACE) else None
    assert first is not None

    def work(session: Session) -> None:
        for minute in range(450):
            stored_fetch(session, look(first, FetchOutcome.SAME_CONTENT, at=NOW + timedelta(minutes=minute // 10)))

    store.write(work)

    assert fold_old_polls(store, now=NOW + timedelta(days=32)) == 450
    with store.read() as session:
        assert session.scalar(select(func.sum(ChannelHourRow.polls))) == 450
        assert session.scalar(select(func.count()).select_from(FetchRow)) == 0


def test_polls_are_folded_after_their_bytes_went_where_there_is_retention(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)
    target = _poll_target(store)
    for minutes in (0, 10, 20):
        at = NOW + timedelta(minutes=minutes)
        store.write(lambda session, at=at: stored_fetch(session, look(target, FetchOutcome.SAME_CONTENT, at=at)))  # type: ignore[misc]

    def work(session: Session) -> None:
        kept, gone, _ = session.scalars(select(FetchRow).order_by(FetchRow.id)).all()
        session.get_one(RecordRow, gone.record_id).dropped_at = NOW + timedelta(days=31)
        assert kept.record_id is not None

    store.write(work)

    assert fold_old_polls(store, now=NOW + timedelta(days=32), with_bytes=False) == 1
    assert fold_old_polls(store, now=NOW + timedelta(days=32)) == 2


def test_a_poll_that_a_step_of_an_article_cites_is_not_folded(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)
    target = _poll_target(store)

    def work(session: Session) -> None:
        put(session, "Bir mətn.")
        polls = [
            stored_fetch(session, look(target, FetchOutcome.SAME_CONTENT, at=NOW + timedelta(minutes=minutes)))
            for minutes in (0, 10, 20)
        ]
        session.add(ArticleStateRow(article_id=1, state="withdrawn", at=NOW, fetch_id=polls[1], how="dropped", looks=2))

    store.write(work)

    assert fold_old_polls(store, now=NOW + timedelta(days=32)) == 2


def test_old_polls_that_nothing_cites_are_folded_into_hours(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)
    target = _poll_target(store)
    for minutes in (0, 10, 70):
        at = NOW + timedelta(minutes=minutes)
        store.write(lambda session, at=at: stored_fetch(session, look(target, FetchOutcome.TIMEOUT, at=at)))  # type: ignore[misc]
    young = NOW + timedelta(days=31)
    store.write(lambda session: stored_fetch(session, look(target, FetchOutcome.TIMEOUT, at=young)))

    assert fold_old_polls(store, now=NOW + timedelta(days=32)) == 2  # the first began a gap
    assert fold_old_polls(store, now=NOW + timedelta(days=32)) == 0
    with store.read() as session:
        hours = session.execute(
            select(ChannelHourRow.hour_at, ChannelHourRow.outcome, ChannelHourRow.polls).order_by(
                ChannelHourRow.hour_at
            )
        ).all()
        left = session.scalar(select(func.count()).select_from(FetchRow))
    start = NOW.replace(minute=0)
    assert [tuple(row) for row in hours] == [(start, "timeout", 1), (start + HOUR, "timeout", 1)]
    assert left == 2


def test_the_last_listings_of_a_channel_and_the_looks_that_bound_a_gap_are_never_folded(store: Store) -> None:
    store.write(fill)
    tick(store, NOW, PACE)
    target = _poll_target(store)
    channel_id = target.channel_id
    assert channel_id is not None

    def poll(at: datetime, reading: PageReading | None) -> None:
        def work(session: Session) -> None:
            fetch = stored_fetch(session, look(target, FetchOutcome.SAME_CONTENT, at=at))
            session.execute(
                update(FetchRow).where(FetchRow.id == fetch).values(reading=reading.value if reading else None)
            )

        store.write(work)

    for number in range(LISTINGS_COMPARED + 3):
        poll(NOW + number * HOUR, PageReading.LISTED)
    for minutes in (1, 2, 3):
        poll(NOW + timedelta(minutes=minutes), None)
    since, until = NOW + timedelta(minutes=1), NOW + timedelta(minutes=3)
    store.write(lambda session: put_gap(session, channel_id, since=since, until=until, reason="failing"))

    assert fold_old_polls(store, now=NOW + timedelta(days=60)) == 4
    with store.read() as session:
        left = session.execute(select(FetchRow.requested_at, FetchRow.reading)).all()
    assert sum(reading == PageReading.LISTED.value for _, reading in left) == LISTINGS_COMPARED
    assert {at for at, reading in left if reading is None} == {since, until}


def test_statistics_can_be_refreshed(store: Store) -> None:
    store.write(fill)
    refresh_statistics(store)

    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ChannelRow)) == 1
