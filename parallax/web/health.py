"""Whether this Parallax is well: the store answers, and where this process leads, its last sign of life is fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.owner import this_owner
from domain.errors import StorageError
from publish.status.concerns import LEADER_SILENT_AFTER
from storage import Store
from storage.probe import ask
from storage.status_service import last_shift


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What /healthz says. ``leads``: this process does. ``last_tick_age_s``: of whoever led last; None: nobody did."""

    is_well: bool
    problems: tuple[str, ...]
    leads: bool
    last_tick_age_s: float | None
    at: datetime


def health_report(store: Store, *, owner: str | None = None, real_now: datetime | None = None) -> HealthReport:
    """How this process (or ``owner``) is, by the system's clock."""
    now = real_now or datetime.now(UTC)
    try:
        shift = ask(store, last_shift)
    except StorageError as error:
        return HealthReport(False, (str(error),), leads=False, last_tick_age_s=None, at=now)
    if shift is None:
        return HealthReport(True, (), leads=False, last_tick_age_s=None, at=now)
    age = now - shift.last_tick_real_at
    leads = shift.ended_at is None and shift.owner == (owner or this_owner())
    silent = leads and age > LEADER_SILENT_AFTER
    problems = (f"this process leads, and its last tick is {age.total_seconds():.0f} s old",) if silent else ()
    return HealthReport(not problems, problems, leads=leads, last_tick_age_s=age.total_seconds(), at=now)
