"""What the status is told by the store: one frozen dataclass a kind of fact.

No SQL here, so that what is made of it can be tested over hand-made facts. Times are aware UTC and None where the store
does not know one; lengths are seconds, sizes bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.digest_facts import GapFact
from storage.status_alerts import AlertFact
from storage.status_queries import TodoCount


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """A channel as it stands. ``is_polled``: the catalogue wants it, and this version can poll it.

    ``not_crawled``: why this version can't. ``next_at``: when it is due, in the past while it waits for its host; None
    where no service planned it.
    ``gap_since``, ``gap_reason``, ``gap_detail``: of its open gap.
    """

    slug: str
    kind: str
    is_polled: bool
    not_crawled: str | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    last_outcome: str | None = None
    last_error: str | None = None
    failures: int = 0
    next_at: datetime | None = None
    interval_s: int | None = None
    gap_since: datetime | None = None
    gap_reason: str | None = None
    gap_detail: str | None = None


@dataclass(frozen=True, slots=True)
class OutletHealth:
    """An outlet of the catalogue. ``usual``: its articles by this time of day on each of the seven days before.

    Only days on which one of its channels gave a good look are counted there, so there may be fewer.
    """

    slug: str
    name: str
    languages: tuple[str, ...]
    is_enabled: bool
    refusing_since: datetime | None
    articles_today: int
    usual: tuple[int, ...]
    channels: tuple[ChannelHealth, ...]


@dataclass(frozen=True, slots=True)
class LeaderFact:
    """The last shift. ``last_tick_real_at`` is by the system's clock; ``ended_at`` None: it leads, or it vanished."""

    owner: str
    started_at: datetime
    last_tick_at: datetime
    last_tick_real_at: datetime
    ended_at: datetime | None
    outcome: str | None
    ticks: int


@dataclass(frozen=True, slots=True)
class JobFact:
    """A calendar job and its last run."""

    name: str
    schedule: str
    next_at: datetime | None
    last_succeeded_at: datetime | None
    last_started_at: datetime | None
    last_outcome: str | None
    last_detail: str | None


@dataclass(frozen=True, slots=True)
class PollTimes:
    """How late each planned poll of the last hour began, and how long those that wait have waited.

    Seconds, ascending.
    """

    begun_s: tuple[float, ...]
    waiting_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FrontierFacts:
    """The frontier: pages that are due, those planned for later, those given up; and today's looks by outcome."""

    waiting: tuple[tuple[str, int], ...]  # by reason, polls among them
    oldest_due_at: datetime | None
    later: int
    set_aside: int
    fetched_today: tuple[tuple[str, int], ...]
    todos: tuple[TodoCount, ...]
    hosts_in_work: int


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """The store's size and growth. ``growth_bytes_a_day`` None: too little history to tell."""

    database_bytes: int
    archive_bytes: int
    free_bytes: int
    growth_bytes_a_day: int | None
    last_digest_at: datetime | None
    revision: str | None
    newest_revision: str
    last_backup_at: datetime | None = None  # of those in the folder


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """Everything the status is made of. ``lags_s``: seconds from listed to stored, of today's articles, ascending."""

    at: datetime
    outlets: tuple[OutletHealth, ...]
    alerts: tuple[AlertFact, ...]
    leader: LeaderFact | None
    jobs: tuple[JobFact, ...]
    polls: PollTimes
    frontier: FrontierFacts
    lags_s: tuple[float, ...]
    store: StoreFacts
    gaps: tuple[GapFact, ...]
