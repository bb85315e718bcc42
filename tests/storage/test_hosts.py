"""Hosts and targets: who may work on what, and what is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from domain.fetch import Certificate, FetchOutcome, Reason, Urgency
from domain.frontier import ClaimedHost, NewTarget
from domain.outlet import Politeness
from storage import Session, Store
from storage.frontier import PRIORITY, add_targets, due_targets, make_due
from storage.hosts import (
    WaitingHost,
    claim_hosts,
    claimable_hosts,
    free_hosts_of_the_dead,
    holds,
    keep_certificate,
    keep_robots,
    open_run,
    release_host,
)
from storage.tables import HostRow, RunRow, TargetRow
from tests.storage.filling import HOST, NOW, fill, look, page_target, stored_fetch


def _nobody(_owner: str, _beat: datetime | None) -> bool:
    return False


def _everybody(_owner: str, _beat: datetime | None) -> bool:
    return True


def _claim(session: Session, owner: str, *, alive: object = _nobody, now: datetime = NOW) -> tuple[ClaimedHost, ...]:
    found = claimable_hosts(session, owner=owner, is_alive=alive, real_now=now, now=now, limit=10)  # type: ignore[arg-type]
    keys = [host.key for host in found]
    return claim_hosts(session, keys, owner=owner, is_alive=alive, real_now=now, now=now)  # type: ignore[arg-type]


def _add_page(session: Session, host: str, *, at: datetime) -> None:
    page = NewTarget("xeber", f"https://{host}/a", f"{host}/a", host, Reason.NEW)
    add_targets(session, [page], Politeness(), now=at)


def _because(reason: Reason) -> dict[str, object]:
    return {"reason": reason.value, "priority": PRIORITY[reason]}


def test_a_host_with_nothing_due_is_not_claimed(store: Store) -> None:
    store.write(fill)

    assert store.write(lambda session: _claim(session, "me")) == ()


def test_a_host_with_a_poll_that_is_due_comes_before_those_that_wait_longer_with_pages(store: Store) -> None:
    def work(session: Session) -> list[WaitingHost]:
        fill(session)
        (poll,) = session.scalars(select(TargetRow).where(TargetRow.channel_id.is_not(None)))
        poll.state, poll.reason, poll.next_at = "due", "poll", NOW
        for number in range(3):
            _add_page(session, f"h{number}.example", at=NOW - timedelta(hours=1))
        session.flush()
        return claimable_hosts(session, owner="me", is_alive=_nobody, real_now=NOW, now=NOW, limit=2)

    assert store.write(work) == [(HOST, Urgency.POLL), ("h0.example", Urgency.PAGE)]


def test_of_two_hosts_with_polls_due_the_older_poll_comes_first_whatever_else_is_due_there(store: Store) -> None:
    def work(session: Session) -> list[WaitingHost]:
        fill(session)
        (poll,) = session.scalars(select(TargetRow).where(TargetRow.channel_id.is_not(None)))
        poll.state, poll.reason, poll.next_at = "due", "poll", NOW
        for number in range(3):
            _add_page(session, f"h{number}.example", at=NOW - timedelta(hours=number))
        session.execute(update(TargetRow).where(TargetRow.host == "h2.example").values(_because(Reason.RECHECK)))
        _add_page(session, HOST, at=NOW - timedelta(hours=2))
        a_poll = _because(Reason.POLL) | {"next_at": NOW - timedelta(minutes=1)}
        session.execute(update(TargetRow).where(TargetRow.host == "h0.example").values(a_poll))
        session.flush()
        return claimable_hosts(session, owner="me", is_alive=_nobody, real_now=NOW, now=NOW, limit=4)

    assert store.write(work) == [
        ("h0.example", Urgency.POLL),
        (HOST, Urgency.POLL),
        ("h1.example", Urgency.PAGE),
        ("h2.example", Urgency.CAN_WAIT),
    ]


def test_a_claimed_host_is_not_given_to_another_while_its_owner_lives(store: Store) -> None:
    def work(session: Session) -> tuple[int, int]:
        fill(session)
        page_target(session)
        mine = _claim(session, "me")
        return len(mine), len(_claim(session, "you", alive=_everybody))

    assert store.write(work) == (1, 0)


def test_a_dead_owners_host_is_taken_over_after_its_whole_delay_and_its_run_is_lost(store: Store) -> None:
    def work(session: Session) -> ClaimedHost:
        fill(session)
        page_target(session)
        (mine,) = _claim(session, "me")
        open_run(session, mine, "me", now=NOW)
        (taken,) = _claim(session, "you", now=NOW + timedelta(seconds=1))
        assert not holds(session, HOST, "me", mine.token)
        assert holds(session, HOST, "you", taken.token)
        return taken

    taken = store.write(work)
    assert taken.wait_s == 3.0
    with store.read() as session:
        assert session.scalars(select(RunRow.outcome)).one() == "lost"


def test_a_dead_owners_host_is_freed_at_the_next_start_though_nothing_is_due_there(store: Store) -> None:
    def work(session: Session) -> HostRow | None:
        fill(session)
        target = page_target(session)
        (mine,) = _claim(session, "me")
        open_run(session, mine, "me", now=NOW)
        session.get(TargetRow, target.id).state = "idle"  # type: ignore[union-attr]
        session.flush()
        free_hosts_of_the_dead(session, is_alive=_nobody, real_now=NOW, now=NOW)
        return session.get(HostRow, HOST)

    freed = store.write(work)
    assert freed is not None
    assert (freed.owner, freed.token, freed.next_allowed_at) == (None, 2, NOW + timedelta(seconds=3))
    with store.read() as session:
        assert session.scalars(select(RunRow.outcome)).one() == "lost"


def test_a_released_host_may_be_asked_again_only_after_its_time(store: Store) -> None:
    def work(session: Session) -> ClaimedHost:
        fill(session)
        page_target(session)
        (mine,) = _claim(session, "me")
        run_id = open_run(session, mine, "me", now=NOW)
        release_host(
            session,
            HOST,
            owner="me",
            token=mine.token,
            next_allowed_at=NOW + timedelta(seconds=2),
            run_id=run_id,
            outcome="done",
            counts={"ok": 1},
            now=NOW,
        )
        (again,) = _claim(session, "me")
        return again

    again = store.write(work)
    assert (again.wait_s, again.token) == (2.0, 2)


def test_a_host_that_asked_us_to_wait_is_left_alone_so_long(store: Store) -> None:
    from dataclasses import replace

    def work(session: Session) -> tuple[int, int]:
        fill(session)
        target = page_target(session)
        stored_fetch(session, replace(look(target, FetchOutcome.RATE_LIMITED, status=429), retry_after_s=3600))
        due = NOW + timedelta(minutes=30)
        early = len(_claim(session, "me", now=due))
        return early, len(_claim(session, "me", now=NOW + timedelta(minutes=61)))

    assert store.write(work) == (0, 1)


def test_targets_come_in_the_order_of_their_reasons(store: Store) -> None:
    def work(session: Session) -> list[Reason]:
        fill(session)
        recheck = page_target(session, "/old")
        session.get(TargetRow, recheck.id).state = "idle"  # type: ignore[union-attr]
        session.flush()
        make_due(session, [recheck.id], Reason.RECHECK, now=NOW)
        page_target(session, "/new")
        poll = session.scalars(select(TargetRow.id).where(TargetRow.channel_id.is_not(None))).one()
        make_due(session, [poll], Reason.POLL, now=NOW)
        return [t.reason for t in due_targets(session, HOST, now=NOW, limit=10)]

    assert store.write(work) == [Reason.POLL, Reason.NEW, Reason.RECHECK]


def test_a_page_listed_twice_is_one_target(store: Store) -> None:
    def work(session: Session) -> int:
        fill(session)
        page_target(session)
        page_target(session)
        return len(session.scalars(select(TargetRow).where(TargetRow.channel_id.is_(None))).all())

    assert store.write(work) == 1


def test_the_most_careful_delay_is_kept_with_the_host(store: Store) -> None:
    store.write(fill)

    with store.read() as session:
        assert session.scalars(select(HostRow.delay_s)).one() == 3.0


def _robots(store: Store, body: str | None, outcome: str, *, at: datetime) -> datetime | None:
    store.write(lambda session: keep_robots(session, HOST, status=200, body=body, outcome=outcome, error=None, at=at))
    with store.read() as session:
        return session.scalars(select(HostRow.robots_changed_at).where(HostRow.key == HOST)).one()


def test_a_robots_txt_that_reads_otherwise_than_before_has_changed(store: Store) -> None:
    store.write(lambda session: (fill(session), page_target(session)))
    later = NOW + timedelta(hours=3)

    assert _robots(store, "Disallow:", "rules", at=NOW) is None
    assert _robots(store, "Disallow:", "rules", at=later) is None
    assert _robots(store, "Disallow: /", "rules", at=later) == later
    assert _robots(store, "Disallow: /", "rules", at=later + timedelta(hours=3)) == later


def _certificate(store: Store, sha256: str, *, at: datetime) -> tuple[str | None, datetime | None, datetime | None]:
    shown = Certificate(sha256, at + timedelta(days=60))
    store.write(lambda session: keep_certificate(session, HOST, shown, at=at))
    with store.read() as session:
        row = session.scalars(select(HostRow).where(HostRow.key == HOST)).one()
        return row.certificate_sha256, row.certificate_changed_at, row.certificate_expires_at


def test_a_certificate_has_changed_when_another_is_shown_not_when_one_is_first_seen(store: Store) -> None:
    store.write(lambda session: (fill(session), page_target(session)))
    later = NOW + timedelta(days=30)

    assert _certificate(store, "a" * 64, at=NOW) == ("a" * 64, None, NOW + timedelta(days=60))
    assert _certificate(store, "b" * 64, at=later) == ("b" * 64, later, later + timedelta(days=60))
    assert _certificate(store, "b" * 64, at=later + timedelta(days=1))[1:] == (later, later + timedelta(days=60))
