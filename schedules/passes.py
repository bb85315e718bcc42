"""One crawl pass: what is due is put on the frontier; what follows from new revisions is worked off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from domain.clock import Clock
from domain.fetch import Reason
from domain.frontier import NewTarget
from domain.outlet import Politeness
from domain.planning import ArticleState
from domain.urls import host_key
from schedules.plan import RECHECK_TURNS, due_polls, due_rechecks
from storage import Session, Store
from storage.frontier import add_targets, make_due
from storage.planning import article_states, channel_states

log = structlog.get_logger()

_MOST_AT_ONCE = 500  # rows a write
_STEPS = 30  # moments at which the rechecks of one turn fall due


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
    store: Store,
    now: datetime,
    *,
    zone: ZoneInfo,
    recheck_days: int,
    outlets: Collection[str] = (),
    turns: int = RECHECK_TURNS,
    within: timedelta = timedelta(0),
) -> int:
    """Put on the frontier the articles that are to be looked at again today; gives their number.

    ``turns``: of a service only those whose turn of the day has come (``recheck_turns``). They fall due one after the
    other ``within`` a time, by default at once.
    """
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    since, after, planned = now - timedelta(days=recheck_days + 1), 0, 0
    while True:
        with store.read() as session:
            articles = article_states(
                session,
                since=since,
                looked_before=today,
                turns=(turns, RECHECK_TURNS),
                after_id=after,
                limit=_MOST_AT_ONCE,
                outlets=outlets,
            )
        if not articles:
            return planned
        since, after = articles[-1].first_seen_at, articles[-1].article_id
        rechecks = due_rechecks(articles, now=now, zone=zone, days=recheck_days, turns=turns)
        if rechecks:
            store.write(lambda session, rechecks=rechecks: _put_rechecks(session, rechecks, now, within))  # type: ignore[misc]
        planned += len(rechecks)


def _put_rechecks(session: Session, rechecks: Sequence[ArticleState], now: datetime, within: timedelta) -> None:
    known: dict[datetime, list[int]] = {}
    for article in rechecks:
        if article.target_id is not None:
            step = article.article_id // RECHECK_TURNS % _STEPS
            known.setdefault(now + within * step / _STEPS, []).append(article.target_id)
    for at, targets in known.items():
        make_due(session, targets, Reason.RECHECK, now=at)
    pages = [
        NewTarget(outlet=a.outlet, url=a.url, url_key=a.url_key, host=host_key(a.url), reason=Reason.RECHECK)
        for a in rechecks
        if a.target_id is None
    ]
    add_targets(session, pages, Politeness(), now=now)
