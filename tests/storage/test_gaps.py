"""Gaps in the store, on both databases: when they begin, how they end, and that none is told twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.fetch import FetchOutcome, Reason
from domain.frontier import NO_POLL
from domain.outlet import Channel, ChannelKind, Outlet
from storage import Session, Store
from storage.catalogue import put_catalogue
from storage.channels import record_failed_poll, record_good_poll
from storage.digest_looks import first_look_at
from storage.digest_queries import StoredFacts
from storage.entries import put_entries
from storage.export_facts import ExportFilter
from storage.export_queries import StoredExports
from storage.frontier import as_target
from storage.gaps import NO_LONGER_POLLED, open_gap, put_rollover
from storage.parts import settle_parts
from storage.shifts import begin_shift
from storage.stoppages import note_stoppage
from storage.tables import ChannelRow, FetchRow, GapRow, TargetRow
from tests.storage.filling import HOST, NOW, OUTLET, catalogue, entry, fill, look, stored_fetch

HOUR = timedelta(hours=1)
MOVED = replace(OUTLET, channels=(Channel("feed", ChannelKind.FEED, f"https://{HOST}/rss"),))


def at(hours: float) -> datetime:
    """So many hours after the first look."""
    return NOW + hours * HOUR


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """A session in which the one outlet is known; nothing of it is kept."""
    with Session(store.engine, expire_on_commit=False) as opened:
        fill(opened)
        yield opened
        opened.rollback()


def channel(session: Session) -> int:
    found = session.scalar(select(ChannelRow.id))
    assert found is not None
    return found


def good(session: Session, hours: float) -> None:
    record_good_poll(session, channel(session), at=at(hours), outcome="listed", has_new=False)


def failed(session: Session, hours: float, outcome: str = "timeout") -> None:
    record_failed_poll(session, channel(session), at=at(hours), outcome=outcome, detail=None)


def gaps(session: Session) -> list[tuple[float, float | None, str]]:
    """Hours from and to, and reason."""
    session.flush()
    rows = session.execute(select(GapRow.from_at, GapRow.to_at, GapRow.reason).order_by(GapRow.from_at))
    return [((a - NOW) / HOUR, None if b is None else (b - NOW) / HOUR, reason) for a, b, reason in rows]


def stopped(session: Session, since: float, until: float, *, signs_every: timedelta = timedelta(seconds=5)) -> int:
    missed = note_stoppage(
        session,
        stopped_at=at(since),
        resumed_at=at(until),
        interval_of=lambda seconds: timedelta(seconds=seconds or 3600),
        signs_every=signs_every,
    )
    return len(missed)


def put(session: Session, outlet: Outlet, hours: float) -> None:
    put_catalogue(session, catalogue(outlet), now=at(hours))
    session.expire_all()


def test_failures_in_a_row_are_one_gap_between_two_good_looks(session: Session) -> None:
    for hours in (1, 2, 3):
        good(session, 0) if hours == 1 else None
        failed(session, hours, "timeout" if hours == 1 else "challenge")
    good(session, 4)

    assert gaps(session) == [(0, 4, "timeout")]


def test_a_list_that_turned_over_is_a_gap_that_is_closed_at_once(session: Session) -> None:
    good(session, 0)
    put_rollover(session, channel(session), since=at(0), until=at(2))
    good(session, 2)

    assert gaps(session) == [(0, 2, "rollover")]


def test_a_list_that_turned_over_while_a_channel_failed_is_no_second_gap(session: Session) -> None:
    good(session, 0)
    failed(session, 1)
    put_rollover(session, channel(session), since=at(0), until=at(2))
    good(session, 2)

    assert gaps(session) == [(0, 2, "timeout")]


def test_the_same_rollover_stored_twice_is_one_gap(session: Session) -> None:
    for _ in range(2):
        put_rollover(session, channel(session), since=at(0), until=at(2))

    assert gaps(session) == [(0, 2, "rollover")]


def test_a_channel_that_fails_again_at_the_very_moment_it_was_good_has_a_gap(session: Session) -> None:
    failed(session, 0)
    good(session, 0)
    failed(session, 0, "gone")

    assert gaps(session) == [(0, None, "gone")]


def test_a_clock_set_back_makes_no_gap_that_ends_before_it_begins(session: Session) -> None:
    good(session, 5)
    failed(session, 6)
    good(session, 2)
    failed(session, 1)

    assert gaps(session) == [(1, None, "timeout"), (5, 5, "timeout")]


def test_a_stoppage_is_a_gap_from_the_last_good_look_to_the_next(session: Session) -> None:
    good(session, 0)

    assert stopped(session, 0.5, 5) == 1
    assert gaps(session) == [(0, None, "not_running")]
    good(session, 5.1)
    assert [(a, round(b or 0, 3), r) for a, b, r in gaps(session)] == [(0, 5.1, "not_running")]


def test_a_stoppage_noted_again_adds_nothing(session: Session) -> None:
    good(session, 0)
    stopped(session, 0.5, 5)

    assert stopped(session, 0.5, 5) == 0
    good(session, 5)
    assert stopped(session, 0.5, 5) == 0
    assert gaps(session) == [(0, 5, "not_running")]


def test_a_channel_that_was_polled_as_soon_as_all_went_on_has_its_gap(session: Session) -> None:
    """A machine that slept: its crawl child asks for what was due before the scheduler ticks and sees the pause."""
    (poll,) = session.scalars(select(TargetRow)).all()
    for hours in (0, 5):
        stored_fetch(session, look(as_target(poll, "feed"), FetchOutcome.SAME_CONTENT, at=at(hours)))

    assert stopped(session, 0.5, 5.001) == 1
    assert gaps(session) == [(0, 5, "not_running")]


def test_a_poll_of_before_a_stoppage_that_is_read_after_it_does_not_end_its_gap(session: Session) -> None:
    """A service that was killed, or whose machine slept, before it read what it had fetched."""
    good(session, 0)
    _, stopped_at = begin_shift(session, "first", now=at(-1), real_now=at(-1))
    assert stopped_at is None
    begin_shift(session, "second", now=at(8), real_now=at(8))
    stopped(session, 1.0, 8)
    good(session, 0.99)
    assert gaps(session) == [(0, None, "not_running")]

    good(session, 8.1)
    assert [(a, round(b or 0, 3), r) for a, b, r in gaps(session)] == [(0, 8.1, "not_running")]


def test_a_further_document_that_is_seen_first_after_a_stoppage_does_not_end_its_gap(session: Session) -> None:
    (poll,) = session.scalars(select(TargetRow)).all()
    part = replace(as_target(poll, "feed"), part_of=1)
    good(session, 0)
    stopped(session, 0.5, 8)
    settle_parts(session, part, at=at(8.1))
    assert gaps(session) == [(0, None, "not_running")]

    good(session, 8.5)
    assert gaps(session) == [(0, 8.5, "not_running")]


def test_a_document_of_a_backfill_ends_no_gap(session: Session) -> None:
    (poll,) = session.scalars(select(TargetRow)).all()
    good(session, 0)
    open_gap(session, channel(session), since=at(1), reason="timeout")
    for part_of, ended_at in ((NO_POLL, None), (1, 2)):
        settle_parts(session, replace(as_target(poll, "feed"), part_of=part_of), at=at(2))

        assert gaps(session) == [(1, ended_at, "timeout")]


@pytest.mark.parametrize(("polled_at", "told"), [(1, [(1, None)]), (3, [(0, 3), (3, None)])])
def test_a_poll_that_a_worker_made_while_nobody_led_does_not_end_the_stoppage(
    session: Session, polled_at: float, told: list[tuple[float, float | None]]
) -> None:
    (poll,) = session.scalars(select(TargetRow)).all()
    for hours in (0, polled_at):
        stored_fetch(session, look(as_target(poll, "feed"), FetchOutcome.SAME_CONTENT, at=at(hours)))

    for missed in (len(told), len(told) - 1):
        assert stopped(session, 0.5, 8) == missed
        assert gaps(session) == [(since, until, "not_running") for since, until in told]


def test_a_poll_in_time_beside_a_short_stoppage_has_no_gap(session: Session) -> None:
    (poll,) = session.scalars(select(TargetRow)).all()
    for hours in (0, 1):
        stored_fetch(session, look(as_target(poll, "feed"), FetchOutcome.SAME_CONTENT, at=at(hours)))

    assert stopped(session, 0.999, 1.1) == 0
    assert gaps(session) == []


@pytest.mark.parametrize(
    ("signs_every", "told"), [(timedelta(minutes=20), [(1.1, None)]), (timedelta(seconds=5), [(0, 1.1), (1.1, None)])]
)
def test_a_late_poll_between_the_last_sign_of_life_and_the_next_is_of_before_the_stoppage(
    session: Session, signs_every: timedelta, told: list[tuple[float, float | None]]
) -> None:
    """A clock that runs 240 times as fast moves 20 minutes from one sign to the next."""
    (poll,) = session.scalars(select(TargetRow)).all()
    for hours in (0, 1.1):
        stored_fetch(session, look(as_target(poll, "feed"), FetchOutcome.SAME_CONTENT, at=at(hours)))

    assert stopped(session, 1.05, 30, signs_every=signs_every) == len(told)
    assert gaps(session) == [(since, until, "not_running") for since, until in told]


def test_a_stoppage_in_which_no_poll_fell_due_is_no_gap(session: Session) -> None:
    good(session, 0)

    assert stopped(session, 0.2, 0.9) == 0
    assert stopped(session, 1.0, 1.01) == 0


@pytest.mark.parametrize("next_poll", [0.5, 9.0])
def test_a_poll_is_due_as_planned_and_no_later_than_its_interval(session: Session, next_poll: float) -> None:
    good(session, 0)
    session.execute(update(ChannelRow).values(next_poll_at=at(next_poll), interval_s=7200))

    assert stopped(session, 0.1, 1.0) == (1 if next_poll < 1 else 0)
    assert stopped(session, 0.1, 2.5) == (0 if next_poll < 1 else 1)


def test_a_stoppage_of_a_channel_that_is_down_goes_on_under_its_own_reason(session: Session) -> None:
    good(session, 0)
    failed(session, 1)

    assert stopped(session, 1.5, 8) == 0
    good(session, 9)
    assert gaps(session) == [(0, 9, "timeout")]


def test_a_channel_that_was_never_seen_has_no_gap_by_a_stoppage(session: Session) -> None:
    assert stopped(session, 0, 8) == 0


@pytest.mark.parametrize("outlet", [replace(OUTLET, enabled=False), replace(OUTLET, channels=())])
def test_a_channel_that_the_catalogue_lets_go_has_its_gap_ended_with_the_reason(
    session: Session, outlet: Outlet
) -> None:
    good(session, 0)
    failed(session, 1)
    put(session, outlet, 3)

    assert gaps(session) == [(0, 3, "timeout")]
    assert session.scalar(select(GapRow.detail)) == NO_LONGER_POLLED
    assert stopped(session, 4, 9) == 0


def test_an_outlet_that_is_named_no_more_has_its_gaps_ended(session: Session) -> None:
    good(session, 0)
    failed(session, 1)
    put(session, replace(OUTLET, slug="başqa", channels=()), 3)

    assert gaps(session) == [(0, 3, "timeout")]


def test_a_channel_that_comes_back_and_fails_has_a_gap_from_where_the_other_ended(session: Session) -> None:
    good(session, 0)
    failed(session, 1)
    put(session, replace(OUTLET, enabled=False), 3)
    put(session, OUTLET, 5)
    failed(session, 6, "gone")

    assert gaps(session) == [(0, 3, "timeout"), (3, None, "gone")]


def test_a_channel_whose_address_moved_keeps_its_gap_until_it_is_seen(session: Session) -> None:
    good(session, 0)
    failed(session, 1)
    put(session, MOVED, 3)
    assert gaps(session) == [(0, None, "timeout")]

    good(session, 4)
    assert gaps(session) == [(0, 4, "timeout")]


@pytest.mark.parametrize(
    ("outcome", "listed", "known", "caught_up"),
    [("ok", 10, 3, True), ("not_modified", None, None, True), ("ok", 0, 0, None), ("ok", 10, 0, False)],
)
def test_an_export_tells_whether_the_look_that_ended_a_gap_joined_what_was_listed_before(
    session: Session, outcome: str, listed: int | None, known: int | None, caught_up: bool | None
) -> None:
    fetch_id = polled(session, 0, "ok", 10, 0)
    put_entries(session, channel(session), [entry()], fetch_id=fetch_id, seen_at=at(0))
    good(session, 0)
    failed(session, 1)
    polled(session, 2, outcome, listed, known)
    good(session, 2)
    told = [gap.caught_up for gap in StoredExports(session).gaps(ExportFilter())]

    assert told == [caught_up]
    assert [gap.is_caught_up for gap in StoredFacts(session).gaps((at(0), at(9)))] == told


def test_whether_a_gap_was_caught_up_is_not_known_while_it_is_open_or_without_a_look_before(session: Session) -> None:
    failed(session, 0)
    assert [gap.caught_up for gap in StoredExports(session).gaps(ExportFilter())] == [None]
    polled(session, 1, "ok", 10, 0)
    good(session, 1)
    assert [gap.caught_up for gap in StoredExports(session).gaps(ExportFilter())] == [None]


def test_a_list_that_turned_over_was_not_caught_up(session: Session) -> None:
    put_rollover(session, channel(session), since=at(0), until=at(1))

    assert [(gap.reason, gap.caught_up) for gap in StoredExports(session).gaps(ExportFilter())] == [("rollover", False)]


def test_what_others_fetched_before_is_no_look_of_ours(session: Session) -> None:
    session.get_one(FetchRow, polled(session, -9000, "ok", None, None)).reason = Reason.BACKFILL.value
    session.flush()
    assert first_look_at(session) is None

    polled(session, 1, "ok", None, None)
    assert first_look_at(session) == at(1)


def polled(session: Session, hours: float, outcome: str, listed: int | None, known: int | None) -> int:
    """A stored poll that ended so; gives its id."""
    target = session.scalars(select(TargetRow)).one()
    row = FetchRow(
            target_id=target.id, outlet=target.outlet, channel_id=channel(session),
            url=target.url, reason="poll", requested_at=at(hours), received_at=at(hours), conditional=False,
            outcome=outcome, reading="listed" if listed else None, listed=listed, known=known,
        )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id
