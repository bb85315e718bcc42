"""``parallax run`` across what clocks do: jumps, both changes of daylight-saving time, a leap day, a sleep of 36 hours.

All processes and the sample world follow one simulated clock, which is told beforehand when to jump. Channels
have one fixed interval, so that each poll says when the next is due: none may be lost and none doubled, however busy
the machine.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from parallax.clock import SimulatedClock, parse_clock, start_clock
from schedules.calendar import Daily, parse_time
from storage import Session, Store
from storage.digest_facts import NOT_RUNNING
from storage.tables import ChannelRow, DigestRow, FetchRow, GapRow, HostRow, JobRunRow, ShiftRow
from tests.leaders.judge import pending_polls
from tests.service_run import RunningService, clock_from
from tests.torture.witness import descendants
from tests.world_run import RunningWorld

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

DAY = timedelta(days=1)
EXACT = timedelta(seconds=2)  # intervals are kept in whole seconds
AT_ONCE = 3
ONE_STARTS = threading.Lock()  # what a start costs slows no other's
LATE_S = 6.0  # of real time, for what is under way when the service is stopped
BEGINS_WITHIN_S = 27.0
BERLIN, BAKU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Baku")


@dataclass(frozen=True, slots=True)
class Trial:
    """What the clock does, and what has to come of it. ``jumps``: (real seconds from the start, by how much)."""

    name: str
    zone: ZoneInfo
    start: datetime
    rate: float
    seconds: float
    interval: timedelta
    digest_at: str
    days: tuple[date, ...]
    jobs: int  # runs of the digest's job
    jumps: tuple[tuple[float, timedelta], ...] = ()
    stopped_s: tuple[float, float] | None = None  # all processes stand still from when to when
    jumps_logged: int = 0

    @property
    def clock(self) -> str:
        """The clock of this trial, started now."""
        jumps = ",".join(f"{after_s}:{by.total_seconds()}" for after_s, by in self.jumps)
        return clock_from(self.start, self.rate) + (f"@{jumps}" if jumps else "")


def _local(zone: ZoneInfo, *at: int) -> datetime:
    return datetime(*at, tzinfo=zone)  # type: ignore[arg-type,misc]


# Each digest comes long enough after midnight that no poll has to be moved before it.
TRIALS = (
    Trial(
        "the night in March in which half past two is left out",
        BERLIN, _local(BERLIN, 2026, 3, 28, 18), 600, 75, timedelta(hours=1), "02:30", (date(2026, 3, 28),), 1,
    ),
    Trial(
        "the night in October in which half past two comes twice",
        BERLIN, _local(BERLIN, 2026, 10, 24, 18), 600, 75, timedelta(hours=1), "02:30", (date(2026, 10, 24),), 1,
    ),
    Trial(
        "a leap day",
        BAKU, _local(BAKU, 2028, 2, 28, 15, 30), 900, 156, timedelta(hours=2), "03:00",
        (date(2028, 2, 28), date(2028, 2, 29)), 2,
    ),
    Trial(
        "a day ahead and back again",
        BAKU, _local(BAKU, 2026, 5, 10, 20, 30), 240, 85, timedelta(minutes=30), "01:00",
        (date(2026, 5, 10),), 1,
        jumps=((40, DAY), (62, -DAY)), jumps_logged=2,
    ),
    Trial(
        "a day back and ahead again",
        BAKU, _local(BAKU, 2026, 5, 10, 20, 30), 240, 100, timedelta(minutes=30), "01:00",
        (date(2026, 5, 9), date(2026, 5, 10)), 2,
        jumps=((40, -DAY), (72, DAY)), jumps_logged=2,
    ),
    Trial(
        "a sleep of 36 hours",
        BAKU, _local(BAKU, 2026, 5, 10, 20, 30), 240, 75, timedelta(minutes=30), "01:00",
        (date(2026, 5, 10), date(2026, 5, 11)), 1,
        jumps=((47, timedelta(hours=36)),), stopped_s=(45, 50), jumps_logged=1,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """A service after its trial."""

    trial: Trial
    store: Store
    log: str
    stopped_at: datetime


@pytest.fixture(scope="module")
def trials(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Tried]]]:
    """Each trial that a selected test wants, three at a time: they mostly wait."""
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = {call.params["tried"].name for call in calls if call is not None and "tried" in call.params}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {
            trial.name: pool.submit(_try, trial, tmp_path_factory.mktemp("clock"))
            for trial in TRIALS
            if trial.name in wanted
        }
        yield running
    for done in running.values():
        if done.exception() is None:
            done.result().store.close()


@pytest.fixture(scope="module", params=TRIALS, ids=lambda trial: trial.name)
def tried(request: pytest.FixtureRequest, trials: dict[str, Future[Tried]]) -> Tried:
    """The service as it was after a trial, stopped in peace."""
    return trials[request.param.name].result()


def _try(trial: Trial, folder: Path) -> Tried:
    with contextlib.ExitStack() as stack:
        with ONE_STARTS:
            clock = trial.clock
            told = start_clock(parse_clock(clock, trial.zone))
            assert isinstance(told, SimulatedClock)
            began = told.started_epoch_s
            world = stack.enter_context(RunningWorld(folder, pace=0.05, clock=clock))
            _leave_few_outlets(folder / "catalogue")
            service = stack.enter_context(RunningService(world, folder / "home", clock, **_settings(trial)))
            _wait_for_the_lead(service, began + BEGINS_WITHIN_S)
            _wait_for_the_first_polls(service, began + BEGINS_WITHIN_S)
        if trial.stopped_s is not None:
            _stand_still(service, began + trial.stopped_s[0], began + trial.stopped_s[1])
        _sleep_until(began + trial.seconds)
        stopped_at = told.now()
        service.tell(signal.SIGTERM)
        assert service.process.wait(timeout=30) == 0, service.log()[-3000:]
        return Tried(trial, service.store(), service.log(), stopped_at)


def _leave_few_outlets(catalogue: Path) -> None:
    """Seven, so that reading what they list is soon done on a busy machine, and its time is not the clock's."""
    for path in sorted(catalogue.glob("*.toml"))[7:]:
        path.unlink()


def _settings(trial: Trial) -> dict[str, str]:
    hours = trial.interval / timedelta(hours=1)
    return {
        "PARALLAX_TIME_ZONE": trial.zone.key,
        "PARALLAX_POLL_SHORTEST_MINUTES": f"{hours * 60:g}",
        "PARALLAX_POLL_LONGEST_HOURS": f"{hours:g}",
        "PARALLAX_DIGEST_AT": trial.digest_at,
        "PARALLAX_BACKUP_AT": trial.digest_at,
        "PARALLAX_TIDY_AT": trial.digest_at,
        "PARALLAX_WATCH_MINUTES": "15",
    }


def _wait_for_the_lead(service: RunningService, until: float) -> None:
    while '"shift.began"' not in service.log():
        assert time.time() < until, f"the service did not begin in time:\n{service.log()[-3000:]}"
        time.sleep(0.1)


def _wait_for_the_first_polls(service: RunningService, until: float) -> None:
    unpolled = select(func.count(ChannelRow.id)).where(ChannelRow.last_polled_at.is_(None))
    with contextlib.closing(service.store()) as store:
        waiting = 1
        while waiting and time.time() < until:
            time.sleep(0.5)
            with store.read() as session:
                waiting = session.scalar(unpolled) or 0


def _stand_still(service: RunningService, start: float, end: float) -> None:
    """All processes of the service are stopped, as a sleeping machine stops them."""
    _sleep_until(start)
    asleep = [service.process.pid, *sorted(descendants(service.process.pid))]
    for number, until in ((signal.SIGSTOP, end), (signal.SIGCONT, end)):
        for pid in asleep:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        _sleep_until(until)


def _sleep_until(epoch_s: float) -> None:
    time.sleep(max(0.0, epoch_s - time.time()))


def _all(tried: Tried, query: object) -> list[tuple[object, ...]]:
    with tried.store.read() as session:
        return [tuple(row) for row in session.execute(query)]  # type: ignore[call-overload]


def test_each_poll_follows_the_one_before_it_by_one_interval(tried: Tried) -> None:
    """One due time lies an interval or more after the other (none is doubled), and at most an interval after the look.

    (None is lost; a busy machine plans it later.) Across a jump ahead a channel has one turn at once; across one back
    it waits as long as it had to.
    """
    looks = [pair for each in _looks_by_channel(tried).values() for pair in pairwise(each)]
    wrong = [f"due {due}, asked {at}, then due {then}" for (due, at), (then, asked) in looks
             if not _is_next(tried.trial, due, at, then, asked)]  # fmt: skip

    assert len(looks) > 20
    assert wrong == []


def _is_next(trial: Trial, due: datetime, at: datetime, then: datetime, asked: datetime) -> bool:
    """Whether a poll that is due ``then`` is the one after that of ``due``."""
    late = timedelta(seconds=LATE_S * trial.rate)
    by = next((by for _, by in trial.jumps if abs(asked - at - by) <= abs(by) / 2), timedelta(0))
    if by > timedelta(0) and then - at > trial.interval + late:  # else it was on its way when the clock jumped
        return -trial.interval <= then - at - by <= trial.interval + late
    by = min(by, timedelta(0))
    return then - due - by >= trial.interval - EXACT and then - at - by <= trial.interval + late


def _looks_by_channel(tried: Tried) -> dict[int, list[tuple[datetime, datetime]]]:
    """(due, asked) of the polls of each channel that answers well and directly, as they were made one after another."""
    rows = _all(
        tried,
        select(FetchRow.channel_id, FetchRow.due_at, FetchRow.requested_at, FetchRow.redirect_to)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id)
        .where(ChannelRow.setback == 0)
        .order_by(FetchRow.id),
    )
    redirected = {channel for channel, _, _, to in rows if to is not None}
    looks: dict[int, list[tuple[datetime, datetime]]] = {}
    for channel, due_at, at, _ in rows:
        assert isinstance(channel, int)
        assert isinstance(due_at, datetime)
        assert isinstance(at, datetime)
        if channel not in redirected:
            looks.setdefault(channel, []).append((due_at, at))
    return looks


def test_no_due_time_was_polled_twice(tried: Tried) -> None:
    slots = Counter(
        _all(
            tried,
            select(FetchRow.channel_id, FetchRow.due_at).where(
                FetchRow.channel_id.is_not(None), FetchRow.redirect_to.is_(None)
            ),
        )
    )

    assert [slot for slot, count in slots.items() if count > 1] == []


def test_nothing_was_left_waiting(tried: Tried) -> None:
    late = tried.stopped_at - timedelta(seconds=LATE_S * tried.trial.rate)
    ahead = (
        tried.stopped_at + 1.1 * tried.trial.interval + timedelta(hours=1)
    )  # one that was handed out may wait so long

    def waiting(session: Session) -> dict[int, datetime]:
        failing = set(session.scalars(select(ChannelRow.id).where(ChannelRow.setback != 0)))
        return {channel: at for channel, at in pending_polls(session).items() if channel not in failing}

    with tried.store.read() as session:
        waits = waiting(session)
        paused = session.scalars(select(HostRow.key).where(HostRow.paused_until > tried.stopped_at + DAY / 2)).all()
    assert {channel: at for channel, at in waits.items() if not late <= at <= ahead} == {}
    assert paused == []


def test_each_day_has_its_digest_and_each_daily_job_one_run_a_day(tried: Tried) -> None:
    days = tuple(row[0] for row in _all(tried, select(DigestRow.day).order_by(DigestRow.day)))
    runs = _all(tried, select(JobRunRow.job, JobRunRow.due_at, JobRunRow.outcome).where(JobRunRow.job != "watch"))
    daily = Daily(parse_time(tried.trial.digest_at), tried.trial.zone)

    assert days == tried.trial.days
    assert Counter(job for job, _, _ in runs) == dict.fromkeys(("digest", "backup", "tidy"), tried.trial.jobs)
    assert {outcome for _, _, outcome in runs} == {"done"}
    for _, due_at, _ in runs:
        assert isinstance(due_at, datetime)
        assert daily.after(due_at - timedelta(microseconds=1)) == due_at


def test_the_watch_went_on(tried: Tried) -> None:
    """Also in the hours that the clock showed a second time."""
    runs = _all(tried, select(JobRunRow.started_at, JobRunRow.outcome).where(JobRunRow.job == "watch"))
    starts = _all(tried, select(JobRunRow.started_at).where(JobRunRow.job == "watch").order_by(JobRunRow.id))
    falls = [after for (before,), (after,) in pairwise(starts) if str(after) < str(before)]

    assert {outcome for _, outcome in runs} == {"done"}
    assert len(runs) > 5
    assert len(falls) == sum(by < timedelta(0) for _, by in tried.trial.jumps)


def test_a_jump_is_told_and_what_nobody_looked_at_is_a_gap(tried: Tried) -> None:
    gaps = _all(tried, select(GapRow.from_at, GapRow.to_at).where(GapRow.reason == NOT_RUNNING))
    ahead = [by for _, by in tried.trial.jumps if by > timedelta(0)]

    assert tried.log.count('"clock.jumped"') == tried.trial.jumps_logged
    assert _all(tried, select(func.count(ShiftRow.id))) == [(1 + tried.trial.jumps_logged,)]
    assert len(gaps) >= (len(_looks_by_channel(tried)) if ahead else 0)
    assert len(gaps) == 0 or ahead
    for from_at, to_at in gaps:
        assert isinstance(from_at, datetime)
        assert isinstance(to_at, datetime)
        assert to_at - from_at >= ahead[0] - tried.trial.interval


def test_no_gap_ends_before_it_begins(tried: Tried) -> None:
    gaps = _all(tried, select(GapRow.from_at, GapRow.to_at, GapRow.reason).where(GapRow.to_at < GapRow.from_at))

    assert gaps == []
