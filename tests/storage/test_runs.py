"""Runs, job runs and shifts, as a store tells them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from publish.status.run_text import job_row, run_row, run_text, shift_row
from storage import Session, Store
from storage.run_queries import find_run, last_job_runs, last_runs, last_shifts, looks_of_run
from storage.tables import FetchRow, JobRow, JobRunRow, RunRow, ShiftRow
from tests.unit.publish.hand_made import at
from tests.unit.publish.written import Writer

BAKU = ZoneInfo("Asia/Baku")
NOW = at("18:00")


def _fill(session: Session) -> None:
    writer = Writer(session)
    writer.outlet("sahil")
    writer.outlet("other")
    channel = writer.channel("sahil")
    target = writer.target("sahil", "x", at("00:00"), channel=channel)
    for host, started, ended, outcome, counts in (
        ("sahil.example", "10:00", "10:02", "done", {"ok": 2, "not_modified": 3}),
        ("sahil.example", "11:00", "11:01", "done", {"ok": 1, "timeout": 1}),
        ("other.example", "12:00", "15:00", "lost", {}),
        ("sahil.example", "17:59", None, None, {}),
    ):
        session.add(
            RunRow(
                host=host,
                owner="boot:1:4242:9",
                token=1,
                started_at=at(started),
                ended_at=at(ended) if ended else None,
                outcome=outcome,
                counts=counts,
            )
        )
    session.flush()
    for clock, outcome, run_id in (("11:00", "ok", 2), ("11:01", "timeout", 2), ("11:00:30", "ok", None)):
        fetch_id = writer.fetch(target, "sahil", at(clock), outcome=outcome, status=None, channel=channel)
        session.get_one(FetchRow, fetch_id).run_id = run_id


def test_the_last_runs_come_first_and_may_be_narrowed(store: Store) -> None:
    store.write(_fill)
    with store.read() as session:
        assert [r.run_id for r in last_runs(session, limit=50)] == [4, 3, 2, 1]
        assert [r.run_id for r in last_runs(session, limit=2, host="sahil.example")] == [4, 2]
        assert [r.run_id for r in last_runs(session, limit=50, since=at("11:00"))] == [4, 3, 2]
        assert [r.run_id for r in last_runs(session, limit=50, only_failed=True)] == [3, 2]
        assert [r.run_id for r in last_runs(session, limit=1, only_failed=True)] == [3]


def test_a_run_is_told_in_words_with_its_own_looks(store: Store) -> None:
    store.write(_fill)
    with store.read() as session:
        run = find_run(session, 2)
        assert run is not None
        looks = looks_of_run(session, run)
        unfinished = last_runs(session, limit=1)[0]
    text = run_text(run, looks, now=NOW, zone=BAKU, width=100)

    assert run_row(run, now=NOW, zone=BAKU) == {
        "run": 2,
        "host": "sahil.example",
        "started": "11:00",
        "took": "1 min",
        "outcome": "done",
        "looks": "1 ok, 1 timeout",
    }
    assert [told.look.fetch_id for told in looks] == [1, 2]
    assert "sahil/feed: no answer in time · fetch 2" in text
    assert (run_row(unfinished, now=NOW, zone=BAKU)["took"], unfinished.has_failed) == ("–", False)


def test_job_runs_and_shifts_are_told(store: Store) -> None:
    def work(session: Session) -> None:
        session.add(JobRow(name="backup", schedule="daily at 04:00"))
        session.flush()
        for day in (-1, 0):
            due = at("04:00", day=day)
            session.add(
                JobRunRow(job="backup", due_at=due, owner="me", started_at=due, outcome="done", detail="1.2 GB")
            )
        session.add(
            ShiftRow(owner="a:1:4242:9", started_at=at("06:00"), last_tick_at=NOW, last_tick_real_at=NOW, ticks=7)
        )

    store.write(work)
    with store.read() as session:
        jobs = last_job_runs(session, limit=10)
        assert len(last_job_runs(session, limit=10, since=at("00:00"))) == 1
        (shift,) = last_shifts(session, limit=10)
        assert last_shifts(session, limit=10, since=NOW) == ()

    assert [job_row(run, now=NOW, zone=BAKU)["due"] for run in jobs] == ["04:00", "18 Nov 04:00"]
    assert shift_row(shift, now=NOW, zone=BAKU)["owner"] == "process 4242"
