"""The calendar jobs of the service: what each does, and when.

A job imports what it alone needs when it runs: the service's start is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from domain.alerts import Severity
from domain.errors import InUseError
from parallax.alert_routes import alert_routes
from parallax.bootstrap import Parallax
from parallax.job_process import run_apart
from schedules.calendar import Daily, Every, parse_time
from schedules.calendar_jobs import CalendarJob
from schedules.page_watch import WatchMemory
from schedules.watching import Places, deliver, watch
from storage.outages import Outages
from storage.tidying import fold_old_polls, refresh_statistics

Now = Callable[[], Parallax]


def service_jobs(now: Now, memory: WatchMemory, *, outages: Outages) -> tuple[CalendarJob, ...]:
    """The jobs by the settings of ``now()``; what they do uses the settings of the moment they run.

    ``memory`` is the process's: its jobs may be made anew when settings are reloaded. What a job in a process of its
    own meets is told to ``outages``.
    """
    settings = now().settings
    watch_every = Every(timedelta(minutes=settings.watch_minutes))
    return (
        CalendarJob("watch", watch_every, lambda: _watch(now(), memory)),
        CalendarJob("digest", daily(settings.digest_at, now()), lambda: run_apart("digest", now(), outages)),
        CalendarJob("backup", daily(settings.backup_at, now()), lambda: _back_up(now())),
        CalendarJob("tidy", daily(settings.tidy_at, now()), lambda: _tidy(now())),
    )


def daily(written: str, parallax: Parallax) -> Daily | None:
    """The schedule that a setting asks for; None for ``off``."""
    return None if written == "off" else Daily(parse_time(written), parallax.settings.time_zone)


def publish(parallax: Parallax) -> str:
    """Make the digests that are missing; what it made."""
    from parallax.digests import publish_missing  # noqa: PLC0415 - see above

    days = publish_missing(parallax, parallax.settings.home / "digests")
    return f"published {', '.join(map(str, days))}" if days else "nothing to publish"


def _back_up(parallax: Parallax) -> str:
    from parallax.backups import backup_plan  # noqa: PLC0415 - see above
    from storage.backup import make_backup  # noqa: PLC0415

    made = make_backup(parallax.store, backup_plan(parallax.settings), now=parallax.clock.now())
    problems = f"; {len(made.archive_problems)} archive files missing or changed" if made.archive_problems else ""
    return f"{made.path.name}: {made.database_bytes} bytes, read back in {made.seconds:.0f} s{problems}"


def _watch(parallax: Parallax, memory: WatchMemory) -> str:
    """Look for what a person should know, and send on its way what is due, also of earlier watches."""
    settings = parallax.settings
    routes = alert_routes(settings)
    summary = watch(
        parallax.store,
        parallax.catalogue,
        parallax.clock,
        places=Places(settings.archive_folder, settings.database_file),
        memory=memory,
        routes=[route.name for route in routes],
        least=Severity(settings.alert_min_severity),
    )
    told = deliver(parallax.store, routes, parallax.clock, zone=settings.time_zone)
    return f"{summary}; {told} told"


def _tidy(parallax: Parallax) -> str:
    from parallax.crawling import finish_takedowns  # noqa: PLC0415 - see above
    from parallax.retaining import limits_of, retain  # noqa: PLC0415

    finish_takedowns(parallax)
    wanted = limits_of(parallax.settings)
    try:
        done = retain(parallax, wanted, is_daily=True)
        dropped = f"; dropped {done.dropped.records} records, {done.dropped.bytes / 1e6:.1f} MB"
        over = f", {done.over_bytes / 1e6:.0f} MB above the limit" if done.over_bytes else ""
    except InUseError as error:  # somebody does so by hand
        dropped, over = f"; nothing dropped: {error}", ""
    folded = fold_old_polls(parallax.store, now=parallax.clock.now(), with_bytes=wanted.is_off)
    refresh_statistics(parallax.store)
    told = f"folded {folded} polls older than {timedelta(days=30).days} days"
    return told if wanted.is_off else f"{told}{dropped}{over}"


# Jobs that need more memory than a service is to keep.
APART: Mapping[str, Callable[[Parallax], str | None]] = {"digest": publish}
