"""What a right crawler writes down: requests, revisions, gaps, and the addresses it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.urls import url_key
from tests.world.script import Article, Site


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request may rightly end: outcomes and readings that mean the same, the likeliest first."""

    outcomes: tuple[FetchOutcome, ...]
    readings: tuple[PageReading, ...] = ()

    @property
    def is_success(self) -> bool:
        """Whether the address was seen as it is."""
        return self.outcomes[0].is_success and all(reading.is_success for reading in self.readings)


@dataclass(frozen=True, slots=True)
class FetchRow:
    """One request of the right crawler. ``what`` is a channel's slug for polls, else a url key without a port."""

    moment: datetime
    outlet: str
    what: str
    reason: Reason
    answer: Answer


@dataclass(frozen=True, slots=True)
class PollRow:
    """One look at a channel. ``is_shared``: it listed nothing, or something that an earlier good look had listed."""

    moment: datetime
    outlet: str
    channel: str
    is_good: bool
    is_shared: bool


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision: its number counts from 1."""

    number: int
    title: str
    text: str
    first_seen: datetime
    reason: Reason
    source: str  # page · feed


def went_back(revisions: Sequence[RevisionRow], by: datetime) -> frozenset[int]:
    """Numbers of the revisions that, as was known ``by`` then, were turns of a text that was back within a week."""
    known = [one for one in revisions if one.first_seen <= by]
    turns: set[int] = set()
    for now, one in enumerate(known):
        for then, other in enumerate(known[: max(now - 1, 0)]):
            is_soon = one.first_seen - known[then + 1].first_seen <= timedelta(days=7)
            if is_soon and (one.title, one.text) == (other.title, other.text):
                turns |= {turn.number for turn in known[then + 1 : now + 1]}
    return frozenset(turns)


@dataclass(slots=True)
class Target:
    """One address of an outlet and what is known of it so far."""

    site: Site
    path: str
    article: Article | None
    first_listed: datetime
    absent: datetime | None = None  # the last good look, before that, at the channel that listed it first
    channels: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # what each list last said of it
    revisions: list[RevisionRow] = field(default_factory=list)
    removals: list[tuple[datetime, FetchOutcome, datetime | None]] = field(default_factory=list)
    failed: bool = False
    looked: datetime | None = None  # the last look at its page
    is_redirected_to: bool = False

    @property
    def key(self) -> str:
        """The url key without a port."""
        return url_key(f"http://{self.site.host}{self.path}")


@dataclass(slots=True)
class Gap:
    """A span in which a channel was not seen; ``since`` None: it never was; ``until`` None: it still is not."""

    outlet: str
    channel: str
    since: datetime | None
    until: datetime | None
    outcomes: tuple[FetchOutcome, ...]
    readings: tuple[PageReading, ...]
    noticed: datetime  # the first look that failed
