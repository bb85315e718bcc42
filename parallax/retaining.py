"""Retention by these settings; for the command and for the service's calendar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import structlog

from crawler.retained import Limits, Retained
from crawler.retention import Retention
from crawler.settling import settle
from parallax.bootstrap import Parallax
from parallax.settings import Settings
from storage import open_store
from storage.archive_lock import only_retention

log = structlog.get_logger()

GB = 1e9


def limits_of(settings: Settings) -> Limits:
    """How much of the archive is kept."""
    return limits(settings.archive_keep_days, settings.archive_max_gb)


def limits(keep_days: float, max_gb: float) -> Limits:
    """The same of days and gigabytes; 0: no limit."""
    return Limits(timedelta(days=keep_days) if keep_days else None, int(max_gb * GB) if max_gb else None)


def retain(
    parallax: Parallax,
    wanted: Limits,
    *,
    is_dry: bool = False,
    is_daily: bool = False,
    on_file: Callable[[str], None] = lambda _file: None,
) -> Retained:
    """Drop what nothing needs; the store and files are set right where a retention before was killed.

    ``is_daily``: for age, of the files that were old before only a thirtieth is looked at.

    Raises InUseError when another is at this archive.
    """
    done = Retention(
        parallax.store,
        parallax.settings.archive_folder,
        wanted,
        now=parallax.clock.now(),
        is_ours=parallax.is_own_slot,
        is_dry=is_dry,
        is_daily=is_daily,
        on_file=on_file,
    ).run()
    if done.over_bytes:
        log.warning("archive.over_limit", bytes=done.bytes_after, limit=wanted.most_bytes, over_by=done.over_bytes)
    return done


def set_right(parallax: Parallax, database_url: str, archive: Path) -> None:
    """Have the rows of a restored database name where their records lie since retention wrote files anew."""
    if not archive.is_dir():
        return
    with closing(open_store(database_url)) as store, only_retention(archive):
        settle(store, archive, is_ours=parallax.is_own_slot)
