"""Jobs of due hosts: deferred once, done, put back, done again when their worker is gone, and never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from crawler.owner import this_owner
from domain.errors import StorageError
from domain.fetch import Reason, Urgency
from domain.frontier import NewTarget
from domain.outlet import Politeness
from schedules.dispatch import Dispatcher
from schedules.job_app import prepare_job_tables, require_prepared
from schedules.workers import HostWorker, NotDoneError
from storage import Session, Store
from storage.alone import alone_with
from storage.frontier import add_targets
from storage.job_tables import Script, put_job_tables
from storage.tables import HostRow
from tests.databases import migrated_store, postgres_database
from tests.storage.filling import HOST, NOW, fill, page_target

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(postgres: str, postgres_template: str) -> Iterator[str]:
    with postgres_database(postgres, template=postgres_template) as address:
        yield address


@pytest.fixture
def shared(url: str) -> Iterator[Store]:
    """A store with the jobs' tables and one host that is due."""
    with migrated_store(url) as store:
        prepare_job_tables(store)
        store.write(_fill)
        yield store


@pytest.fixture
def dispatcher(shared: Store, url: str) -> Iterator[Dispatcher]:
    made = Dispatcher(shared, url, dead_after_s=60.0)
    yield made
    made.close()


def _fill(session: Session) -> None:
    fill(session)
    page_target(session)


def _add_due(session: Session, host: str, reason: Reason) -> None:
    page = NewTarget("xeber", f"https://{host}/{reason}", f"{host}/{reason}", host, reason)
    add_targets(session, [page], Politeness(), now=NOW)


def _urgencies(store: Store) -> dict[str, int]:
    with store.read() as session:
        rows = session.execute(text("SELECT lock, priority FROM procrastinate_jobs"))
        return {row[0]: row[1] for row in rows}


def _jobs(store: Store) -> list[tuple[str, str, dict[str, str]]]:
    with store.read() as session:
        rows = session.execute(text("SELECT lock, status::text, args FROM procrastinate_jobs ORDER BY id"))
        return [(row[0], row[1], row[2]) for row in rows]


def _work(url: str, outcome: str | Exception) -> list[str]:
    """One worker that takes two jobs at most, of which ``outcome`` comes; gives the hosts it was given, in order."""
    given: list[str] = []

    async def work() -> None:
        async def crawl_host(host: str) -> str:
            given.append(host)
            await asyncio.sleep(0.2)  # for the second
            worker.stop()
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        worker = HostWorker(url, crawl_host, concurrency=2)
        await asyncio.wait_for(worker.run(), 120)

    asyncio.run(work())
    return given


def test_a_due_host_gets_one_job_however_many_ticks_there_are(shared: Store, dispatcher: Dispatcher) -> None:
    assert [dispatcher.tick(NOW) for _ in range(3)] == [1, 0, 0]
    assert _jobs(shared) == [(HOST, "todo", {"host": HOST})]


def test_a_job_is_as_urgent_as_what_is_due_at_its_host(shared: Store, dispatcher: Dispatcher, url: str) -> None:
    shared.write(lambda session: _add_due(session, "old.example", Reason.RECHECK))
    assert dispatcher.tick(NOW) == 2
    assert _urgencies(shared) == {HOST: Urgency.PAGE, "old.example": Urgency.CAN_WAIT}

    assert _work(url, NotDoneError("")) == [HOST, "old.example"]


def test_a_job_that_waits_is_put_ahead_where_a_poll_falls_due(shared: Store, dispatcher: Dispatcher, url: str) -> None:
    shared.write(lambda session: _add_due(session, "old.example", Reason.RECHECK))
    dispatcher.tick(NOW)
    shared.write(lambda session: _add_due(session, "old.example", Reason.POLL))
    assert dispatcher.tick(NOW) == 0
    assert _urgencies(shared) == {HOST: Urgency.PAGE, "old.example": Urgency.POLL}

    assert _work(url, NotDoneError("")) == ["old.example", HOST]


def test_a_host_in_work_gets_no_job(shared: Store, dispatcher: Dispatcher) -> None:
    shared.write(lambda session: session.execute(update(HostRow).values(owner=this_owner())))

    assert dispatcher.tick(NOW) == 0


def test_a_done_job_is_gone(shared: Store, dispatcher: Dispatcher, url: str) -> None:
    dispatcher.tick(NOW)

    assert _work(url, "done") == [HOST]
    assert _jobs(shared) == []


def test_a_job_that_a_worker_could_not_finish_is_put_back(shared: Store, dispatcher: Dispatcher, url: str) -> None:
    dispatcher.tick(NOW)
    _work(url, NotDoneError(HOST))

    assert _jobs(shared) == [(HOST, "todo", {"host": HOST})]
    assert dispatcher.tick(NOW) == 0


def test_a_failed_job_leaves_its_host_to_the_next_tick(shared: Store, dispatcher: Dispatcher, url: str) -> None:
    dispatcher.tick(NOW)
    _work(url, ValueError("a fault of ours"))

    assert _jobs(shared) == []
    assert dispatcher.tick(NOW) == 1


def test_a_job_whose_worker_is_gone_is_done_again(shared: Store, dispatcher: Dispatcher) -> None:
    dispatcher.tick(NOW)
    with shared.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds')"
        )
        connection.exec_driver_sql(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )
    assert dispatcher.tick(NOW) == 0
    dispatcher.sweep(NOW)

    assert _jobs(shared) == [(HOST, "todo", {"host": HOST})]


def test_a_stalled_job_beside_a_waiting_one_is_dropped(shared: Store, dispatcher: Dispatcher) -> None:
    dispatcher.tick(NOW)
    with shared.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'doing'")
        connection.exec_driver_sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args) "
            "SELECT queue_name, task_name, lock, queueing_lock, args FROM procrastinate_jobs"
        )
    dispatcher.sweep(NOW)

    assert _jobs(shared) == [(HOST, "todo", {"host": HOST})]


def test_a_sweep_deletes_what_ended_and_frees_what_the_dead_held(shared: Store, dispatcher: Dispatcher) -> None:
    dispatcher.tick(NOW)
    with shared.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'failed'")
    gone = datetime.now(UTC) - timedelta(minutes=2)
    shared.write(lambda session: session.execute(update(HostRow).values(owner="other-boot:1:77:5", heartbeat_at=gone)))
    dispatcher.sweep(NOW)

    assert _jobs(shared) == []
    with shared.read() as session:
        assert session.get_one(HostRow, HOST).owner is None


def test_making_the_tables_twice_changes_nothing(shared: Store) -> None:
    prepare_job_tables(shared)
    require_prepared(shared)


def test_newer_steps_are_taken_each_once_and_older_versions_say_so(shared: Store) -> None:
    newer = Script("99.00.00_01", "CREATE TABLE procrastinate_one (id int); CREATE TABLE procrastinate_two (id int)")
    put_job_tables(shared, newer, [newer])
    put_job_tables(shared, newer, [newer])

    with pytest.raises(StorageError, match="upgrade Parallax"):
        prepare_job_tables(shared)
    with pytest.raises(StorageError, match="run `parallax db upgrade`"):
        require_prepared(shared)


def test_tables_that_somebody_else_made_are_left_alone(shared: Store) -> None:
    with shared.engine.begin() as connection:
        connection.exec_driver_sql("COMMENT ON TABLE procrastinate_jobs IS NULL")

    with pytest.raises(StorageError, match="a database of its own"):
        prepare_job_tables(shared)


def test_one_fetch_is_read_by_one_process_at_a_time(shared: Store, url: str) -> None:
    with migrated_store(url) as other:
        with alone_with(shared, "read", 7) as mine, alone_with(other, "read", 7) as theirs:
            assert (mine, theirs) == (True, False)
        with alone_with(other, "read", 7) as theirs:
            assert theirs
