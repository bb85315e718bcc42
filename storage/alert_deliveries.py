"""Messages about alerts on their way: one row an alert, event and route, tried until it is taken or given up.

An opening is told once an episode and route. An all-clear is told where the opening was, and not before the hour in
which the episode may reopen is over; an opening that nobody was told of before its episode ended is called off.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from domain.alerts import AlertEvent, AlertNews, Severity
from storage.alert_rows import alert_of
from storage.tables import AlertDeliveryRow, AlertRow
from storage.todos import insert_ignoring

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
_CALLED_OFF = "it was over before it was told"


def plan_openings(session: Session, routes: Collection[str], *, least: Severity, now: datetime) -> None:
    """Have every open alert of at least the severity ``least`` told on every route, once."""
    severities = [severity.value for severity in Severity if severity.rank <= least.rank]
    query = select(AlertRow.id).where(AlertRow.closed_at.is_(None), AlertRow.severity.in_(severities))
    rows: list[dict[str, object]] = [
        _row(alert_id, AlertEvent.OPENED, route, now) for alert_id in session.scalars(query) for route in routes
    ]
    insert_ignoring(session, AlertDeliveryRow, rows, ["alert_id", "event", "route"])


def _row(alert_id: int, event: AlertEvent, route: str, at: datetime) -> dict[str, object]:
    return {"alert_id": alert_id, "event": event.value, "route": route, "attempts": 0, "next_at": at}


def call_off_opening(session: Session, alert_id: int) -> None:
    """The episode is over: what nobody was told yet is not told any more."""
    session.execute(
        update(AlertDeliveryRow)
        .where(
            AlertDeliveryRow.alert_id == alert_id,
            AlertDeliveryRow.event == AlertEvent.OPENED.value,
            AlertDeliveryRow.next_at.is_not(None),
        )
        .values(next_at=None, error=_CALLED_OFF)
    )


def plan_clearing(session: Session, alert_id: int, *, at: datetime) -> None:
    """Have the all-clear told from ``at`` on, on each route that took the opening."""
    query = select(AlertDeliveryRow.route).where(
        AlertDeliveryRow.alert_id == alert_id,
        AlertDeliveryRow.event == AlertEvent.OPENED.value,
        AlertDeliveryRow.delivered_at.is_not(None),
    )
    rows = [_row(alert_id, AlertEvent.CLEARED, route, at) for route in session.scalars(query)]
    insert_ignoring(session, AlertDeliveryRow, rows, ["alert_id", "event", "route"])


def call_off_clearing(session: Session, alert_id: int, *, now: datetime) -> None:
    """The episode goes on: no all-clear, and an opening that was called off is told after all."""
    mine = AlertDeliveryRow.alert_id == alert_id
    session.execute(
        delete(AlertDeliveryRow).where(
            mine, AlertDeliveryRow.event == AlertEvent.CLEARED.value, AlertDeliveryRow.delivered_at.is_(None)
        )
    )
    session.execute(
        update(AlertDeliveryRow).where(mine, AlertDeliveryRow.error == _CALLED_OFF).values(next_at=now, error=None)
    )


def due_news(session: Session, route: str, *, now: datetime) -> tuple[AlertNews, ...]:
    """What is to be told on ``route`` now: openings first, most pressing first in each."""
    query = (
        select(AlertDeliveryRow, AlertRow)
        .join(AlertRow, AlertRow.id == AlertDeliveryRow.alert_id)
        .where(AlertDeliveryRow.route == route, AlertDeliveryRow.next_at <= now)
        .order_by(AlertDeliveryRow.id)
    )
    news = [
        AlertNews(delivery.id, AlertEvent(delivery.event), delivery.attempts, alert_of(row))
        for delivery, row in session.execute(query)
    ]
    return tuple(sorted(news, key=lambda one: (one.event is AlertEvent.CLEARED, one.alert.severity.rank)))


def mark_delivered(session: Session, delivery_ids: Collection[int], *, now: datetime) -> None:
    """They were taken."""
    session.execute(
        update(AlertDeliveryRow)
        .where(AlertDeliveryRow.id.in_(delivery_ids))
        .values(delivered_at=now, next_at=None, error=None, attempts=AlertDeliveryRow.attempts + 1)
    )


def mark_undelivered(session: Session, news: Collection[AlertNews], error: str, *, now: datetime) -> None:
    """They were not: tried again after 1 min, doubled up to an hour, given up after a day. ``error``: no secrets."""
    for one in news:
        pause = min(FIRST_PAUSE * 2 ** min(one.attempts, 10), LONGEST_PAUSE)
        begun = one.alert.closed_at if one.event is AlertEvent.CLEARED else one.alert.opened_at
        is_given_up = begun is not None and now - begun > GIVEN_UP_AFTER
        session.execute(
            update(AlertDeliveryRow)
            .where(AlertDeliveryRow.id == one.delivery_id)
            .values(attempts=one.attempts + 1, error=error, next_at=None if is_given_up else now + pause)
        )
