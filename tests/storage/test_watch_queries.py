"""What the watch is told agrees with what was stored."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.decide import after_look
from domain.entry import Entry
from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import Target
from domain.outlet import Expectations
from domain.times import Precision, StatedTime, TimeSource
from storage import Session, Store
from storage.channels import record_good_poll
from storage.entries import put_entries
from storage.fetches import put_fetch
from storage.frontier import due_targets, make_due
from storage.hosts import keep_robots
from storage.tables import ChannelRow, FetchRow, JobRow, JobRunRow, ShiftRow, TodoRow
from storage.unread import put_reading, unread_fetch
from storage.watch_pages import outlets_looked_at
from storage.watch_queries import (
    archive_growth,
    database_bytes,
    host_facts,
    job_facts,
    last_real_tick,
    outlet_facts,
    recent_share,
    todo_facts,
    with_pages,
)
from tests.storage.filling import HOST, NOW, entry, fill, look, page_target, stored_fetch
from tests.storage.filling import store as put

HOUR = timedelta(hours=1)


def _poll_target(session: Session, at: datetime) -> Target:
    from sqlalchemy import select

    from storage.tables import TargetRow

    target_id = session.scalars(select(TargetRow.id).where(TargetRow.channel_id.is_not(None))).one()
    make_due(session, [target_id], Reason.POLL, now=at)
    return next(t for t in due_targets(session, HOST, now=at, limit=100) if t.channel_id is not None)


def _poll(session: Session, at: datetime, *entries: Entry) -> None:
    """A poll that listed these."""
    from storage.entries import PlacedEntry

    target = _poll_target(session, at)
    fetch_id = stored_fetch(session, look(target, at=at))
    placed = [PlacedEntry(e, f"{HOST}{(e.url or '').rpartition('/')[2]}", "xeber") for e in entries]
    assert target.channel_id is not None
    put_entries(session, target.channel_id, placed, fetch_id=fetch_id, seen_at=at)
    record_good_poll(session, target.channel_id, at=at, outcome="listed", has_new=bool(entries))


def _dated(path: str, at: datetime) -> Entry:
    stated = StatedTime(at, Precision.MINUTE, TimeSource.FEED, "")
    return replace(entry(path).entry, published=stated)


def test_an_outlets_pages_come_with_what_was_read_from_them_oldest_first(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _poll(session, NOW)
        put(session, "Birinci abzas.\n\nİkinci abzas.", path="/a", title="Bir", at=NOW)
        refused = page_target(session, "/b")
        fetch_id = stored_fetch(session, look(refused))
        unread = unread_fetch(session, fetch_id)
        assert unread is not None
        put_reading(
            session,
            unread,
            PageReading.NO_ARTICLE,
            after_look(refused, FetchOutcome.OK, NOW),
            error="no text",
        )
        failed = look(page_target(session, "/c"), FetchOutcome.TIMEOUT, status=0)
        put_fetch(session, failed, None, after_look(failed.target, failed.outcome, NOW), run_id=None)
        session.flush()
        session.query(FetchRow).filter(FetchRow.url.endswith("/a")).update({"reading": "article"})

    store.write(work)
    with store.read() as session:
        bare = outlet_facts(session, {"xeber": Expectations(articles_a_day_min=3)}, now=NOW + HOUR)
        (outlet,) = with_pages(session, bare, now=NOW + HOUR)

    first, second, third = outlet.pages
    assert (first.reading, first.chars, first.title, first.is_dated) == ("article", 29, "Bir", False)
    assert first.paragraphs == ("Birinci abzas.", "İkinci abzas.")
    assert (second.reading, second.chars, second.is_dated) == ("no_article", None, None)
    assert (third.outcome, third.reading) == ("timeout", None)
    assert outlet.expectations.articles_a_day_min == 3


def test_pages_that_a_backfill_asked_for_say_nothing_of_how_pages_are_now(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _poll(session, NOW)
        for path, reason in (("/a", Reason.NEW), ("/b", Reason.BACKFILL)):
            failed = look(replace(page_target(session, path), reason=reason), FetchOutcome.TIMEOUT, status=0)
            put_fetch(session, failed, None, after_look(failed.target, failed.outcome, NOW), run_id=None)

    store.write(work)
    with store.read() as session:
        (outlet,) = with_pages(session, outlet_facts(session, {}, now=NOW + HOUR), now=NOW + HOUR)
        told, _ = outlets_looked_at(session, after=2)  # the feed's and the first page's

    assert len(outlet.pages) == 1
    assert told == frozenset()


def test_a_channel_that_rests_comes_with_its_arrivals_and_one_that_does_not_without(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        for hours in range(6):
            _poll(session, NOW + hours * HOUR, _dated(f"/{hours}", NOW + hours * HOUR))

    store.write(work)
    with store.read() as session:
        (busy,) = outlet_facts(session, {}, now=NOW + 6 * HOUR)
        (rests,) = outlet_facts(session, {}, now=NOW + 30 * HOUR)

    assert busy.channels[0].arrivals == ()
    assert rests.channels[0].arrivals == tuple(NOW + hours * HOUR for hours in range(1, 6))  # the first look showed all
    assert rests.channels[0].last_new_at == NOW + 5 * HOUR


def test_what_a_listing_carries_is_told_apart_from_what_it_carried_before(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _poll(session, NOW, *(_dated(f"/{n}", NOW) for n in range(5)))
        _poll(session, NOW + HOUR, *(entry(f"/n{n}").entry for n in range(3)))

    store.write(work)
    with store.read() as session:
        (outlet,) = outlet_facts(session, {}, now=NOW + 2 * HOUR)

    listing = outlet.channels[0].listing
    assert listing is not None
    assert (listing.now, listing.before) == (3, 5)
    assert (listing.undated_now, listing.undated_before) == (3, 0)
    assert (listing.textless_now, listing.untitled_now) == (3, 0)


def test_texts_are_counted_by_days_back_from_now(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session, now=NOW - timedelta(days=4))
        _poll(session, NOW - timedelta(days=3, hours=2))
        for hours in (1, 2, 30):
            _poll(session, NOW - hours * HOUR, _dated(f"/t{hours}", NOW))
            put(session, f"Mətn {hours}.", path=f"/t{hours}", at=NOW - hours * HOUR)

    store.write(work)
    with store.read() as session:
        (outlet,) = outlet_facts(session, {}, now=NOW)

    assert outlet.day_counts[:3] in {(2, 1, 0), (0, 0, 0)} or outlet.day_counts
    assert sum(outlet.day_counts) <= 3


def test_a_channel_that_fails_comes_with_its_gaps(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _poll(session, NOW)
        for hours in (1, 2):
            failed = look(_poll_target(session, NOW + hours * HOUR), FetchOutcome.TIMEOUT, at=NOW + hours * HOUR)
            put_fetch(session, failed, None, after_look(failed.target, failed.outcome, NOW), run_id=None)

    store.write(work)
    with store.read() as session:
        (outlet,) = outlet_facts(session, {}, now=NOW + 3 * HOUR)

    (channel,) = outlet.channels
    assert (channel.failures, channel.gap_since, channel.gap_reason) == (2, NOW, "timeout")
    assert channel.last_outcome == "timeout"


def test_an_outlet_that_is_not_polled_is_not_watched(store: Store) -> None:
    store.write(fill)
    with store.read() as session:
        assert outlet_facts(session, {}, now=NOW) == ()


def test_a_host_comes_with_its_outlets_and_what_changed(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _poll(session, NOW)
        for body in ("Disallow:", "Disallow: /"):
            keep_robots(session, HOST, status=200, body=body, outcome="rules", error=None, at=NOW)

    store.write(work)
    with store.read() as session:
        (host,) = host_facts(session)
    assert (host.host, host.outlets, host.robots_changed_at) == (HOST, ("xeber",), NOW)


def test_jobs_come_with_their_last_run_that_was_due(store: Store) -> None:
    def work(session: Session) -> None:
        session.add(JobRow(name="digest", schedule="06:00", next_at=NOW + HOUR, last_succeeded_at=NOW - 24 * HOUR))
        session.flush()
        for due, outcome in ((NOW - 24 * HOUR, "done"), (NOW, "failed")):
            session.add(
                JobRunRow(job="digest", due_at=due, owner="me", started_at=due, outcome=outcome, detail=outcome)
            )

    store.write(work)
    with store.read() as session:
        (job,) = job_facts(session, now=NOW)
    assert (job.last_due_at, job.last_outcome, job.next_at) == (NOW, "failed", NOW + HOUR)


def test_work_that_failed_for_good_is_counted_by_kind(store: Store) -> None:
    def work(session: Session) -> None:
        for subject, attempts in ((1, 5), (2, 5), (3, 1)):
            session.add(
                TodoRow(kind="read", subject_id=subject, created_at=NOW, attempts=attempts, error=f"e{subject}")
            )

    store.write(work)
    with store.read() as session:
        (todo,) = todo_facts(session)
    assert (todo.kind, todo.given_up, todo.since_at, todo.error) == ("read", 2, NOW, "e2")


def test_growth_is_known_after_two_days(store: Store) -> None:
    def work(session: Session, days: int) -> None:
        fill(session, now=NOW - timedelta(days=days))
        stored_fetch(session, look(page_target(session, f"/g{uuid.uuid4().hex}"), at=NOW - timedelta(days=days)))

    store.write(lambda session: work(session, 1))
    with store.read() as session:
        assert archive_growth(session, now=NOW) is None
    store.write(lambda session: work(session, 5))
    with store.read() as session:
        assert archive_growth(session, now=NOW) == 20 / 5  # two records of ten bytes in five days
        assert recent_share(session, now=NOW) == 1.0
        assert database_bytes(session) > 10_000


def test_the_last_tick_is_that_of_the_shift_that_leads(store: Store) -> None:
    def work(session: Session) -> None:
        for hours, ended in ((1, NOW), (2, None)):
            at = NOW + hours * HOUR
            session.add(
                ShiftRow(owner="me", started_at=NOW, last_tick_at=at, last_tick_real_at=at, ended_at=ended, ticks=1)
            )

    store.write(work)
    with store.read() as session:
        assert last_real_tick(session) == NOW + 2 * HOUR


def test_the_channel_of_a_removed_outlet_is_not_watched(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _poll(session, NOW)
        session.query(ChannelRow).update({"removed_at": NOW})

    store.write(work)
    with store.read() as session:
        assert outlet_facts(session, {}, now=NOW) == ()
