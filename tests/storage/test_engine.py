"""Transactions behave alike on both databases."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text, update

from storage import Session, Store
from storage.tables import CatalogueState
from tests.databases import migrated_store, sqlite_url

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)


def _add(name: str, at: datetime = NOW) -> CatalogueState:
    return CatalogueState(catalogue_hash=name, first_used_at=at, outlets=1, topics=1)


def test_what_was_written_is_read_back(store: Store) -> None:
    store.write(lambda session: session.add(_add("a")))

    with store.read() as session:
        assert session.scalars(select(CatalogueState.catalogue_hash)).all() == ["a"]


def test_an_error_leaves_nothing_behind(store: Store) -> None:
    def work(session: Session) -> None:
        session.add(_add("a"))
        session.flush()
        raise ValueError("midway")

    with pytest.raises(ValueError, match="midway"):
        store.write(work)

    with store.read() as session:
        assert session.scalars(select(CatalogueState)).all() == []


def test_what_a_reader_writes_is_not_kept(store: Store) -> None:
    with store.read() as session:
        session.add(_add("a"))
        session.flush()

    with store.read() as session:
        assert session.scalars(select(CatalogueState)).all() == []


def test_times_come_back_as_utc_whatever_their_offset_was(store: Store) -> None:
    baku = timezone(timedelta(hours=4))
    store.write(lambda session: session.add(_add("a", datetime(2026, 3, 2, 9, 5, 0, 123456, baku))))

    with store.read() as session:
        stored = session.scalars(select(CatalogueState.first_used_at)).one()

    assert stored == datetime(2026, 3, 2, 5, 5, 0, 123456, UTC)
    assert stored.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="must be aware"):
        store.write(lambda session: session.add(_add("a", datetime(2026, 3, 2))))  # noqa: DTZ001


def test_read_then_write_from_many_threads_loses_no_update(store: Store) -> None:
    store.write(lambda session: session.add(_add("counter")))

    def count_up(session: Session) -> None:
        row = session.scalars(select(CatalogueState).with_for_update()).one()
        row.outlets += 1

    threads = [threading.Thread(target=lambda: [store.write(count_up) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read() as session:
        assert session.scalars(select(CatalogueState.outlets)).one() == 41


@pytest.mark.parametrize(("commits", "told"), [(True, []), (False, ["outage.began"])])
def test_a_lock_that_others_take_and_give_back_is_no_outage(tmp_path: Path, commits: bool, told: list[str]) -> None:
    """SQLite gives its lock to no one in turn: one who waits asks seldom, and finds it held again each time."""
    heard: list[str] = []
    with migrated_store(sqlite_url(tmp_path)) as store:
        store.outages.tell = lambda name, _fields: heard.append(name)
        store.write(lambda session: session.add(_add("counter")))
        holds = threading.Event()

        def hold() -> None:
            with closing(sqlite3.connect(tmp_path / "parallax.db", isolation_level=None, timeout=30)) as other:
                until = time.monotonic() + 2.5
                while time.monotonic() < until:
                    other.execute("BEGIN IMMEDIATE")
                    other.execute("UPDATE catalogue_state SET outlets = outlets + 1")
                    holds.set()
                    time.sleep(0.3 if commits else 2.6)
                    other.execute("COMMIT")

        holder = threading.Thread(target=hold)
        holder.start()
        holds.wait(10)
        store.write(lambda session: session.execute(update(CatalogueState).values(outlets=CatalogueState.outlets + 1)))
        holder.join()

    assert heard == told


@pytest.mark.parametrize(("name", "told"), [("parallax", []), ("psql", ["outage.began"])])
def test_on_postgres_a_long_write_of_ours_is_no_outage_and_a_lock_of_another_program_is(
    store: Store, name: str, told: list[str]
) -> None:
    if store.dialect != "postgresql":
        pytest.skip("SQLite has one lock, and tells who waits by what gets through")
    heard: list[str] = []
    store.outages.tell = lambda name, _fields: heard.append(name)
    store.write(lambda session: session.add(_add("counter")))
    other = create_engine(store.engine.url, connect_args={"application_name": name})
    count_up = update(CatalogueState).values(outlets=CatalogueState.outlets + 1)
    with closing(other.connect()) as connection:
        connection.execute(count_up)
        threading.Timer(2.5, connection.commit).start()
        store.write(lambda session: session.execute(count_up))
        with store.read() as session:
            assert session.scalars(select(CatalogueState.outlets)).one() == 3
    other.dispose()

    assert heard == told


def test_sqlite_keeps_a_commit_through_a_power_cut_and_checks_foreign_keys(store: Store) -> None:
    if store.dialect != "sqlite":
        pytest.skip("these are SQLite's own switches")
    with store.read() as session:
        found = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
        keys = session.execute(text("PRAGMA foreign_keys")).scalar()

    assert found == {"journal_mode": "wal", "synchronous": 2}
    assert keys == 1
