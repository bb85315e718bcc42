"""Alerts that bear on what could be seen, for the digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.alerts import AlertKind
from storage.digest_facts import AlertFact
from storage.tables import AlertRow

_KINDS = tuple(kind.value for kind in AlertKind if kind.is_of_visibility)


def alerts_in(session: Session, window: tuple[datetime, datetime]) -> tuple[AlertFact, ...]:
    """Episodes of outlets that touch the window, earliest first. One began when it was so, not when it was noticed."""
    query = select(AlertRow).where(
        AlertRow.outlet.is_not(None),
        AlertRow.kind.in_(_KINDS),
        or_(AlertRow.since_at < window[1], AlertRow.opened_at < window[1]),
        or_(AlertRow.closed_at.is_(None), AlertRow.closed_at > window[0]),
    )
    found = [
        AlertFact(row.outlet, row.kind, row.summary, row.since_at or row.opened_at, row.closed_at)
        for row in session.scalars(query)
        if row.outlet is not None
    ]
    return tuple(sorted(found, key=lambda fact: (fact.started_at, fact.outlet, fact.kind)))
