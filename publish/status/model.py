"""The status as data: every fact that any form of it shows, ranked and worded once. ``--json`` prints exactly this.

Times are aware UTC, lengths seconds, sizes bytes; None means that it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.status_facts import JobFact


class Health(StrEnum):
    """How well an outlet is seen; worst first."""

    NOT_SEEN = "not seen"
    PARTLY_SEEN = "partly seen"
    LATE = "late"
    QUIET = "quiet"
    SEEN_WELL = "seen well"
    NEVER_LOOKED = "never looked at"
    NOT_CRAWLED = "not crawled yet"
    PAUSED = "paused"

    @property
    def glyph(self) -> str:
        """The sign that stands before the word, so that nothing is told by colour alone."""
        return _GLYPHS.get(self, "–")

    @property
    def is_seen(self) -> bool:
        """Whether its texts come in as they are published, as far as can be known."""
        return self in {Health.QUIET, Health.SEEN_WELL}


_GLYPHS = {
    Health.NOT_SEEN: "✕",
    Health.PARTLY_SEEN: "◐",
    Health.LATE: "◔",
    Health.QUIET: "○",
    Health.SEEN_WELL: "●",
}


class Rank(StrEnum):
    """How soon a person should look; soonest first."""

    NOW = "now"
    TODAY = "today"
    NOTE = "note"

    @property
    def glyph(self) -> str:
        """The sign that stands before the word."""
        return {Rank.NOW: "▲", Rank.TODAY: "◆", Rank.NOTE: "○"}[self]


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs a person. ``alert_id``: the alert that says so; None: the status found it itself."""

    rank: Rank
    subject: str
    since: datetime | None
    words: str
    detail: str | None = None
    alert_id: int | None = None


@dataclass(frozen=True, slots=True)
class OutletLine:
    """An outlet. ``last_good_at``: last good look at its slowest channel that is not in a gap; of all, if each is.

    ``usual``: the mean of its articles by this time of day over ``usual_days`` days; None where there was none.
    """

    slug: str
    name: str
    languages: tuple[str, ...]
    health: Health
    why: tuple[str, ...]
    last_good_at: datetime | None
    age_s: int | None
    next_at: datetime | None
    articles_today: int
    usual: float | None
    usual_days: int


@dataclass(frozen=True, slots=True)
class Runs:
    """Polls of the last hour, who leads, and the calendar jobs. ``latest_s``: the latest start of a poll.

    ``leader`` is None where nobody leads; ``leader_since`` then tells until when somebody did.
    """

    due: int
    on_time: int
    latest_s: float | None
    waiting: int
    leader: str | None
    leader_since: datetime | None
    jobs: tuple[JobFact, ...]


@dataclass(frozen=True, slots=True)
class Frontier:
    """Pages that wait, the time of the one that waits longest, what was given up, and today's looks."""

    waiting: int
    oldest_due_at: datetime | None
    later: int
    set_aside: int
    fetched_today: int
    refused_by_robots_today: int
    hosts_in_work: int
    todos_waiting: int
    todos_given_up: int


@dataclass(frozen=True, slots=True)
class Lag:
    """From listed to stored, of today's articles. None where there were none."""

    articles: int
    median_s: float | None
    ninety_of_100_s: float | None
    slowest_s: float | None


@dataclass(frozen=True, slots=True)
class StoreLine:
    """The store. ``days_of_room`` None: too little history to tell."""

    database_bytes: int
    archive_bytes: int
    free_bytes: int
    days_of_room: int | None
    last_backup_at: datetime | None
    last_digest_at: datetime | None
    revision: str | None
    is_head: bool


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap, or several of ours that overlap. ``is_caught_up`` None: still open."""

    where: str
    started_at: datetime
    ended_at: datetime | None
    cause: str
    is_caught_up: bool | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps of the last seven days; ``total_s`` adds up what of each lies in them."""

    count: int
    total_s: int
    longest: tuple[GapLine, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The whole status at ``at``, in the order in which it is shown."""

    at: datetime
    zone: str
    sentence: str
    concerns: tuple[Concern, ...]
    outlets: tuple[OutletLine, ...]
    runs: Runs
    frontier: Frontier
    lag: Lag
    store: StoreLine
    gaps: Gaps

    @property
    def has_now(self) -> bool:
        """Whether anything is ranked "now"."""
        return any(concern.rank is Rank.NOW for concern in self.concerns)
