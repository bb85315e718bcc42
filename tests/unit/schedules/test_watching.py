"""A watch on a real store: from rows to a message that arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.decide import after_look
from domain.fetch import FetchOutcome
from outlets.catalogue import Catalogue
from publish.alerts.webhook import WebhookRoute
from schedules.clock_watch import ClockWatch
from schedules.watching import Places, deliver, watch
from storage import Session, Store
from storage.alerts import open_alerts
from storage.fetches import put_fetch
from storage.tables import AlertDeliveryRow
from tests.receivers import webhook_receiver
from tests.storage.filling import NOW, OUTLET, fill, look
from tests.storage.test_watch_queries import _poll, _poll_target

ZONE = ZoneInfo("Asia/Baku")
CATALOGUE = Catalogue({"xeber": OUTLET}, {}, "c1")


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def _outage(session: Session, *, hours: int) -> None:
    fill(session)
    _poll(session, NOW)
    for hour in range(1, hours + 1):
        at = NOW + timedelta(hours=hour)
        failed = look(_poll_target(session, at), FetchOutcome.TIMEOUT, at=at)
        put_fetch(session, failed, None, after_look(failed.target, failed.outcome, at), run_id=None)


def test_an_outage_is_told_once_and_its_end_too(store: Store, tmp_path: Path) -> None:
    store.write(lambda session: _outage(session, hours=4))
    clock, places = Clock(NOW + timedelta(hours=5)), Places(tmp_path / "archive", tmp_path / "parallax.db")

    with webhook_receiver() as hook:
        route = WebhookRoute(f"http://127.0.0.1:{hook.port}/")

        def step() -> None:
            watch(store, CATALOGUE, clock, places=places, routes=[route.name])
            deliver(store, [route], clock, zone=ZONE)
            clock.at += timedelta(minutes=5)

        for _ in range(3):
            step()
        store.write(lambda session: _poll(session, clock.at))
        for _ in range(20):
            step()

    events = [(a["event"], a["kind"], a["subject"]) for _, _, document in hook.got for a in document["alerts"]]
    assert events == [("opened", "failing", "xeber"), ("cleared", "failing", "xeber")]
    assert "Xəbər: 4 polls failed in a row (timeout)" in hook.got[0][2]["text"]


def test_what_is_not_taken_is_kept_with_its_error_and_told_later(store: Store, tmp_path: Path) -> None:
    store.write(lambda session: _outage(session, hours=4))
    clock, places = Clock(NOW + timedelta(hours=5)), Places(tmp_path)

    with webhook_receiver() as hook:
        route = WebhookRoute(f"http://127.0.0.1:{hook.port}/T0K3N")
        hook.status = 503
        assert str(watch(store, CATALOGUE, clock, places=places, routes=["webhook"])).startswith("1 opened")
        assert deliver(store, [route], clock, zone=ZONE) == 0
        with store.read() as session:
            assert [row.error for row in session.query(AlertDeliveryRow)] == ["answered 503"]
        hook.status = 200
        assert deliver(store, [route], clock, zone=ZONE) == 0
        clock.at += timedelta(minutes=2)
        assert deliver(store, [route], clock, zone=ZONE) == 1


def test_without_routes_alerts_are_kept_and_nothing_is_sent(store: Store, tmp_path: Path) -> None:
    store.write(lambda session: _outage(session, hours=4))
    clock = Clock(NOW + timedelta(hours=5))

    watch(store, CATALOGUE, clock, places=Places(tmp_path))
    with store.read() as session:
        assert [alert.kind.value for alert in open_alerts(session)] == ["failing"]
        assert session.query(AlertDeliveryRow).count() == 0


def test_a_clock_that_goes_along_with_the_monotonic_one_does_not_jump() -> None:
    epoch, monotonic = [1000.0], [5.0]
    clocks = ClockWatch(epoch=lambda: epoch[0], monotonic=lambda: monotonic[0])
    epoch[0], monotonic[0] = 1300.0, 305.5

    assert clocks.look(NOW).step is None


def test_a_clock_that_is_set_back_has_jumped_and_is_told_until_the_next_jump() -> None:
    epoch, monotonic = [10_000.0], [5.0]
    clocks = ClockWatch(epoch=lambda: epoch[0], monotonic=lambda: monotonic[0])
    epoch[0], monotonic[0] = 2800.0, 5.0
    assert clocks.look(NOW).step == timedelta(hours=-2)

    epoch[0], monotonic[0] = 3100.0, 305.0
    assert clocks.look(NOW + timedelta(minutes=5)).step_at == NOW


def test_a_last_tick_that_lies_ahead_means_that_the_clock_went_back_while_nobody_looked() -> None:
    clocks = ClockWatch(epoch=NOW.timestamp, monotonic=lambda: 1.0)

    ahead = clocks.look(NOW, last_real_tick=NOW + timedelta(hours=1))
    assert ahead.step == timedelta(hours=-1)
    behind = ClockWatch(epoch=NOW.timestamp, monotonic=lambda: 1.0)
    assert behind.look(NOW, last_real_tick=NOW - timedelta(hours=9)).gap == timedelta(hours=9)
