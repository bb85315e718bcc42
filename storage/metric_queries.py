"""What the metrics are made of. Every question is bounded by an index or by the number of channels, outlets or hosts.

The one that is not, all fetches by outcome, is asked whole once a process; then only what came since is counted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from storage.status_facts import FrontierFacts, LeaderFact, PollTimes
from storage.status_service import frontier_facts, last_shift, poll_times
from storage.status_store import database_bytes
from storage.tables import AlertRow, ChannelHourRow, ChannelRow, DigestRow, FetchRow, GapRow, JobRow

SETTLED_AFTER = timedelta(hours=3)  # older rows no longer arrive; what is folded is thirty days old
_BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """Figures at one moment. ``fetches``: all that were ever made, by outcome, those folded into hours among them."""

    fetches: Mapping[str, int]
    polls: PollTimes
    frontier: FrontierFacts
    leader: LeaderFact | None
    last_digest_at: datetime | None
    last_backup_at: datetime | None
    gaps_open: int
    alerts_open: Mapping[str, int]
    database_bytes: int


class FetchCounter:
    """Counts fetches by outcome without reading all of them each time; the counts never go down. One thread at a time.

    Rows asked for before a boundary, some hours back, are counted once and remembered: none arrives there any more, and
    that old ones are folded into hours, and deleted, changes nothing. What came since is counted each time.
    """

    def __init__(self) -> None:
        self._settled: Counter[str] = Counter()
        self._boundary: datetime | None = None

    def counts(self, session: Session, *, now: datetime) -> dict[str, int]:
        """All fetches by outcome."""
        if self._boundary is None or self._boundary > now:  # the first time; or the clock was set back
            self._boundary = now - SETTLED_AFTER
            self._settled = _settled(session, self._boundary)
        elif now - self._boundary > 2 * SETTLED_AFTER:
            boundary = now - SETTLED_AFTER
            self._settled += _counted(session, self._boundary, boundary)
            self._boundary = boundary
        return dict(self._settled + _counted(session, self._boundary, None))


def _settled(session: Session, before: datetime) -> Counter[str]:
    """Fetches before a moment, and those folded: in one statement, so that none is missed or counted twice."""
    fetched = (
        select(FetchRow.outcome, func.count().label("n"))
        .where(FetchRow.requested_at < before)
        .group_by(FetchRow.outcome)
    )
    folded = select(ChannelHourRow.outcome, func.sum(ChannelHourRow.polls).label("n")).group_by(ChannelHourRow.outcome)
    found: Counter[str] = Counter()
    for outcome, count in session.execute(union_all(fetched, folded)):
        found[outcome] += int(count)
    return found


def _counted(session: Session, start: datetime, end: datetime | None) -> Counter[str]:
    query = select(FetchRow.outcome, func.count()).where(FetchRow.requested_at >= start).group_by(FetchRow.outcome)
    if end is not None:
        query = query.where(FetchRow.requested_at < end)
    return Counter(dict(session.execute(query).all()))


def metric_facts(session: Session, counter: FetchCounter, *, now: datetime) -> MetricFacts:
    """The figures at ``now``."""
    open_gaps = (
        select(func.count())
        .select_from(GapRow)
        .join(ChannelRow, ChannelRow.id == GapRow.channel_id)
        .where(GapRow.to_at.is_(None), ChannelRow.removed_at.is_(None), ChannelRow.enabled)
    )
    open_alerts = (
        select(AlertRow.severity, func.count()).where(AlertRow.closed_at.is_(None)).group_by(AlertRow.severity)
    )
    return MetricFacts(
        fetches=counter.counts(session, now=now),
        polls=poll_times(session, now=now),
        frontier=frontier_facts(session, now=now, midnight=now),
        leader=last_shift(session),
        last_digest_at=session.scalar(select(func.max(DigestRow.made_at))),
        last_backup_at=session.scalar(select(JobRow.last_succeeded_at).where(JobRow.name == _BACKUP)),
        gaps_open=session.scalar(open_gaps) or 0,
        alerts_open=dict(session.execute(open_alerts).all()),
        database_bytes=database_bytes(session),
    )
