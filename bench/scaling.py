"""``python bench/scaling.py``: what several machines cost PostgreSQL, for docs/SCALING.md. Starts a server of its own.

At several numbers of hosts, one in fifteen of them due: how long a leader's tick looks for hosts without a job; how
many jobs a second are deferred, and taken and finished by one worker that does nothing else; how long a claim with its
release takes. One line a number of hosts.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import text

from crawler.crawl_plan import CrawlPlan
from crawler.desk import HostDesk
from parallax.clock import ClockSetting, start_clock
from parallax.log import configure_logging
from schedules.dispatch import Dispatcher
from schedules.job_app import prepare_job_tables
from schedules.workers import HostWorker
from storage import Store
from storage.job_tables import hosts_without_job
from tests.databases import migrated_store, postgres_database, postgres_server

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE_OF = 15  # one host in fifteen is due
_OUTLET = """INSERT INTO outlet (slug, name, languages, zone, enabled, page_fetch, first_recorded_at)
             VALUES ('sample', 'Sample', '["en"]', 'UTC', true, true, :now)"""
_HOSTS = """INSERT INTO host (key, delay_s, concurrency, timeout_s, token)
            SELECT 'h' || n || '.example', 5, 1, 30, 0 FROM generate_series(1, :hosts) n"""
_TARGETS = """INSERT INTO target (outlet, url_key, url, host, redirects, reason, priority, state, next_at, attempts,
                                  created_at)
              SELECT 'sample', 'h' || n || '/' || k, 'https://h' || n || '.example/' || k, 'h' || n || '.example',
                     0, 'poll', 0, CASE WHEN k = 0 AND n % 15 = 0 THEN 'due' ELSE 'idle' END,
                     CASE WHEN k = 0 AND n % 15 = 0 THEN :now END, 0, :now
              FROM generate_series(1, :hosts) n, generate_series(0, 19) k"""


def measure(url: str, hosts: int) -> str:
    """The line of ``hosts`` hosts with twenty targets each."""
    with migrated_store(url) as store:
        prepare_job_tables(store)
        with store.engine.begin() as connection:
            connection.execute(text(_OUTLET), {"now": NOW})
            connection.execute(text(_HOSTS), {"hosts": hosts})
            connection.execute(text(_TARGETS), {"hosts": hosts, "now": NOW})
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        look_ms = 1000 * median(_look(store) for _ in range(5))
        deferred, defer_s, drain_s = _jobs(store, url)
        claim_ms = 1000 * _claims(store)
    return (
        f"{hosts:6} hosts  tick {look_ms:7.1f} ms  {deferred:4} jobs: deferred {deferred / defer_s:6.0f}/s, "
        f"taken and finished {deferred / drain_s:5.0f}/s  claim and release {claim_ms:5.1f} ms"
    )


def _look(store: Store) -> float:
    began = time.monotonic()
    with store.read() as session:
        hosts_without_job(session, is_alive=lambda _o, _b: True, real_now=NOW, now=NOW, limit=500)
    return time.monotonic() - began


def _jobs(store: Store, url: str) -> tuple[int, float, float]:
    dispatcher = Dispatcher(store, url, dead_after_s=60.0)
    dispatcher.sweep(NOW)
    dispatcher._swept_at = time.monotonic()
    began = time.monotonic()
    deferred = dispatcher.tick(NOW)
    defer_s = time.monotonic() - began
    dispatcher.close()
    began = time.monotonic()
    asyncio.run(_drain(url, deferred))
    return deferred, defer_s, time.monotonic() - began


async def _drain(url: str, jobs: int) -> None:
    left = jobs

    async def crawl_host(_host: str) -> str:
        nonlocal left
        left -= 1
        if left == 0:
            worker.stop()
        return "done"

    worker = HostWorker(url, crawl_host, concurrency=32)
    await worker.run()


def _claims(store: Store) -> float:
    plan = CrawlPlan(archive=Path(), user_agent="parallax", settings={})
    desk = HostDesk(store, start_clock(ClockSetting(NOW + timedelta(seconds=1), 0.0)), plan)
    taken = []
    began = time.monotonic()
    for number in range(1, 41):
        slots = desk.claim(1, [f"h{number * DUE_OF}.example"])
        taken += slots
        for slot in slots:
            desk.give_back((slot, "done"))
    return (time.monotonic() - began) / max(1, len(taken))


def main() -> None:
    """Measure at each size."""
    configure_logging("console", "warning")
    with postgres_server() as server:
        for hosts in (1_000, 10_000, 60_000):
            with postgres_database(server) as url:
                print(measure(url, hosts), flush=True)


if __name__ == "__main__":
    main()
