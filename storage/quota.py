"""How much of an API's quota is used: the requests that were made of its host, counted where they are stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from storage.tables import FetchRow, TargetRow

_NOT_ASKED = tuple(
    outcome.value
    for outcome in (
        FetchOutcome.NEEDS_KEY,
        FetchOutcome.QUOTA_SPENT,
        FetchOutcome.ROBOTS_DISALLOWED,
        FetchOutcome.ROBOTS_UNREACHABLE,
        FetchOutcome.ADDRESS_REFUSED,
    )
)


def requests_since(session: Session, host: str, since: datetime) -> int:
    """Requests made of ``host`` from ``since`` on, however they ended; what was refused before it was asked is none."""
    made = (
        select(func.count())
        .select_from(FetchRow)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .where(FetchRow.requested_at >= since, TargetRow.host == host, FetchRow.outcome.not_in(_NOT_ASKED))
    )
    return session.scalar(made) or 0
