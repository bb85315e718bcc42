"""Alerts as rows, an episode each: what a watch found is applied, what is open or was is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.alerts import Alert, Finding
from domain.episodes import (
    MISSED,
    REOPENS_WITHIN,
    CloseEpisode,
    KeepEpisode,
    MissEpisode,
    OpenEpisode,
    Step,
    next_steps,
)
from storage.alert_deliveries import call_off_clearing, call_off_opening, plan_clearing
from storage.alert_rows import alert_of
from storage.tables import AlertRow, OutletRow


def apply_findings(session: Session, found: Iterable[Finding], *, now: datetime) -> Counter[str]:
    """Open, keep, reopen and close episodes; gives how many of each: opened, kept, reopened, closed.

    Doing it twice with the same findings is harmless.
    """
    done: Counter[str] = Counter()
    for step in next_steps(_known(session, now), found, now=now):
        done[_apply(session, step, now)] += 1
    session.flush()
    return done


def _known(session: Session, now: datetime) -> list[Alert]:
    query = select(AlertRow).where(AlertRow.closed_at.is_(None) | (AlertRow.closed_at > now - REOPENS_WITHIN))
    return [alert_of(row) for row in session.scalars(query)]


def _apply(session: Session, step: Step, now: datetime) -> str:
    match step:
        case OpenEpisode(finding):
            _open(session, finding, now)
            return "opened"
        case KeepEpisode(alert, finding, reopens):
            _keep(session, alert, finding, now)
            if reopens:
                call_off_clearing(session, alert.id, now=now)
            return "reopened" if reopens else "kept"
        case MissEpisode(alert, missed):
            _row(session, alert.id).figures = {**alert.figures, MISSED: str(missed)}
            return "missed"
        case CloseEpisode(alert):
            _row(session, alert.id).closed_at = now
            call_off_opening(session, alert.id)
            plan_clearing(session, alert.id, at=now + REOPENS_WITHIN)
            return "closed"


def _row(session: Session, alert_id: int) -> AlertRow:
    row = session.get(AlertRow, alert_id)
    assert row is not None
    return row


def _open(session: Session, finding: Finding, now: datetime) -> None:
    is_known = finding.outlet is not None and session.get(OutletRow, finding.outlet) is not None
    session.add(
        AlertRow(
            kind=finding.kind.value,
            subject=finding.subject,
            outlet=finding.outlet if is_known else None,
            channel_id=finding.channel_id,
            severity=finding.severity.value,
            opened_at=now,
            since_at=finding.since_at,
            last_seen_at=now,
            summary=finding.summary,
            detail=finding.detail,
            figures=dict(finding.figures),
        )
    )


def _keep(session: Session, alert: Alert, finding: Finding, now: datetime) -> None:
    """It is still so, in the words of now; it never begins later than was said, and its severity only rises."""
    row = _row(session, alert.id)
    since = [at for at in (alert.since_at, finding.since_at) if at is not None]
    row.since_at = min(since, default=None)
    row.severity = min(alert.severity, finding.severity, key=lambda one: one.rank).value
    row.summary, row.detail, row.figures = finding.summary, finding.detail, dict(finding.figures)
    row.last_seen_at, row.closed_at = now, None


def open_alerts(session: Session, outlets: Collection[str] = ()) -> tuple[Alert, ...]:
    """What is so now: most pressing first, oldest first in each rank."""
    query = select(AlertRow).where(AlertRow.closed_at.is_(None))
    if outlets:
        query = query.where(AlertRow.outlet.in_(outlets))
    found = [alert_of(row) for row in session.scalars(query)]
    return tuple(sorted(found, key=lambda one: (one.severity.rank, one.since_at or one.opened_at, one.id)))


def latest_alerts(session: Session, *, limit: int) -> tuple[Alert, ...]:
    """The last ``limit`` episodes, open or over, latest first."""
    return tuple(alert_of(row) for row in session.scalars(select(AlertRow).order_by(AlertRow.id.desc()).limit(limit)))
