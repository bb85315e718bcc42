"""``parallax run`` on the sample world at sixty times the speed of time: polls, digest, signals.

``PARALLAX_TEST_SERVICE_MINUTES`` says for how long it is watched (1.2 where it is not set; 10 for a release).
"""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import open_store
from storage.tables import (
    ArticleRow,
    ChannelRow,
    DigestRow,
    FetchRow,
    HostRow,
    JobRunRow,
    RunRow,
    ShiftRow,
    TodoRow,
)
from tests.service_run import RunningService, clock_from
from tests.world import DAY0, ZONE
from tests.world_days import crawl_days
from tests.world_run import RunningWorld

RATE = 60.0
WATCHED_S = 60 * float(os.environ.get("PARALLAX_TEST_SERVICE_MINUTES", "1.2"))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a service that was watched from 05:20 of the second day on, told to reload, and stopped."""
    folder = tmp_path_factory.mktemp("service")
    home = folder / "home"
    home.mkdir()
    with RunningWorld(folder, pace=0.05) as world:
        world.environ["PARALLAX_CHILD_MEMORY_MB"] = "4000"  # these crawls are forks of the whole test process
        for _, (_, tally, _) in zip(range(4), crawl_days(world, home, None), strict=False):  # the first day
            assert tally.outcome == "done"
    start = datetime.combine(DAY0 + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(hours=5, minutes=20)
    clock = clock_from(start, RATE)
    with (
        RunningWorld(folder, pace=0.05, clock=clock) as world,
        RunningService(world, home, clock, PARALLAX_POLL_LONGEST_HOURS="2") as service,
    ):
        service.wait_for(lambda s: bool(s.scalar(select(func.count()).select_from(ShiftRow))), within_s=60)
        time.sleep(WATCHED_S / 2)
        service.tell(signal.SIGHUP)
        time.sleep(WATCHED_S / 2)
        began = time.monotonic()
        service.tell(signal.SIGTERM)
        assert service.process.wait(timeout=30) == 0, service.log()[-3000:]
        (home / "stopped_in").write_text(f"{time.monotonic() - began}")
    return home


def _all(home: Path, query: object) -> list[tuple[object, ...]]:
    store = open_store(f"sqlite:///{home}/parallax.db")
    try:
        with store.read() as session:
            return [tuple(row) for row in session.execute(query)]  # type: ignore[call-overload]
    finally:
        store.close()


@pytest.mark.timeout(1200)
def test_every_due_poll_ran_once(watched: Path) -> None:
    polls = _all(
        watched,
        select(FetchRow.channel_id, FetchRow.due_at, func.count())
        .where(FetchRow.channel_id.is_not(None), FetchRow.due_at.is_not(None), FetchRow.redirect_to.is_(None))
        .where(FetchRow.requested_at >= _start_of_service(watched))
        .group_by(FetchRow.channel_id, FetchRow.due_at),
    )

    assert {channel for channel, _, _ in polls} == {row[0] for row in _all(watched, _crawled_channels())}
    assert [poll for poll in polls if poll[2] != 1] == []


def test_no_poll_was_left_out(watched: Path) -> None:
    (ended_at,) = _all(watched, select(ShiftRow.ended_at).order_by(ShiftRow.id.desc()).limit(1))[0]
    assert isinstance(ended_at, datetime)
    slack = timedelta(seconds=30 * RATE)  # half a minute of wall time, for a busy machine

    assert _all(watched, _crawled_channels().where(ChannelRow.next_poll_at < ended_at - slack)) == []


def test_the_digest_of_the_day_before_appeared_at_its_hour(watched: Path) -> None:
    ((day, made_at),) = _all(watched, select(DigestRow.day, DigestRow.made_at))
    runs = _all(watched, select(JobRunRow.job, JobRunRow.due_at, JobRunRow.outcome).where(JobRunRow.job == "digest"))
    six = datetime.combine(DAY0 + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(hours=6)

    assert day == DAY0
    assert isinstance(made_at, datetime)
    assert six <= made_at < six + timedelta(seconds=30 * RATE)
    assert runs == [("digest", six.astimezone(UTC), "done")]
    assert (watched / "digests" / f"{DAY0}.html").stat().st_size > 10_000
    assert (watched / "digests" / f"{DAY0}.md").is_file()


def test_each_channel_was_looked_at_between_the_end_of_the_day_and_its_digest(watched: Path) -> None:
    """Those that did not fail in the first day; failing ones keep their pause."""
    six = datetime.combine(DAY0 + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(hours=6)
    looked = {
        row[0]
        for row in _all(
            watched,
            select(FetchRow.channel_id).where(FetchRow.due_at < six, FetchRow.requested_at > six - timedelta(hours=6)),
        )
    }
    good = _all(watched, _crawled_channels().where(ChannelRow.setback == 0))

    assert {row[0] for row in good} <= looked


def test_settings_and_catalogue_were_read_anew_without_a_new_shift(watched: Path) -> None:
    assert '"event": "reload.done"' in (watched / "run.log").read_text(encoding="utf-8")
    assert _all(watched, select(func.count()).select_from(ShiftRow)) == [(1,)]


def test_it_stopped_within_ten_seconds_and_gave_everything_back(watched: Path) -> None:
    assert float((watched / "stopped_in").read_text()) < 10
    assert _all(watched, select(ShiftRow.outcome)) == [("stopped",)]
    assert _all(watched, select(HostRow.key).where(HostRow.owner.is_not(None))) == []
    assert _all(watched, select(RunRow.id).where(RunRow.ended_at.is_(None))) == []


def test_what_was_published_meanwhile_was_kept_and_read(watched: Path) -> None:
    new = _all(watched, select(func.count()).where(ArticleRow.first_seen_at >= _start_of_service(watched)))
    failed = _all(watched, select(TodoRow.kind, TodoRow.error).where(TodoRow.attempts > 0))

    assert new[0][0] != 0
    assert failed == []


def _crawled_channels():  # type: ignore[no-untyped-def]  # a query to be narrowed
    return select(ChannelRow.id).where(ChannelRow.enabled, ChannelRow.not_crawled.is_(None))


def _start_of_service(home: Path) -> datetime:
    (started,) = _all(home, select(ShiftRow.started_at).order_by(ShiftRow.id).limit(1))[0]
    assert isinstance(started, datetime)
    return started
