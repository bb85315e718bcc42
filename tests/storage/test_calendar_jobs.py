"""Calendar jobs: each due time has one run, what vanished or was kept from its work is done again."""

from __future__ import annotations

import errno
import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from domain.errors import BackupError, OutageError
from parallax.clock import SimulatedClock, SystemClock
from schedules.calendar import Daily, Every
from schedules.calendar_jobs import AGAIN_AFTER, CalendarJob, CalendarJobs, JobError
from storage import Session, Store
from storage.calendar import begin_job_run, end_job_run, job_states, put_job
from storage.shifts import begin_shift
from storage.tables import JobRunRow
from tests.storage.filling import NOW

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AT_SIX = Daily(time(6), ZoneInfo("UTC"))


def test_a_due_time_has_one_run_whoever_leads(store: Store) -> None:
    def work(session: Session) -> tuple[int | None, int | None]:
        put_job(session, "digest", schedule="daily", next_at=NOW)
        mine = begin_job_run(session, "digest", due_at=NOW, owner="a", now=NOW)
        return mine, begin_job_run(session, "digest", due_at=NOW, owner="b", now=NOW)

    mine, yours = store.write(work)
    assert mine is not None
    assert yours is None


def test_a_due_time_that_comes_again_has_another_run_where_the_job_repeats(store: Store) -> None:
    def work(session: Session) -> list[bool]:
        put_job(session, "watch", schedule="every 5 min", next_at=NOW)
        begun = [begin_job_run(session, "watch", due_at=NOW, owner="a", now=NOW + HOUR, repeats=True)]
        begun.append(begin_job_run(session, "watch", due_at=NOW, owner="a", now=NOW + 2 * HOUR, repeats=True))
        set_back = NOW + timedelta(seconds=1)
        begun.append(begin_job_run(session, "watch", due_at=NOW, owner="a", now=set_back, repeats=True))
        begun.append(begin_job_run(session, "watch", due_at=NOW, owner="a", now=set_back))
        return [run_id is not None for run_id in begun]

    assert store.write(work) == [True, False, True, False]


def _lost(session: Session, name: str, due_at: datetime) -> None:
    assert begin_job_run(session, name, due_at=due_at, owner="a", now=due_at) is not None
    begin_shift(session, "b", now=due_at + HOUR, real_now=due_at)


def test_a_job_that_vanished_with_its_process_is_due_at_once_but_not_again_and_again(store: Store) -> None:
    digest = CalendarJob("digest", AT_SIX, lambda: None)
    jobs = CalendarJobs(store, SystemClock(), "b", [digest])
    jobs.plan(NOW)
    tomorrow = _next_at(store)

    due = []
    for number in range(3):
        at = NOW + number * HOUR
        store.write(lambda session: put_job(session, "digest", schedule=str(digest.schedule), next_at=tomorrow))
        store.write(lambda session, at=at: _lost(session, "digest", at))  # type: ignore[misc]
        jobs.plan(at + HOUR)
        due.append(_next_at(store))

    assert due == [NOW + HOUR, NOW + 2 * HOUR, tomorrow]


def test_a_job_is_not_put_off_by_a_clock_that_was_set_back(store: Store) -> None:
    jobs = CalendarJobs(store, SystemClock(), "b", [CalendarJob("watch", Every(5 * MINUTE), lambda: None)])
    jobs.plan(NOW)
    jobs.plan(NOW - 24 * HOUR)

    assert _next_at(store) <= NOW - 24 * HOUR + 5 * MINUTE


def _next_at(store: Store) -> datetime:
    with store.read() as session:
        (state,) = job_states(session)
    assert state.next_at is not None
    return state.next_at


def test_a_good_run_moves_the_last_success_and_a_failed_one_does_not(store: Store) -> None:
    def work(session: Session) -> None:
        put_job(session, "digest", schedule="daily", next_at=NOW)
        for number, outcome in enumerate(("done", "failed")):
            at = NOW + number * HOUR
            run_id = begin_job_run(session, "digest", due_at=at, owner="a", now=at)
            assert run_id is not None
            end_job_run(session, run_id, outcome=outcome, detail=None, now=at)

    store.write(work)
    with store.read() as session:
        (job,) = job_states(session)
    assert job.last_succeeded_at == NOW


def test_a_run_whose_process_vanished_is_lost_at_the_next_shift(store: Store) -> None:
    def work(session: Session) -> None:
        put_job(session, "tidy", schedule="daily", next_at=NOW)
        begin_job_run(session, "tidy", due_at=NOW, owner="a", now=NOW)
        begin_shift(session, "b", now=NOW + HOUR, real_now=NOW)

    store.write(work)
    with store.read() as session:
        assert session.scalars(select(JobRunRow.outcome)).one() == "lost"


_FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("kept_from_work", "told"),
    [
        (_FULL, ["outage.began"]),
        (OutageError("locked", "the database is locked"), []),
        (ValueError("no"), ["job.failed"]),
        (JobError("ValueError: no"), ["job.failed"]),
    ],
    ids=["full", "locked", "other", "apart"],
)
def test_a_job_that_an_outage_kept_from_its_work_is_tried_again_soon(
    store: Store, kept_from_work: Exception, told: list[str]
) -> None:
    def work() -> None:
        if kept_from_work is _FULL:
            raise BackupError("backups", "no backup could be made") from _FULL
        raise kept_from_work

    jobs = CalendarJobs(store, SimulatedClock(NOW, 0.0, 0.0, 0.0), "b", [CalendarJob("digest", AT_SIX, work)])
    jobs.plan(NOW)
    tomorrow = _next_at(store)
    store.write(lambda session: put_job(session, "digest", schedule=str(AT_SIX), next_at=NOW))
    with capture_logs() as logs:
        jobs.run_due(NOW)
        jobs.wait(10, is_last=False)

    assert _next_at(store) == (tomorrow if told == ["job.failed"] else NOW + AGAIN_AFTER)
    assert [log["event"] for log in logs if log["log_level"] == "error"] == told
    with store.read() as session:
        detail = session.scalars(select(JobRunRow.detail)).one()
    assert told != ["job.failed"] or detail == "ValueError: no"


def test_a_full_disk_is_over_once_the_job_got_through(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.outages.QUIET_S", 0.0)
    problems: list[Exception] = [_FULL]

    def work() -> None:
        while problems:
            raise problems.pop()

    jobs = CalendarJobs(store, SimulatedClock(NOW, 0.0, 0.0, 0.0), "b", [CalendarJob("digest", AT_SIX, work)])
    said: list[str] = []
    store.outages.tell = lambda name, _fields: said.append(name)
    store.write(lambda session: put_job(session, "digest", schedule=str(AT_SIX), next_at=NOW))
    for at in (NOW, NOW + AGAIN_AFTER):
        jobs.run_due(at)
        jobs.wait(10, is_last=False)

    with store.read() as session:
        assert session.scalars(select(JobRunRow.outcome).order_by(JobRunRow.id)).all() == ["failed", "done"]
    assert said == ["outage.began", "outage.ended"]


def test_a_job_that_outlasts_the_service_is_closed_as_lost_and_due_at_the_next_start(store: Store) -> None:
    goes_on = threading.Event()
    clock = SimulatedClock(NOW, 0.0, 0.0, 0.0)
    jobs = CalendarJobs(store, clock, "b", [CalendarJob("digest", AT_SIX, lambda: str(goes_on.wait(30)))])
    jobs.plan(NOW)
    store.write(lambda session: put_job(session, "digest", schedule=str(AT_SIX), next_at=NOW))
    jobs.run_due(NOW)

    jobs.wait(0.0, is_last=True)
    goes_on.set()
    jobs.wait(10, is_last=True)
    CalendarJobs(store, clock, "c", [CalendarJob("digest", AT_SIX, lambda: None)]).plan(NOW)

    with store.read() as session:
        assert session.scalars(select(JobRunRow.outcome)).all() == ["lost"]
    assert _next_at(store) == NOW
