"""Rows of alerts as nouns."""

from __future__ import annotations

from domain.alerts import Alert, AlertKind, Severity
from storage.tables import AlertRow


def alert_of(row: AlertRow) -> Alert:
    """A row as the noun."""
    return Alert(
        id=row.id,
        kind=AlertKind(row.kind),
        subject=row.subject,
        outlet=row.outlet,
        severity=Severity(row.severity),
        opened_at=row.opened_at,
        since_at=row.since_at,
        last_seen_at=row.last_seen_at,
        closed_at=row.closed_at,
        summary=row.summary,
        detail=row.detail,
        figures=dict(row.figures),
    )
