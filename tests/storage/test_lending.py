"""Hosts lent to a trial: on both databases, and with nothing written but the hand on the host."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.lending import HostLender
from crawler.owner import this_owner
from domain.outlet import Politeness
from parallax.clock import SystemClock
from storage import Session, Store
from storage.hosts import claim_hosts, ensure_host, pause_host
from storage.lending import lend_hosts, pause_of, take_back
from storage.real_time import real_time
from storage.tables import HostRow

HOST, OTHER = "xeber.example", "liman.example"
BORROWER, SERVICE = "boot:1:1:1", "boot:1:2:2"
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def _known(session: Session) -> None:
    for host in (HOST, OTHER):
        ensure_host(session, host, Politeness())


def _row(store: Store, host: str = HOST) -> HostRow:
    with store.read() as session:
        row = session.get_one(HostRow, host)
        session.expunge(row)
        return row


def _claim_by_service(store: Store) -> None:
    store.write(
        lambda session: claim_hosts(
            session, [HOST], owner=this_owner(), is_alive=lambda *_: False, real_now=real_time(session), now=NOW
        )
    )


def test_a_free_host_is_claimed_and_a_stranger_is_nobodys(store: Store) -> None:
    store.write(_known)

    lent = store.write(
        lambda session: lend_hosts(
            session, [HOST, "foreign.example"], owner=BORROWER, is_alive=lambda *_: False, real_now=NOW, now=NOW
        )
    )

    assert [host.key for host in lent.claimed] == [HOST]
    assert lent.strangers == {"foreign.example"}
    assert _row(store).owner == BORROWER


def test_a_host_in_living_hands_is_not_lent(store: Store) -> None:
    store.write(_known)
    _claim_by_service(store)

    lent = store.write(
        lambda session: lend_hosts(
            session, [HOST, OTHER], owner=BORROWER, is_alive=lambda *_: True, real_now=NOW, now=NOW
        )
    )

    assert ([host.key for host in lent.claimed], lent.held) == ([OTHER], {HOST})


def test_a_host_that_asked_to_be_left_alone_is_not_lent(store: Store) -> None:
    until = NOW + timedelta(hours=1)
    store.write(_known)
    store.write(lambda session: pause_host(session, HOST, until=until))

    lent = store.write(
        lambda session: lend_hosts(session, [HOST], owner=BORROWER, is_alive=lambda *_: False, real_now=NOW, now=NOW)
    )

    assert (lent.claimed, dict(lent.paused)) == ((), {HOST: until})


def test_what_a_host_asked_of_the_borrower_holds_for_the_service(store: Store) -> None:
    until = NOW + timedelta(hours=1)
    store.write(_known)
    told: list[str] = []
    lender = HostLender(store, SystemClock(), lambda name, _: told.append(name))

    waits = lender.borrow([HOST], 1)
    lender.give_back(HOST, 5.0, until)

    assert waits == {HOST: 0.0}
    assert _row(store).owner is None
    assert _row(store).next_allowed_at is not None
    with store.read() as session:
        assert pause_of(session, HOST) == until


def test_a_borrowed_host_waits_for_what_the_service_left_over(store: Store) -> None:
    store.write(_known)
    _claim_by_service(store)
    token = _row(store).token
    store.write(
        lambda session: take_back(
            session,
            HOST,
            owner=this_owner(),
            token=token,
            next_allowed_at=real_time(session) + timedelta(seconds=40),
            paused_until=None,
        )
    )

    waits = HostLender(store, SystemClock(), lambda *_: None).borrow([HOST], 1)

    assert 30 < waits[HOST] <= 40


def test_a_host_in_other_hands_is_waited_for_and_told_of_once(store: Store) -> None:
    store.write(_known)
    _claim_by_service(store)
    told: list[object] = []
    lender = HostLender(store, SystemClock(), lambda _, fields: told.append(fields["host"]), owner=SERVICE)

    assert lender.borrow([HOST], 1) == {}
    assert lender.is_waiting
    assert lender.borrow([HOST, OTHER], 1) == {OTHER: 0.0}
    assert told == [HOST]


def test_patience_ends(store: Store) -> None:
    store.write(_known)
    _claim_by_service(store)
    lender = HostLender(store, SystemClock(), lambda *_: None, owner=SERVICE, patience_s=0.0)

    lender.borrow([HOST], 1)

    assert not lender.is_waiting


def test_a_host_that_was_taken_over_meanwhile_is_told(store: Store) -> None:
    store.write(_known)
    lender = HostLender(store, SystemClock(), lambda *_: None)
    lender.borrow([HOST, OTHER], 2)

    assert lender.beat() == set()
    store.write(lambda session: setattr(session.get_one(HostRow, HOST), "token", 99))

    assert lender.beat() == {HOST}
