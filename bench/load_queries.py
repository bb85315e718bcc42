"""How long the service's own questions to a store take, each asked several times after a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from statistics import median

from crawler.desk import HostDesk
from parallax.bootstrap import Parallax
from parallax.digests import publish_digest
from parallax.service import pace_of
from parallax.statuses import present_status
from schedules.page_watch import WatchMemory, judge_pages
from schedules.recheck_plan import UNTIL_DAYS
from schedules.rechecks import EVERY, found_rechecks
from schedules.ticking import tick
from schedules.watching import Places, watch_facts
from storage import Store
from storage.hosts import claimable_hosts
from storage.metric_queries import FetchCounter, metric_facts
from storage.real_time import real_time
from storage.search import search
from text.search import search_query, to_fts5, to_tsquery

_ASKED = search_query("kitab")
QUESTIONS = (
    "tick",
    "due hosts",
    "claim and release",
    "rechecks",
    "metrics, first",
    "metrics",
    "status",
    "watch, first",
    "watch",
    "digest",
    "search",
)


def ask_all(parallax: Parallax, *, times: int = 3) -> Mapping[str, float]:
    """Milliseconds of each of ``QUESTIONS``: the median of ``times``, but once for what is first and for a digest."""
    store, now = parallax.store, parallax.clock.now()
    counter = FetchCounter()
    memory = WatchMemory()
    yesterday = now.astimezone(parallax.settings.time_zone).date() - timedelta(days=1)
    asked: dict[str, tuple[int, Callable[[], object]]] = {
        "tick": (times, lambda: tick(store, now, pace_of(parallax, now))),
        "due hosts": (times, lambda: _due_hosts(store, now)),
        "claim and release": (times, lambda: _claim(parallax)),
        "rechecks": (times, lambda: _rechecks(store, now)),
        "metrics, first": (1, lambda: _metrics(store, counter, now)),
        "metrics": (times, lambda: _metrics(store, counter, now)),
        "status": (times, lambda: present_status(parallax)),
        "watch, first": (1, lambda: _watch(parallax, memory)),
        "watch": (times, lambda: _watch(parallax, memory)),
        "digest": (1, lambda: publish_digest(parallax, yesterday)),
        "search": (times, lambda: _search(store)),
    }
    return {name: 1000 * median(_seconds(ask) for _ in range(count)) for name, (count, ask) in asked.items()}


def _seconds(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    ask()
    return time.monotonic() - began


def _due_hosts(store: Store, now: datetime) -> None:
    with store.read() as session:
        claimable_hosts(
            session, owner="bench", is_alive=lambda _o, _b: True, real_now=real_time(session), now=now, limit=32
        )


def _claim(parallax: Parallax) -> None:
    desk = HostDesk(parallax.store, parallax.clock, parallax.crawl_plan())
    for slot in desk.claim(1):
        desk.give_back((slot, "done"))


def _rechecks(store: Store, now: datetime) -> None:
    found_rechecks(store, now, until_days=UNTIL_DAYS, turn=EVERY)


def _metrics(store: Store, counter: FetchCounter, now: datetime) -> None:
    with store.read() as session:
        metric_facts(session, counter, now=now)


def _watch(parallax: Parallax, memory: WatchMemory) -> None:
    places = Places(parallax.settings.archive_folder, parallax.settings.database_file)
    facts = watch_facts(parallax.store, parallax.catalogue, parallax.clock, places=places, memory=memory)
    judge_pages(parallax.store, facts, memory)


def _search(store: Store) -> None:
    with store.read() as session:
        search(session, fts5=to_fts5(_ASKED), tsquery=to_tsquery(_ASKED), limit=20)


def frozen(at: datetime) -> str:
    """A clock setting that stands at ``at``."""
    return f"{at.astimezone(UTC).isoformat()}@0"
