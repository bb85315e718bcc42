"""The watch as jobs: facts, findings, episodes, messages to people.

``watch`` and ``deliver`` are plain functions that the scheduler calls every few minutes, ``deliver`` after ``watch``.
Neither holds a transaction open over a network call.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from analysis.watch import Thresholds, findings
from domain.alerts import AlertNews, Severity
from domain.clock import Clock
from domain.errors import DeliveryError
from domain.watching import DiskFacts, WatchFacts
from outlets.catalogue import Catalogue
from publish.alerts import Route, alert_message
from schedules.page_watch import WatchMemory, judge_pages
from storage import Session, Store
from storage.alert_deliveries import due_news, mark_delivered, mark_undelivered, plan_openings
from storage.alerts import apply_findings, open_alerts
from storage.watch_queries import (
    MonthFacts,
    database_bytes,
    host_facts,
    job_facts,
    last_real_tick,
    month_facts,
    outlet_facts,
    todo_facts,
)

log = structlog.get_logger()

_MONTH_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WatchSummary:
    """What a watch did: episodes opened, still so, reopened and closed."""

    opened: int
    kept: int
    reopened: int
    closed: int

    def __str__(self) -> str:
        return f"{self.opened} opened, {self.kept} still so, {self.reopened} again, {self.closed} over"


@dataclass(frozen=True, slots=True)
class Places:
    """Where Parallax writes: the archive's folder, and the database's file where it has one."""

    archive: Path
    database: Path | None = None


def watch(
    store: Store,
    catalogue: Catalogue,
    clock: Clock,
    *,
    places: Places,
    memory: WatchMemory | None = None,
    routes: Sequence[str] = (),
    least: Severity = Severity.TODAY,
    limits: Thresholds | None = None,
) -> WatchSummary:
    """Look once: what the store and the machine tell becomes episodes, and what is new is put on its way to people.

    ``routes`` are the names of those that ``deliver`` will be given; alerts less pressing than ``least`` are kept and
    not sent. ``memory`` is the process's one.
    """
    memory = memory or WatchMemory()
    facts = watch_facts(store, catalogue, clock, places=places, memory=memory)
    of_pages = judge_pages(store, facts, memory, limits)
    found = findings(replace(facts, of_pages=of_pages), limits)

    def work(session: Session) -> WatchSummary:
        done = apply_findings(session, found, now=facts.now)
        plan_openings(session, routes, least=least, now=facts.now)
        return WatchSummary(done["opened"], done["kept"], done["reopened"], done["closed"])

    summary = store.write(work)
    log.info("watch.ended", opened=summary.opened, kept=summary.kept, reopened=summary.reopened, closed=summary.closed)
    return summary


def watch_facts(
    store: Store,
    catalogue: Catalogue,
    clock: Clock,
    *,
    places: Places,
    memory: WatchMemory | None = None,
) -> WatchFacts:
    """All that a watch looks at as of now, but for the outlets' pages. A month is read again once an hour."""
    now = clock.now()
    expectations = {slug: outlet.expectations for slug, outlet in catalogue.outlets.items()}
    memory = memory or WatchMemory()
    if memory.month is None or abs(now - memory.month.at) >= _MONTH_EVERY:
        with store.read() as session:
            memory.month = month_facts(session, now=now)
    with store.read() as session:
        ticked = last_real_tick(session)
        return WatchFacts(
            now=now,
            outlets=outlet_facts(session, expectations, now=now, month=memory.month),
            hosts=host_facts(session),
            jobs=job_facts(session, now=now),
            todos=todo_facts(session),
            disks=_disks(session, places, memory.month),
            clock=memory.clock.look(now, last_real_tick=ticked),
            open_alerts={(alert.kind, alert.subject): alert for alert in open_alerts(session)},
        )


def _disks(session: Session, places: Places, month: MonthFacts) -> tuple[DiskFacts, ...]:
    """The disks that archive and database stand on; one where they share it, with the growth of both."""
    archive_a_day = month.archive_a_day
    database_a_day = None
    if archive_a_day is not None and places.database is not None:
        database_a_day = database_bytes(session) * month.week_share / 7
    archive, database = _existing(places.archive), places.database and _existing(places.database.parent)
    if database is None:
        return (_disk("archive", archive, archive_a_day),)
    if archive.stat().st_dev == database.stat().st_dev:
        both = None if archive_a_day is None or database_a_day is None else archive_a_day + database_a_day
        return (_disk("archive and database", archive, both),)
    return _disk("archive", archive, archive_a_day), _disk("database", database, database_a_day)


def _existing(folder: Path) -> Path:
    """``folder``, or the nearest one above it that exists."""
    return next((place for place in (folder, *folder.absolute().parents) if place.exists()), Path("/"))


def _disk(what: str, folder: Path, growth: float | None) -> DiskFacts:
    usage = shutil.disk_usage(folder)
    return DiskFacts(what, usage.free, usage.total, growth)


def deliver(store: Store, routes: Sequence[Route], clock: Clock, *, zone: ZoneInfo) -> int:
    """Tell people what is due, one message a route however much it is; gives how many events were taken.

    What is not taken is tried again with growing pauses, and given up after a day. A message that was taken just before
    a crash is told twice: better than never.
    """
    return sum(_deliver_on(route, store, clock, zone) for route in routes)


def _deliver_on(route: Route, store: Store, clock: Clock, zone: ZoneInfo) -> int:
    now = clock.now()
    with store.read() as session:
        news: tuple[AlertNews, ...] = due_news(session, route.name, now=now)
    if not news:
        return 0
    try:
        route.send(alert_message(news, zone=zone, now=now))
    except DeliveryError as error:
        problem = error.problem
        store.write(lambda session: mark_undelivered(session, news, problem, now=now))
        log.warning("alerts.undelivered", route=route.name, alerts=len(news), error=problem)
        return 0
    ids = [one.delivery_id for one in news]
    store.write(lambda session: mark_delivered(session, ids, now=now))
    log.info("alerts.delivered", route=route.name, alerts=len(news))
    return len(news)
