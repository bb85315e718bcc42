"""Wires everything: from settings to a store, a catalogue, a clock and what a crawl is given. Nothing else does.

What only some processes need, and takes long to import, is imported where it is needed: a start is waited for.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Collection, Iterable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from crawler.crawl_plan import CrawlLimits, CrawlPlan
from crawler.fetch.guard import AddressPolicy
from crawler.fetch.keys import RequestKey
from crawler.fetch.proxies import parsed_proxies
from crawler.fetch.user_agent import user_agent
from crawler.machine import machine_name
from crawler.render.chromium import BrowserLimits
from domain.errors import ConfigError, StorageError
from domain.outlet import ChannelKind
from domain.takedown import LIST_FILE
from outlets.catalogue import Catalogue, load_catalogue
from outlets.channels import crawlable_channels
from outlets.platforms import Platforms, least_interval_s
from parallax.asking import loopback_of, proxies_by_outlet, require_contact
from parallax.clock import CLOCK_VARIABLE, SimulatedClock, SystemClock, parse_clock, start_clock
from parallax.config import load_settings
from parallax.handing_over import hand_over, take_over
from parallax.in_force import catalogue_in_force
from parallax.settings import Settings
from storage import Store, migrate, open_store
from storage.catalogue import put_catalogue
from storage.digest_facts import NOT_RUNNING
from storage.engine import require_there
from storage.merge_decisions import Decision
from storage.stoppages import MissedPoll

VERSION = version("parallax")
_DEMO = Path("var/demo/parallax.db")  # as `make demo` makes it, from the working folder
_NO_CONTACT = "http://localhost/"  # who asks a loopback host needs no name


class Parallax:
    """One process's Parallax: settings read once, everything else made when it is first needed."""

    def __init__(self, settings: Settings, *, clock: SystemClock | SimulatedClock | None = None) -> None:
        self.settings = settings
        self.clock = clock or start_clock(settings.clock)

    @classmethod
    def from_environment(cls) -> Parallax:
        """With the settings of this process's environment, or what its parent handed over. Raises ConfigError."""
        handed = take_over(os.environ)
        if handed is None:
            return cls(load_settings(os.environ))
        settings, catalogue = handed
        parallax = cls(settings)
        parallax.__dict__["catalogue"] = catalogue  # read by the parent
        return parallax

    def to_env(self, **others: object) -> dict[str, str]:
        """What a process must be told to have settings, catalogue and clock as they are in force here.

        ``others``: settings that are to be others there.
        """
        clock = self.clock.to_env().get(CLOCK_VARIABLE)
        if clock is not None:
            others["clock"] = parse_clock(clock, self.settings.time_zone)
        return hand_over(self.settings.model_copy(update=others), self.catalogue)

    def reloaded(self, settings: Settings) -> Parallax:
        """With other settings and a catalogue to be read anew, on the same clock. Raises ConfigError.

        Database, archive and clock are fixed for the life of a process.
        """
        for name in ("database_url", "archive_folder", "home", "clock", "executor", "machine", "dead_after_s"):
            if getattr(settings, name) != getattr(self.settings, name):
                raise ConfigError(f"PARALLAX_{name.upper()}", "can't change while the service runs; restart it")
        return Parallax(settings, clock=self.clock)

    @property
    def user_agent(self) -> str:
        """What requests call themselves."""
        return user_agent(VERSION, self.settings.contact or _NO_CONTACT)

    @functools.cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue in force. Raises CatalogueError."""
        folder = self.settings.catalogue
        if folder is None and self.settings.catalogue_mode == "only":
            raise ConfigError("PARALLAX_CATALOGUE_MODE", "'only' needs a folder of your own in PARALLAX_CATALOGUE")
        return load_catalogue([folder] if folder else [], mode=self.settings.catalogue_mode)

    @functools.cached_property
    def store(self) -> Store:
        """The store, which must be at the newest revision. Raises StorageError saying what to do."""
        self.require_database()
        store = open_store(self.settings.database_url)
        migrate.require_newest(store)
        if self.has_workers:
            from schedules.job_app import require_prepared  # noqa: PLC0415 - see above

            require_prepared(store)
        if (self.settings.archive_folder / LIST_FILE).exists():  # it holds for any database, whatever backup it is of
            from parallax.takedowns import apply_listed  # noqa: PLC0415 - see above

            apply_listed(store, self.settings.archive_folder, now=self.clock.now())
        return store

    def require_database(self) -> None:
        """Raise StorageError, saying what to do, where there is no database yet: who reads makes none."""
        try:
            require_there(self.settings.database_url)
        except StorageError as error:
            demo = "; for the demo's, the `export` that `make demo` ends with" if _DEMO.is_file() else ""
            raise StorageError(f"{error}; run `parallax init`, or set PARALLAX_HOME to where it is{demo}") from None

    @property
    def has_workers(self) -> bool:
        """Whether crawling is the work of ``parallax worker``."""
        return self.settings.executor == "procrastinate"

    def upgrade_store(self) -> Store:
        """The store, made or brought to the newest revision, with the jobs' tables where there are workers."""
        store = open_store(self.settings.database_url)
        migrate.upgrade(store)
        if self.has_workers:
            from schedules.job_app import prepare_job_tables  # noqa: PLC0415 - see above

            prepare_job_tables(store)
        return store

    def prepare_store(self) -> Store:
        """The store, made or brought to the newest revision first, with the catalogue in force."""
        self.upgrade_store().close()
        self.put_catalogue(self.clock.now())
        return self.store

    @property
    def platforms(self) -> Platforms:
        """Where the platforms answer that outlets have channels on."""
        settings = self.settings
        return Platforms(
            telegram_url=settings.telegram_url,
            youtube_api_url=settings.youtube_api_url,
            youtube_feed_url=settings.youtube_feed_url,
            youtube_by_feed=settings.youtube_by == "feed",
            has_youtube_key=settings.youtube_api_key is not None,
            youtube_daily_quota=settings.youtube_daily_quota,
        )

    def quota_shares_s(self) -> dict[str, float]:
        """By host: how many seconds lie between two polls of each channel there, so that a quota suffices for all."""
        platforms = self.platforms
        asked = [
            channel
            for outlet in self.catalogue.outlets.values()
            for channel in crawlable_channels(outlet)
            if channel.kind is ChannelKind.YOUTUBE
        ]
        if platforms.youtube_by_feed or not asked:
            return {}
        return {platforms.youtube_api_host: least_interval_s(len(asked), platforms)}

    def put_catalogue(self, now: datetime) -> None:
        """Make the store agree with the catalogue, which is journaled first where it is another than before."""
        from crawler.decisions import journal_catalogue, journal_slot  # noqa: PLC0415 - see above

        store = self.store  # where there is none, nothing came into force
        journal_catalogue(self.settings.archive_folder, journal_slot(self.archive_slot), self.catalogue, at=now)
        in_force = catalogue_in_force(self.catalogue, self.platforms)
        store.write(lambda session: put_catalogue(session, in_force, now=now))

    def journal_gaps(self, missed: Collection[MissedPoll], now: datetime) -> None:
        """Journal that these channels were not looked at."""
        from crawler.decisions import journal, journal_slot  # noqa: PLC0415 - see above
        from crawler.journal import GapLine, gap_note  # noqa: PLC0415 - see above

        lines = [
            GapLine(outlet=m.outlet, channel=m.channel, since=m.since, until=m.until, reason=NOT_RUNNING)
            for m in missed
        ]
        if lines:
            journal(self.settings.archive_folder, journal_slot(self.archive_slot), gap_note(lines, at=now))

    def journal_merge(self, decision: Decision, now: datetime) -> None:
        """Journal a person's word about two articles, before the store has it."""
        from crawler.decisions import journal, journal_slot  # noqa: PLC0415 - see above
        from crawler.journal import merge_note  # noqa: PLC0415 - see above

        journal(self.settings.archive_folder, journal_slot(self.archive_slot), merge_note(decision, at=now))

    @property
    def archive_slot(self) -> str:
        """The writer's slot of this machine: where several may share a database, no two name a file alike."""
        if self.store_is_shared:
            return f"crawl-{self.settings.machine or machine_name()}"
        return "crawl"

    def is_own_slot(self, slot: str) -> bool:
        """Whether a writer's slot is this machine's: its crawls', its journal's or one of what it copied in."""
        machine = self.archive_slot.removeprefix("crawl")
        own = (f"{kind}{machine}" for kind in ("crawl", "journal", "warc"))
        return any(slot == name or slot.removeprefix(f"{name}-").isdigit() for name in own)

    @property
    def store_is_shared(self) -> bool:
        """Whether other machines may work on the same database."""
        return self.settings.database_url.startswith("postgresql")

    def crawl_plan(
        self,
        outlets: Collection[str] = (),
        *,
        stays: bool = False,
        lingers_s: float = 0.0,
        told: Iterable[str] | None = None,
    ) -> CrawlPlan:
        """What a crawl of ``outlets`` (none: all) is given. Raises ConfigError where no contact is set."""
        from crawler.fetch.addon import fetch_settings  # noqa: PLC0415 - see above

        self.require_contact(outlets)
        settings = self.settings
        is_local = settings.contact is None
        agent = self.user_agent
        networks = loopback_of(settings.allowed_networks) if is_local else list(settings.allowed_networks)
        return CrawlPlan(
            archive=settings.archive_folder,
            user_agent=agent,
            settings=fetch_settings(
                user_agent=agent,
                allowed_networks=networks,
                hosts=settings.hosts,
                public=not is_local,
                proxies=parsed_proxies(settings.proxies).values(),
            ),
            policy=AddressPolicy.parse(networks, allows_public=not is_local),
            limits=CrawlLimits(
                hosts_at_once=settings.hosts_at_once,
                targets_a_slot=settings.targets_per_slot,
                slot_s=settings.slot_seconds,
                most_s=settings.child_minutes * 60,
                most_memory_bytes=settings.child_memory_mb << 20,
                workers=settings.extract_workers,
                reading_deadline_s=settings.extract_deadline_s,
                unconditional_every=settings.unconditional_every,
                crawl_delay_cap_s=settings.crawl_delay_cap_s,
                dead_after_s=settings.dead_after_s,
            ),
            outlets=frozenset(outlets),
            browser=BrowserLimits(settings.browser, settings.render_seconds, settings.render_memory_mb),
            proxies=proxies_by_outlet(self.catalogue, settings),
            archive_slot=self.archive_slot,
            stays=stays,
            lingers_s=lingers_s,
            told=told,
            platforms=self.platforms,
            keys=self._keys(),
        )

    def _keys(self) -> tuple[RequestKey, ...]:
        key = self.settings.youtube_api_key
        return (RequestKey(f"{self.settings.youtube_api_url}/", "X-Goog-Api-Key", key),) if key else ()

    def require_contact(self, outlets: Collection[str] = ()) -> None:
        """Raise ConfigError where ``outlets`` (none: all) can't be asked: without a contact only loopback is."""
        require_contact(self.settings, self.catalogue, self.platforms, outlets)
