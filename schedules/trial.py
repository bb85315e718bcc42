"""What a trial looks at: each channel once, then a few pages of each outlet, spread over its channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from domain.clock import Clock
from outlets.articles import is_article_url
from outlets.catalogue import Catalogue
from storage import Store
from storage.trial import WaitingPage, keep_pages, make_polls_due, waiting_pages

PAGES_AN_OUTLET = 3
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def plan_polls(store: Store, clock: Clock, outlets: Collection[str]) -> int:
    """Put the channels on the frontier that were not looked at yet; gives their number."""
    return store.write(lambda session: make_polls_due(session, outlets, now=clock.now()))


def plan_pages(store: Store, catalogue: Catalogue, outlets: Collection[str]) -> int:
    """Keep a few of the pages that wait on the frontier and set the others aside; gives how many are kept."""
    with store.read() as session:
        waiting = waiting_pages(session, outlets)
    kept: list[int] = []
    for slug in sorted({page.outlet for page in waiting}):
        own = [page for page in waiting if page.outlet == slug]
        outlet = catalogue.outlets[slug]
        fitting = {page.target_id for page in own if is_article_url(outlet, page.url)}
        kept += choose_pages(own, fitting)
    store.write(lambda session: keep_pages(session, kept))
    return len(kept)


def choose_pages(
    pages: Iterable[WaitingPage], fitting: Collection[int], *, most: int = PAGES_AN_OUTLET
) -> tuple[int, ...]:
    """Which pages are looked at: the newest of each channel in turn, those ``fitting`` ``article_url`` first. Pure."""
    by_channel: dict[int, list[WaitingPage]] = defaultdict(list)
    for page in pages:
        by_channel[page.channel_id].append(page)
    for own in by_channel.values():
        # Dated ones newest first, then the others in the order of the list, which begins with the newest.
        own.sort(key=lambda p: (p.target_id not in fitting, -(p.published_at or _LONG_AGO).timestamp(), p.place))
    chosen: dict[int, None] = {}
    while len(chosen) < most and any(by_channel.values()):
        for own in by_channel.values():
            while own and own[0].target_id in chosen:
                own.pop(0)
            if own and len(chosen) < most:
                chosen[own.pop(0).target_id] = None
    return tuple(chosen)
