"""The frontier: what to look at, what a look gave, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.fetch import FetchOutcome, Reason
from domain.outlet import ChannelKind
from domain.presence import Away

NO_POLL = 0  # in the place of a poll: a document that a backfill asks for is a further one of none
BACK = "back"  # what the keys of such documents begin with
AGAIN = "again"  # the same of documents that show posts or videos which are due to be looked at again


class TargetState(StrEnum):
    """Whether an address is to be looked at."""

    DUE = "due"
    IDLE = "idle"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Target:
    """One address of an outlet to look at, as it was claimed."""

    id: int
    outlet: str
    url: str
    url_key: str
    host: str
    reason: Reason
    channel_id: int | None = None  # None: a page
    channel_slug: str | None = None
    redirects: int = 0
    attempts: int = 0
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    polls: int = 0  # of its channel, so that each N-th is made without conditions
    due_at: datetime | None = None  # since when it is to be looked at
    part_of: int | None = (
        None  # the poll (a fetch) that asks for it as a further document; NO_POLL: a backfill; None: no part
    )
    channel_kind: ChannelKind | None = None  # None: a page

    @property
    def is_again(self) -> bool:
        """Whether it shows posts or videos of its channel that are due to be looked at again."""
        return self.channel_id is not None and self.url_key.startswith(f"{AGAIN}:")


@dataclass(frozen=True, slots=True)
class NewTarget:
    """An address that somebody listed, or that a redirect led to."""

    outlet: str
    url: str
    url_key: str
    host: str
    reason: Reason
    channel_id: int | None = None
    via_target_id: int | None = None
    redirects: int = 0
    part_of: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPart:
    """A further document that is on the frontier. ``part_of``: the poll that last asked for it; None: none did yet."""

    url_key: str
    mark: str | None
    attempts: int
    part_of: int | None


@dataclass(frozen=True, slots=True)
class ClaimedHost:
    """A host that an owner works on. ``wait_s``: how long it must not be asked yet. ``token`` proves the claim."""

    key: str
    token: int
    delay_s: float
    concurrency: int
    timeout_s: float
    wait_s: float
    robots_status: int | None
    robots_body: str | None
    robots_outcome: str | None
    robots_error: str | None
    robots_fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """One request and what came of it, before it is stored. Times are plan time, aware UTC.

    ``away``: that its redirect leads away from a page, to no article.
    """

    target: Target
    requested_at: datetime
    received_at: datetime
    conditional: bool
    outcome: FetchOutcome
    status: int | None = None
    error: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    redirect_to: str | None = None
    retry_after_s: int | None = None
    max_age_s: int | None = None
    body_sha256: str | None = None
    body_bytes: int | None = None
    proxy: str | None = None  # name of the proxy it was asked through, or would have been; None: directly
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class NextLook:
    """When a target is looked at again, and why."""

    state: TargetState
    reason: Reason
    next_at: datetime | None
    attempts: int
