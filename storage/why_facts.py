"""The shapes of what is known of one address; ``why_queries`` fills them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.look_queries import LookFact, ReadingFact


@dataclass(frozen=True, slots=True)
class ListingFact:
    """An entry: a channel listed the address. ``outlet``: whom it counts for, by the host of the link."""

    channel: str
    outlet: str
    url: str | None
    title: str | None
    absent_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    first_fetch_id: int | None


@dataclass(frozen=True, slots=True)
class TargetFact:
    """The address on the frontier. ``channel``: it polls that one; ``led_from``: whose redirect led here."""

    target_id: int
    outlet: str
    url: str
    host: str
    channel: str | None
    led_from: str | None
    redirects: int
    reason: str
    state: str
    next_at: datetime | None
    attempts: int
    last_fetched_at: datetime | None
    last_outcome: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A revision of an article at the address, and how often each topic was found in it."""

    revision_id: int
    number: int
    title: str | None
    chars: int
    fetch_id: int
    first_seen_at: datetime
    topics: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StateStep:
    """A step of an article's state: suspected, removed, back, withdrawn or listed. ``how``: what the look showed."""

    state: str
    at: datetime
    how: str
    looks: int
    fetch_id: int | None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article known at the address. ``address_kind``: listed, redirect or canonical. ``merged_into``: see there."""

    article_id: int
    outlet: str
    url: str
    address: str
    address_kind: str
    address_first_seen_at: datetime
    merged_into: int | None
    state: str
    state_at: datetime
    state_status: int | None
    first_seen_at: datetime
    last_seen_at: datetime
    revisions: tuple[StoredRevision, ...]
    steps: tuple[StateStep, ...] = ()


@dataclass(frozen=True, slots=True)
class TodoFact:
    """Something that must still happen: ``read`` a fetch, ``index`` or look for ``mentions`` in a revision."""

    kind: str
    subject_id: int
    created_at: datetime
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class HostFact:
    """A host as it stands: its pause, and what its robots.txt said."""

    key: str
    paused_until: datetime | None
    is_in_work: bool
    robots_outcome: str | None
    robots_error: str | None
    robots_fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """All that is known of an address."""

    listings: tuple[ListingFact, ...]
    targets: tuple[TargetFact, ...]
    looks: tuple[LookFact, ...]
    readings: tuple[ReadingFact, ...]
    articles: tuple[StoredArticle, ...]
    todos: tuple[TodoFact, ...]

    @property
    def is_known(self) -> bool:
        """Whether anything ever happened to the address."""
        return bool(self.listings or self.targets or self.articles)
