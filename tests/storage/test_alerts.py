"""Episodes as rows: opened once, kept, closed after two watches, reopened when they flap; and who is told when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from domain.alerts import AlertEvent, AlertKind, Finding, Severity
from storage import Store
from storage.alert_deliveries import due_news, mark_delivered, mark_undelivered, plan_openings
from storage.alerts import apply_findings, latest_alerts, open_alerts
from storage.digest_alerts import alerts_in
from storage.tables import AlertDeliveryRow
from tests.storage.filling import NOW, fill

MIN = timedelta(minutes=1)
SILENT = Finding(AlertKind.SILENT, "xeber/feed", Severity.TODAY, "Xəbər has listed nothing for 3 d", outlet="xeber")
DISK = Finding(AlertKind.DISK_FULL, "archive", Severity.NOW, "The disk has 1.0 GB left")
ROUTES = ("webhook", "mail")


@pytest.fixture
def filled(store: Store) -> Store:
    store.write(fill)
    return store


def watch(store: Store, *found: Finding, at: datetime, routes: tuple[str, ...] = ROUTES) -> dict[str, int]:
    done = store.write(lambda session: apply_findings(session, found, now=at))
    store.write(lambda session: plan_openings(session, routes, least=Severity.TODAY, now=at))
    return dict(done)


def told(store: Store, *, at: datetime, route: str = "webhook") -> list[str]:
    """What is due, taken at once."""
    with store.read() as session:
        news = due_news(session, route, now=at)
    store.write(lambda session: mark_delivered(session, [one.delivery_id for one in news], now=at))
    return [f"{one.event} {one.alert.kind}" for one in news]


def test_a_finding_opens_one_episode_however_often_it_is_found(filled: Store) -> None:
    assert watch(filled, SILENT, at=NOW) == {"opened": 1}
    assert watch(filled, SILENT, SILENT, at=NOW + 5 * MIN) == {"kept": 1}

    with filled.read() as session:
        (alert,) = open_alerts(session)
    assert (alert.opened_at, alert.last_seen_at, alert.outlet) == (NOW, NOW + 5 * MIN, "xeber")


def test_an_episode_is_over_when_two_watches_in_a_row_did_not_find_it(filled: Store) -> None:
    watch(filled, SILENT, at=NOW)

    assert watch(filled, at=NOW + 5 * MIN) == {"missed": 1}
    assert watch(filled, SILENT, at=NOW + 10 * MIN) == {"kept": 1}
    assert watch(filled, at=NOW + 15 * MIN) == {"missed": 1}
    assert watch(filled, at=NOW + 20 * MIN) == {"closed": 1}
    with filled.read() as session:
        assert open_alerts(session) == ()


def test_what_returns_within_an_hour_is_the_same_episode_and_after_it_a_new_one(filled: Store) -> None:
    for minutes in (0, 5, 10):
        watch(filled, *([SILENT] if minutes == 0 else []), at=NOW + minutes * MIN)

    assert watch(filled, SILENT, at=NOW + 69 * MIN) == {"reopened": 1}
    for minutes in (75, 80):
        watch(filled, at=NOW + minutes * MIN)
    assert watch(filled, SILENT, at=NOW + 140 * MIN) == {"opened": 1}
    with filled.read() as session:
        assert len(latest_alerts(session, limit=10)) == 2


def test_an_opening_is_told_once_and_its_all_clear_when_it_can_no_longer_reopen(filled: Store) -> None:
    watch(filled, SILENT, at=NOW)
    assert told(filled, at=NOW) == ["opened silent"]
    assert told(filled, at=NOW + 5 * MIN) == []
    for minutes in (5, 10):
        watch(filled, at=NOW + minutes * MIN)

    assert told(filled, at=NOW + 69 * MIN) == []
    assert told(filled, at=NOW + 70 * MIN) == ["cleared silent"]
    assert told(filled, at=NOW + 200 * MIN) == []


def test_what_flaps_is_told_once(filled: Store) -> None:
    heard = []
    for step in range(60):
        found = [SILENT] if step % 4 == 0 else []  # two watches without it close it each time
        watch(filled, *found, at=NOW + 5 * step * MIN)
        heard += told(filled, at=NOW + 5 * step * MIN)

    assert heard == ["opened silent"]


def test_no_all_clear_of_what_nobody_was_told(filled: Store) -> None:
    watch(filled, SILENT, at=NOW)
    for minutes in (5, 10):
        watch(filled, at=NOW + minutes * MIN)

    assert told(filled, at=NOW + 90 * MIN) == []


def test_an_opening_that_was_called_off_is_told_when_the_episode_goes_on(filled: Store) -> None:
    watch(filled, SILENT, at=NOW)
    for minutes in (5, 10):
        watch(filled, at=NOW + minutes * MIN)
    watch(filled, SILENT, at=NOW + 15 * MIN)

    assert told(filled, at=NOW + 15 * MIN) == ["opened silent"]


def test_each_route_is_told_by_itself(filled: Store) -> None:
    watch(filled, SILENT, DISK, at=NOW)

    assert told(filled, at=NOW, route="webhook") == ["opened disk_full", "opened silent"]
    assert told(filled, at=NOW, route="mail") == ["opened disk_full", "opened silent"]


def test_what_is_less_pressing_than_asked_for_is_kept_and_not_sent_until_it_presses(filled: Store) -> None:
    note = Finding(AlertKind.MANY_TEXTS, "xeber", Severity.NOTE, "Many")
    watch(filled, note, at=NOW)
    assert told(filled, at=NOW) == []

    watch(filled, Finding(AlertKind.MANY_TEXTS, "xeber", Severity.NOW, "Very many"), at=NOW + 5 * MIN)
    assert told(filled, at=NOW + 5 * MIN) == ["opened many_texts"]


def test_an_alert_never_becomes_less_pressing_or_younger_while_it_lasts(filled: Store) -> None:
    first = Finding(AlertKind.FAILING, "xeber", Severity.NOW, "All channels", since_at=NOW - 60 * MIN)
    watch(filled, first, at=NOW)
    watch(filled, Finding(AlertKind.FAILING, "xeber", Severity.TODAY, "One", since_at=NOW), at=NOW + 5 * MIN)

    with filled.read() as session:
        (alert,) = open_alerts(session)
    assert (alert.severity, alert.since_at, alert.summary) == (Severity.NOW, NOW - 60 * MIN, "One")


def test_what_is_not_taken_is_tried_with_growing_pauses_and_given_up_after_a_day(filled: Store) -> None:
    watch(filled, SILENT, at=NOW, routes=("webhook",))
    at, pauses = NOW, []
    while True:
        with filled.read() as session:
            news = due_news(session, "webhook", now=at)
        filled.write(lambda session, news=news, at=at: mark_undelivered(session, news, "answered 503", now=at))  # type: ignore[misc]
        with filled.read() as session:
            row = session.scalars(select(AlertDeliveryRow)).one()
            session.expunge(row)
        if row.next_at is None:
            break
        pauses.append(int((row.next_at - at) / MIN))
        at = row.next_at

    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert timedelta(days=1) < at - NOW < timedelta(days=1, hours=2)
    assert (row.error, row.delivered_at, row.attempts) == ("answered 503", None, len(pauses) + 1)


def test_a_finding_about_an_outlet_that_is_not_stored_has_no_outlet(store: Store) -> None:
    watch(store, SILENT, at=NOW)

    with store.read() as session:
        assert [(a.subject, a.outlet) for a in open_alerts(session)] == [("xeber/feed", None)]


def test_events_are_the_words_of_the_table() -> None:
    assert [event.value for event in AlertEvent] == ["opened", "cleared"]


def test_the_digest_is_told_of_episodes_that_touch_its_window_and_bear_on_what_was_seen(filled: Store) -> None:
    began = Finding(
        AlertKind.REDESIGN, "xeber", Severity.TODAY, "Xəbər reads otherwise", "xeber", since_at=NOW - 60 * MIN
    )
    watch(filled, began, DISK, Finding(AlertKind.MANY_TEXTS, "xeber", Severity.NOTE, "Many", "xeber"), at=NOW)
    for minutes in (5, 10):
        watch(filled, at=NOW + minutes * MIN)

    def seen(start: datetime, end: datetime) -> list[tuple[str, datetime, datetime | None]]:
        with filled.read() as session:
            return [(one.kind, one.started_at, one.ended_at) for one in alerts_in(session, (start, end))]

    told = [("redesign", NOW - 60 * MIN, NOW + 10 * MIN)]
    assert seen(NOW - 600 * MIN, NOW - 30 * MIN) == told
    assert seen(NOW + 5 * MIN, NOW + 600 * MIN) == told
    assert seen(NOW + 10 * MIN, NOW + 600 * MIN) == []
    assert seen(NOW - 600 * MIN, NOW - 60 * MIN) == []
