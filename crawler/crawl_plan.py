"""What a crawl is given, and what it says it did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from crawler.fetch.guard import AddressPolicy
from crawler.fetch.keys import RequestKey
from crawler.lending import HostLender
from crawler.render.chromium import BrowserLimits
from domain.fetch import FetchOutcome, Reason
from outlets.platforms import Platforms

if TYPE_CHECKING:  # it brings Scrapy with it, and who plans a crawl need not wait for that
    from crawler.fetch.engine import Answer, Order
    from crawler.reading.result import ReadResult

Event = Callable[[str, Mapping[str, object]], None]


class Engine(Protocol):
    """What answers requests: Scrapy, or an archive in its place."""

    is_open: threading.Event

    def run(self) -> None:
        """Block until ``stop``."""

    def stop(self) -> None:
        """End, from any thread."""

    def fetch(self, order: Order, done: Callable[[Answer], None]) -> None:
        """Answer ``order``; ``done`` is called once, in any thread."""


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """How much one crawl holds and does; see docs/SETTINGS.md."""

    hosts_at_once: int = 64
    targets_a_slot: int = 50
    slot_s: float = 120.0
    most_s: float = 1800.0
    most_memory_bytes: int = 400 << 20
    workers: int = 2
    reading_deadline_s: float = 20.0
    unconditional_every: int = 10
    crawl_delay_cap_s: float = 60.0
    dead_after_s: float = 60.0


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """``outlets``: only their targets; none means all. ``settings`` are Scrapy's.

    ``proxies``: by outlet the name of the proxy that all of it is asked through; those not named are asked directly.
    ``stays``: wait for more where nothing is due, until told to stop or spent. ``lingers_s``: wait for so long at least
    before it ends, since others may put something there meanwhile. ``told``: work on those hosts only that
    come from there, for as long as it lasts; it is read in a thread of its own. ``archive_slot`` is this machine's:
    other machines' slots are left to them. ``reasons``: only what is due for one of them; none means all. ``lender``:
    where the hand on each host is borrowed, for a crawl whose store is not the one that others crawl for. ``engine``:
    what answers instead of the network; None: nothing does.
    """

    archive: Path
    user_agent: str
    settings: Mapping[str, Any]
    policy: AddressPolicy = field(default_factory=AddressPolicy)
    limits: CrawlLimits = field(default_factory=CrawlLimits)
    outlets: frozenset[str] = frozenset()
    proxies: Mapping[str, str] = field(default_factory=dict)
    browser: BrowserLimits = field(default_factory=BrowserLimits)
    archive_slot: str = "crawl"
    stays: bool = False
    lingers_s: float = 0.0
    told: Iterable[str] | None = None
    platforms: Platforms = field(default_factory=Platforms)
    keys: tuple[RequestKey, ...] = ()
    reasons: frozenset[Reason] = frozenset()
    lender: HostLender | None = None
    engine: Engine | None = None


@dataclass(slots=True)
class Tally:
    """What a crawl did. ``outcome``: done, recycle (more is due), stopped, or what it failed of."""

    fetches: int = 0
    failures: int = 0
    entries: int = 0
    articles: int = 0
    revisions: int = 0
    hosts: int = 0
    outcome: str = "done"

    def add_look(self, outcome: FetchOutcome) -> None:
        """Count a look that is stored; one that led elsewhere did not fail."""
        self.fetches += 1
        self.failures += int(not outcome.is_success and outcome is not FetchOutcome.REDIRECTED)

    def add_reading(self, result: ReadResult) -> None:
        """Count what a reading brought."""
        self.entries += result.new_entries
        self.articles += result.new_articles
        self.revisions += result.new_revisions
