"""One crawl pass: what is due is put on the frontier."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from domain.clock import Clock
from domain.fetch import Reason
from outlets.platforms import Platforms
from schedules.plan import due_polls
from schedules.post_rechecks import PlannedPosts, plan_posts
from schedules.rechecks import plan_rechecks
from storage import Store
from storage.frontier import make_due
from storage.planning import channel_states

log = structlog.get_logger()


def plan_pass(
    store: Store,
    clock: Clock,
    *,
    recheck_until_days: int,
    outlets: Collection[str] = (),
    platforms: Platforms | None = None,
) -> tuple[int, int]:
    """Put on the frontier what a pass that starts now looks at; gives (polls, rechecks).

    A document with posts that are looked at again counts once. ``platforms``: where those answer; None: none is asked.
    """
    now = clock.now()
    with store.read() as session:
        polls = due_polls(channel_states(session, outlets), now=now)
    store.write(lambda session: make_due(session, polls, Reason.POLL, now=now))
    rechecks = plan_rechecks(store, now, until_days=recheck_until_days, outlets=outlets)
    posts = PlannedPosts(0, has_more=False)
    if platforms is not None:
        posts = plan_posts(store, now, platforms, until_days=recheck_until_days, outlets=outlets)
    planned = rechecks.planned + posts.documents
    has_more = rechecks.waits_since is not None or posts.has_more
    log.info("pass.planned", polls=len(polls), rechecks=planned, has_more=has_more)
    return len(polls), planned
