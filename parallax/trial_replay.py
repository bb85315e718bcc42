"""A trial that asks nobody: an archive answers as it stands at its end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from pathlib import Path

from crawler.channels.place import page_key
from crawler.crawl_plan import CrawlLimits, CrawlPlan
from crawler.replay import Moment, ReplayEngine, ReplayIndex
from parallax.bootstrap import Parallax


def end_of(archive: Path) -> datetime | None:
    """When the last look of an archive was; None where there is none."""
    times = ReplayIndex([archive], since=None, until=None).times
    return times[-1] if times else None


def replay_plan(parallax: Parallax, archive: Path, outlets: Collection[str]) -> CrawlPlan:
    """A crawl of ``outlets`` (none: all) that ``archive`` answers, as of the clock's time. No contact is needed."""
    settings, now = parallax.settings, parallax.clock.now()
    index = ReplayIndex([archive], since=None, until=None, key_of=partial(page_key, catalogue=parallax.catalogue))
    return CrawlPlan(
        archive=settings.archive_folder,
        user_agent=parallax.user_agent,
        settings={},
        limits=CrawlLimits(
            workers=settings.extract_workers,
            reading_deadline_s=settings.extract_deadline_s,
            most_memory_bytes=4 << 30,
        ),
        outlets=frozenset(outlets),
        engine=ReplayEngine(index, Moment(now, now), parallax.clock),
    )
