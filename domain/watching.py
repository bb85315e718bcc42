"""What a watch is told: facts of outlets, channels, hosts and the machine, as the store and the system know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.alerts import Alert, Finding
from domain.outlet import Expectations


@dataclass(frozen=True, slots=True)
class PageLook:
    """One look at a page. ``number`` orders looks in time.

    ``reading`` is None where nothing was read (the request failed, or the page is as it was). ``chars``, ``title`` and
    ``is_dated`` are None where no text was stored; ``paragraphs`` are there for the latest pages only.
    """

    number: int
    page: str  # identity of the address
    at: datetime
    outcome: str
    reading: str | None
    chars: int | None = None
    title: str | None = None
    is_dated: bool | None = None
    text_sha256: str | None = None
    paragraphs: tuple[str, ...] | None = None

    def with_text(self, text: str) -> PageLook:
        """The same look with its text, whose paragraphs are joined by an empty line."""
        return replace(self, paragraphs=tuple(text.split("\n\n")))


@dataclass(frozen=True, slots=True)
class Listing:
    """What a channel's entries carry: those it lists now (``now``) and those it listed before, as (all, without)."""

    now: int
    before: int
    undated_now: int
    undated_before: int
    textless_now: int
    textless_before: int
    untitled_now: int
    untitled_before: int


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A polled channel: how it answers and when it listed something new.

    ``arrivals`` are the distinct looks of the last months that brought something new, in order; ``gaps`` the closed
    ones of the last month, as (from, to).
    """

    channel_id: int
    outlet: str
    slug: str
    last_ok_at: datetime | None
    last_new_at: datetime | None
    last_outcome: str | None
    last_error: str | None
    failures: int
    proxy: str | None = None  # of one that fails: through which it was asked last; None: directly
    gap_since: datetime | None = None
    gap_reason: str | None = None
    gaps: tuple[tuple[datetime, datetime], ...] = ()
    arrivals: tuple[datetime, ...] = ()
    listing: Listing | None = None

    @property
    def subject(self) -> str:
        """``outlet/channel``."""
        return f"{self.outlet}/{self.slug}"


@dataclass(frozen=True, slots=True)
class OutletFacts:
    """An outlet that is watched. ``day_counts``: texts first seen in the 24 hours that end now, the 24 before, …

    Only whole days since the outlet was first looked at are counted.
    """

    slug: str
    name: str
    zone: str
    expectations: Expectations = field(default_factory=Expectations)
    channels: tuple[ChannelFacts, ...] = ()
    pages: tuple[PageLook, ...] = ()  # oldest first
    day_counts: tuple[int, ...] = ()
    refusing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A host of watched outlets."""

    host: str
    outlets: tuple[str, ...]
    robots_outcome: str | None = None
    robots_changed_at: datetime | None = None
    certificate_changed_at: datetime | None = None
    certificate_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A calendar job: when it runs next, and how its last due time ended (None: it did not run)."""

    name: str
    next_at: datetime | None
    last_succeeded_at: datetime | None
    last_due_at: datetime | None = None
    last_outcome: str | None = None
    last_detail: str | None = None


@dataclass(frozen=True, slots=True)
class TodoFacts:
    """Work of one kind that failed for good."""

    kind: str
    given_up: int
    since_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """A disk that Parallax writes on. ``growth_bytes_a_day`` None: not known yet."""

    what: str  # "archive", "database" or both
    free_bytes: int
    total_bytes: int
    growth_bytes_a_day: float | None = None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the clocks say. ``step``: how far the system's moved against the monotonic one, noticed ``step_at``.

    ``gap``: how long nobody ticked before ``gap_until``. Times are of the plan.
    """

    step: timedelta | None = None
    step_at: datetime | None = None
    gap: timedelta | None = None
    gap_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchFacts:
    """All that one watch looks at. ``open_alerts``: what was found before and is not over, by (kind, subject).

    ``of_pages``: what was found in pages of outlets that come without them here.
    """

    now: datetime
    outlets: tuple[OutletFacts, ...] = ()
    hosts: tuple[HostFacts, ...] = ()
    jobs: tuple[JobFacts, ...] = ()
    todos: tuple[TodoFacts, ...] = ()
    disks: tuple[DiskFacts, ...] = ()
    clock: ClockFacts = field(default_factory=ClockFacts)
    open_alerts: Mapping[tuple[str, str], Alert] = field(default_factory=dict)
    of_pages: tuple[Finding, ...] = ()
