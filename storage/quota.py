"""How much of an API's quota is used: the requests that were made of its host, counted where they are stored."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """Requests that were made; ``is_refused``: the API itself said that the quota is used up."""

    requests: int
    is_refused: bool


def quota_use(session: Session, host: str, since: datetime) -> QuotaUse:
    """What was asked of ``host`` from ``since`` on, however it ended; what was refused before that is nothing."""
    is_spent = FetchRow.outcome == FetchOutcome.QUOTA_SPENT.value
    asked = (
        select(
            func.count().filter(FetchRow.outcome.not_in(_NOT_ASKED)),
            func.count().filter(is_spent, FetchRow.status.is_not(None)),
        )
        .where(FetchRow.target_id.in_(select(TargetRow.id).where(TargetRow.host == host)))
        .where(FetchRow.requested_at >= since)
    )
    requests, refusals = session.execute(asked).one()
    return QuotaUse(requests, refusals > 0)
