"""Open alerts, as the watch wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import AlertRow, ChannelRow


@dataclass(frozen=True, slots=True)
class AlertFact:
    """Something a person should know and that is not over. ``channel``: ``outlet/slug`` where it is about one alone.

    ``severity``: now, today or note. ``since_at`` None: not known since when.
    """

    alert_id: int
    kind: str
    subject: str
    outlet: str | None
    channel: str | None
    severity: str
    opened_at: datetime
    since_at: datetime | None
    last_seen_at: datetime
    summary: str
    detail: str | None
    figures: Mapping[str, str]


def open_alerts(session: Session) -> tuple[AlertFact, ...]:
    """Alerts that are not closed, oldest first."""
    rows = session.execute(
        select(AlertRow, ChannelRow.outlet, ChannelRow.slug)
        .join(ChannelRow, ChannelRow.id == AlertRow.channel_id, isouter=True)
        .where(AlertRow.closed_at.is_(None))
        .order_by(AlertRow.opened_at, AlertRow.id)
    )
    return tuple(
        AlertFact(
            alert_id=row.id,
            kind=row.kind,
            subject=row.subject,
            outlet=row.outlet,
            channel=f"{outlet}/{slug}" if slug is not None else None,
            severity=row.severity,
            opened_at=row.opened_at,
            since_at=row.since_at,
            last_seen_at=row.last_seen_at,
            summary=row.summary,
            detail=row.detail,
            figures=dict(row.figures),
        )
        for row, outlet, slug in rows
    )
