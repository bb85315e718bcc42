"""A fault of the database is waited through and told of once, with its cause."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select, text

from domain.errors import OutageError
from storage import Session, Store, open_store
from storage import outages as outages_module
from storage.outages import Outages
from storage.tables import CatalogueState
from tests.databases import locked, migrated_store, postgres_database
from tests.storage.test_engine import _add

LOCKED = OutageError("locked", "the database is locked")


class Told(list[tuple[str, Mapping[str, object]]]):
    """What an outage's teller was told."""

    def __call__(self, name: str, fields: Mapping[str, object]) -> None:
        self.append((name, fields))


def test_a_write_waits_for_a_lock_and_the_lock_is_told_of_once(store: Store, database_url: str) -> None:
    store.outages.tell = told = Told()
    lock = locked(database_url, "catalogue_state")
    lock.__enter__()
    waiting = threading.Thread(target=lambda: store.write(lambda session: session.add(_add("a"))))
    waiting.start()
    time.sleep(2.5)
    still_waits = waiting.is_alive()
    lock.__exit__(None, None, None)
    waiting.join(10)

    assert still_waits
    assert [(name, fields.get("kind")) for name, fields in told] == [("outage.began", "locked")]
    with store.read() as session:
        assert session.scalars(select(CatalogueState.catalogue_hash)).all() == ["a"]


def test_a_process_that_is_to_end_waits_no_longer_for_a_lock(store: Store, database_url: str) -> None:
    store.outages.tell = Told()
    with locked(database_url, "catalogue_state"):
        began = time.monotonic()
        store.hurry(0.0)
        with pytest.raises(OutageError, match="locked"):
            store.write(lambda session: session.add(_add("a")))

    assert time.monotonic() - began < 5.0


@pytest.mark.postgres
def test_connections_that_the_server_ends_are_an_outage_and_a_question_is_asked_again(postgres: str) -> None:
    store = open_store(postgres)
    store.outages.tell = told = Told()
    tries = []

    def ask(session: Session) -> int:
        tries.append(1)
        if len(tries) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return int(session.execute(text("SELECT 7")).scalar_one())

    assert store.ask(ask) == 7
    assert [(name, fields["kind"]) for name, fields in told] == [("outage.began", "unreachable")]
    store.close()


@pytest.mark.postgres
def test_a_reader_caught_between_two_locks_of_tables_meets_a_locked_database(postgres: str) -> None:
    with postgres_database(postgres) as url:
        store = open_store(url)
        store.outages.tell = told = Told()
        for name in ("one", "other"):
            store.write(lambda session, name=name: session.execute(text(f"CREATE TABLE {name} (id int)")))  # type: ignore[misc]

        def lock_both() -> None:
            with store.engine.begin() as connection:
                connection.execute(text("LOCK TABLE other IN ACCESS EXCLUSIVE MODE"))
                connection.execute(text("LOCK TABLE one IN ACCESS EXCLUSIVE MODE"))  # waits for the reader

        def read_both() -> None:
            with store.read() as session:
                session.execute(text("SELECT count(*) FROM one"))
                locking.start()
                time.sleep(1.5)  # the server looks for a deadlock a second after a wait began: now only the reader's
                session.execute(text("SELECT count(*) FROM other"))

        locking = threading.Thread(target=lock_both)
        with pytest.raises(OutageError, match="the database is locked: deadlock detected"):
            read_both()
        locking.join(10)
        store.close()

    assert [(name, fields.get("kind")) for name, fields in told] == [("outage.began", "locked")]


@pytest.mark.postgres
def test_a_writer_that_is_caught_in_deadlocks_to_the_end_meets_a_locked_database(postgres: str) -> None:
    store = open_store(postgres)
    store.outages.tell = told = Told()
    tries = []

    def work(session: Session) -> None:
        tries.append(1)
        if len(tries) == 2:
            store.hurry(0.0)
        session.execute(text("DO 'BEGIN RAISE deadlock_detected; END'"))

    with pytest.raises(OutageError, match="the database is locked") as raised:
        store.write(work)
    store.close()

    assert (raised.value.kind, len(tries)) == ("locked", 2)
    assert [(name, fields.get("kind")) for name, fields in told] == [("outage.began", "locked")]


def test_a_server_that_is_not_there_is_an_outage() -> None:
    store = open_store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    store.outages.tell = Told()

    with pytest.raises(OutageError, match="can't be reached") as raised, store.read() as session:
        session.execute(text("SELECT 1"))

    assert raised.value.kind == "unreachable"


def test_a_full_disk_is_an_outage(tmp_path: Path) -> None:
    with migrated_store(f"sqlite:///{tmp_path}/parallax.db") as store:
        store.outages.tell = told = Told()
        store.hurry(0.0)
        with store.read() as session:
            pages = session.execute(text("PRAGMA page_count")).scalar_one()

        def work(session: Session) -> None:
            session.execute(text(f"PRAGMA max_page_count={pages}"))
            session.add(_add("a" * 100_000))

        with pytest.raises(OutageError, match="the disk is full"):
            store.write(work)

    assert [fields["kind"] for _, fields in told] == ["disk_full"]


def test_an_outage_is_over_when_all_who_met_it_got_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages_module, "QUIET_S", 0.0)
    told = Told()
    outages = Outages(told)
    outages.failed(LOCKED)
    outages.failed(LOCKED, source="child")
    outages.worked()
    assert [name for name, _ in told] == ["outage.began"]

    outages.worked("child")
    outages.failed(LOCKED)

    assert [name for name, _ in told] == ["outage.began", "outage.ended", "outage.began"]


def test_one_that_comes_back_at_once_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages_module, "QUIET_S", 60.0)
    told = Told()
    outages = Outages(told)
    for _ in range(3):
        outages.failed(LOCKED)
        outages.worked()

    assert [name for name, _ in told] == ["outage.began"]
