"""One crawl pass: what is due is put on the frontier; what follows from new revisions is worked off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from domain.clock import Clock
from domain.fetch import Reason
from domain.frontier import NewTarget
from domain.outlet import Politeness
from domain.urls import host_key
from schedules.plan import due_polls, due_rechecks
from storage import Session, Store
from storage.frontier import add_targets, make_due
from storage.planning import article_states, channel_states

log = structlog.get_logger()


def plan_pass(
    store: Store, clock: Clock, *, zone: ZoneInfo, recheck_days: int, outlets: Collection[str] = ()
) -> tuple[int, int]:
    """Put on the frontier what a pass that starts now looks at; gives (polls, rechecks)."""
    now = clock.now()
    with store.read() as session:
        polls = due_polls(channel_states(session, outlets), now=now)
    store.write(lambda session: make_due(session, polls, Reason.POLL, now=now))
    rechecks = plan_rechecks(store, now, zone=zone, recheck_days=recheck_days, outlets=outlets)
    log.info("pass.planned", polls=len(polls), rechecks=rechecks)
    return len(polls), rechecks


def plan_rechecks(
    store: Store, now: datetime, *, zone: ZoneInfo, recheck_days: int, outlets: Collection[str] = ()
) -> int:
    """Put on the frontier the articles that are to be looked at again today; gives their number."""
    with store.read() as session:
        since = now - timedelta(days=recheck_days + 1)
        articles = article_states(session, since=since, outlets=outlets)
    rechecks = due_rechecks(articles, now=now, zone=zone, days=recheck_days)
    if not rechecks:
        return 0

    def work(session: Session) -> None:
        known = [a.target_id for a in rechecks if a.target_id is not None]
        for start in range(0, len(known), 500):
            make_due(session, known[start : start + 500], Reason.RECHECK, now=now)
        pages = [
            NewTarget(outlet=a.outlet, url=a.url, url_key=a.url_key, host=host_key(a.url), reason=Reason.RECHECK)
            for a in rechecks
            if a.target_id is None
        ]
        for start in range(0, len(pages), 500):
            add_targets(session, pages[start : start + 500], Politeness(), now=now)

    store.write(work)
    return len(rechecks)
