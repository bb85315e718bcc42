"""The status's facts as a store tells them, on both databases."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from publish.status.build import build_status
from publish.status.model import Health, Rank
from storage import Session, Store
from storage.status_facts import StatusFacts
from storage.status_outlets import day_start, same_time_before
from storage.status_store import Place, status_facts
from storage.tables import (
    AlertRow,
    ChannelRow,
    FetchRow,
    JobRow,
    JobRunRow,
    OutletRow,
    RecordRow,
    ShiftRow,
    TargetRow,
    TodoRow,
)
from tests.unit.publish.hand_made import at
from tests.unit.publish.written import Writer

BAKU = ZoneInfo("Asia/Baku")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = at("18:00")
PLACE = Place(archive_bytes=1000, free_bytes=10**9, revision="0003", newest_revision="0003")


def _facts(store: Store, *outlets: str) -> StatusFacts:
    with store.read() as session:
        return status_facts(session, now=NOW, zone=BAKU, place=PLACE, outlets=outlets)


def test_an_empty_store_has_a_status(store: Store) -> None:
    facts = _facts(store)
    told = build_status(facts, real_now=NOW, zone=BAKU)

    assert told.sentence == "No outlet is known; run `parallax init`."
    assert told.concerns == ()
    assert facts.store.database_bytes > 0
    assert facts.store.growth_bytes_a_day is None


def test_a_catalogue_that_was_never_crawled_has_one(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        writer.channel("sahil")
        writer.channel("sahil", "tg", kind="telegram", not_crawled="not read yet")
        writer.channel("sahil", "hand", kind="manual")

    store.write(work)
    facts = _facts(store)

    assert [c.slug for c in facts.outlets[0].channels] == ["feed", "tg"]
    assert build_status(facts, real_now=NOW, zone=BAKU).outlets[0].health is Health.NEVER_LOOKED


def test_today_is_compared_with_the_days_before_at_this_time_of_day(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        channel_id = writer.channel("sahil")
        for day in (0, -1, -2):
            writer.poll(channel_id, "sahil", at("12:00", day=day))
        writer.poll(channel_id, "sahil", at("12:00", day=-3), outcome="timeout", reading=None)
        for number, (clock, day) in enumerate(
            [("09:00", 0), ("17:59", 0), ("09:00", -1), ("18:01", -1), ("09:00", -2), ("10:00", -2), ("09:00", -3)]
        ):
            writer.article("sahil", f"a{number}", at(clock, day=day))
        merged = writer.article("sahil", "merged", at("10:00"))
        writer.article("sahil", "other", at("09:00", day=-20), merged_into=merged)

    store.write(work)
    (found,) = _facts(store).outlets

    assert (found.articles_today, found.usual) == (3, (1, 2))  # on the third day no look was good


def test_a_channel_carries_its_gap_its_error_and_since_when_it_waits(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        channel_id = writer.channel("sahil")
        target = writer.target("sahil", "x", at("00:00"), channel=channel_id)
        row = session.get_one(TargetRow, target)
        row.url_key, row.state, row.next_at = "poll:feed", "due", at("17:58")
        old = writer.fetch(target, "sahil", at("10:00"), outcome="timeout", channel=channel_id)
        new = writer.fetch(target, "sahil", at("12:00"), outcome="dns_error", channel=channel_id)
        session.get_one(FetchRow, old).error, session.get_one(FetchRow, new).error = "old", "no such name"
        writer.gap(channel_id, at("10:00"), None, "timeout")
        writer.gap(channel_id, at("02:00"), at("03:00"))
        session.get_one(ChannelRow, channel_id).next_poll_at = at("19:00")

    store.write(work)
    (found,) = _facts(store).outlets[0].channels

    assert (found.gap_since, found.gap_reason, found.last_error) == (at("10:00"), "timeout", "no such name")
    assert found.next_at == at("17:58")
    assert _facts(store).polls.waiting_s == (120.0,)


def test_polls_count_once_though_they_were_redirected(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        channel_id = writer.channel("sahil")
        target = writer.target("sahil", "x", at("00:00"), channel=channel_id)
        looks = [("17:30", "17:30"), ("17:31", "17:30"), ("17:45", "17:42"), ("16:00", "15:00")]
        for asked, due in looks:
            fetch_id = writer.fetch(target, "sahil", at(asked), channel=channel_id)
            session.get_one(FetchRow, fetch_id).due_at = at(due)
        writer.fetch(target, "sahil", at("17:50"), channel=channel_id)  # by hand: nobody had planned it

    store.write(work)

    assert _facts(store).polls.begun_s == (0.0, 180.0)


def test_the_frontier_is_counted_by_what_waits_is_planned_or_given_up(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        for number, (state, next_at, reason) in enumerate(
            [
                ("due", "17:00", "new"),
                ("due", "17:30", "new"),
                ("due", "17:45", "recheck"),
                ("due", "19:00", "retry"),
                ("dead", None, "retry"),
                ("idle", None, "new"),
            ]
        ):
            row = session.get_one(TargetRow, writer.target("sahil", f"p{number}", at("00:00")))
            row.state, row.next_at, row.reason = state, at(next_at) if next_at else None, reason
        for outcome, day in (("ok", 0), ("ok", 0), ("robots_disallowed", 0), ("ok", -1)):
            writer.fetch(1, "sahil", at("09:00", day=day), outcome=outcome)
        session.add(TodoRow(kind="read", subject_id=1, created_at=NOW, attempts=5, error="broken"))

    store.write(work)
    facts = _facts(store)
    told = build_status(facts, real_now=NOW, zone=BAKU)

    assert (told.frontier.waiting, told.frontier.later, told.frontier.set_aside) == (3, 1, 1)
    assert told.frontier.oldest_due_at == at("17:00")
    assert (told.frontier.fetched_today, told.frontier.refused_by_robots_today) == (3, 1)
    assert told.frontier.todos_given_up == 1


def test_the_leader_the_jobs_and_the_alerts_are_told(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        writer.outlet("other")
        channel_id = writer.channel("sahil")
        for day, outcome in ((-2, "lost"), (0, None)):
            session.add(
                ShiftRow(
                    owner=f"me{day}",
                    started_at=at("06:00", day=day),
                    last_tick_at=NOW,
                    last_tick_real_at=NOW,
                    ended_at=None if outcome is None else at("07:00", day=day),
                    outcome=outcome,
                    ticks=1,
                )
            )
        session.add(
            JobRow(name="backup", schedule="daily at 04:00", next_at=at("04:00", day=1), last_succeeded_at=None)
        )
        session.flush()
        for day, outcome in ((-1, "done"), (0, "failed")):
            due = at("04:00", day=day)
            session.add(
                JobRunRow(job="backup", due_at=due, owner="me", started_at=due, outcome=outcome, detail="no room")
            )
        for number, (outlet, closed) in enumerate([("sahil", None), ("other", None), ("sahil", NOW)]):
            session.add(
                AlertRow(
                    kind="blocked",
                    subject=outlet,
                    outlet=outlet,
                    channel_id=channel_id if outlet == "sahil" else None,
                    severity="now",
                    opened_at=at("10:00") + timedelta(minutes=number),
                    last_seen_at=NOW,
                    closed_at=closed,
                    summary="s",
                    figures={"looks": "6"},
                )
            )

    store.write(work)
    facts = _facts(store)
    told = build_status(facts, real_now=NOW + timedelta(seconds=5), zone=BAKU)

    assert (told.runs.leader, told.runs.leader_since) == ("me0", at("06:00"))
    assert (told.runs.jobs[0].last_outcome, told.runs.jobs[0].last_detail) == ("failed", "no room")
    assert [(a.subject, a.channel) for a in facts.alerts] == [("sahil", "sahil/feed"), ("other", None)]
    assert [c.rank for c in told.concerns] == [Rank.NOW, Rank.NOW, Rank.TODAY]
    assert [a.subject for a in _facts(store, "other").alerts] == ["other"]
    assert [o.slug for o in _facts(store, "other").outlets] == ["other"]


def test_the_lag_reaches_from_the_first_listing_to_the_look_that_brought_the_text(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        writer.revision(writer.article("sahil", "a", at("09:00")), "A", "a", at("09:04"))
        late = writer.article("sahil", "b", at("09:00"))
        writer.revision(late, "B", "b", at("09:10"))
        writer.revision(late, "B", "b2", at("15:00"))
        writer.revision(writer.article("sahil", "c", at("09:00", day=-1)), "C", "c", at("12:00"))

    store.write(work)

    assert _facts(store).lags_s == (240.0, 600.0)


def test_the_growth_goes_by_what_the_archive_took_in_the_last_week(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        target = writer.target("sahil", "x", at("00:00"))
        for number, (clock, day) in enumerate([("18:00", -20), ("18:00", -2), ("12:00", 0)]):
            fetch_id = writer.fetch(target, "sahil", at(clock, day=day))
            record = RecordRow(
                record_id=f"r{number}", file="f", offset=number, length=500, kind="response", payload_sha256="0"
            )
            session.add(record)
            session.flush()
            session.get_one(FetchRow, fetch_id).record_id = record.id

    store.write(work)
    told = _facts(store).store
    assert told.growth_bytes_a_day is not None
    # 1,000 bytes of records in two days, and the database grows as the archive does
    assert told.growth_bytes_a_day == int(1000 * (told.database_bytes + 1000) / 1000 / 2)


def test_days_and_times_of_day_follow_the_clocks_of_the_zone() -> None:
    after_spring = at("12:00").replace(month=3, day=29)  # 2026-03-29: Berlin goes forward at 02:00

    assert (day_start(after_spring, BERLIN).utcoffset(), same_time_before(after_spring, BERLIN, days_before=1)) == (
        timedelta(hours=1),
        after_spring.astimezone(BERLIN).replace(day=28, fold=0),
    )


def test_an_outlet_that_left_the_catalogue_is_not_told(store: Store) -> None:
    def work(session: Session) -> None:
        Writer(session).outlet("gone")
        session.flush()
        session.get_one(OutletRow, "gone").removed_at = NOW

    store.write(work)

    assert _facts(store).outlets == ()
