"""The slot of a host that was just claimed: its delay, what is known of its robots.txt, what is left of its quota."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

from crawler.crawl_plan import CrawlPlan
from crawler.fetch.robots import RobotsRules, RobotsState
from crawler.slot import HostSlot
from domain.clock import Clock
from domain.fetch import FetchOutcome
from domain.frontier import ClaimedHost
from outlets.platforms import WITHOUT_KEY, quota_day_start
from storage import Store
from storage.quota import quota_use

ROBOTS_MAX_AGE = timedelta(hours=3)
ROBOTS_RETRY_AFTER = timedelta(minutes=10)


class NewSlots:
    """Makes the slots of one crawl."""

    def __init__(self, store: Store, clock: Clock, plan: CrawlPlan) -> None:
        self._store = store
        self._clock = clock
        self._plan = plan

    def slot(self, host: ClaimedHost, run_id: int) -> HostSlot:
        """A slot that begins now. What must not be asked at all has its outcome from the start."""
        slot = self._empty(host, run_id)
        slot.units_left = self._units_left(host.key)
        refusal = self._plan.policy.literal_refusal(f"http://{host.key}/")
        if refusal is not None:  # nothing is asked of it, not even robots.txt
            slot.unreachable = (FetchOutcome.ADDRESS_REFUSED, refusal)
            slot.robots = RobotsRules.unreachable()
        elif slot.units_left is not None and not self._plan.platforms.has_youtube_key:  # nor of an API without a key
            slot.unreachable = (FetchOutcome.NEEDS_KEY, WITHOUT_KEY)
            slot.robots = RobotsRules.unreachable()
        else:
            self._obey_what_is_known(slot)
        return slot

    def _empty(self, host: ClaimedHost, run_id: int) -> HostSlot:
        now = time.monotonic()
        if self._plan.engine is not None:  # nobody is asked, so nobody is left alone
            host = replace(host, delay_s=0.0, wait_s=0.0)
        return HostSlot(
            host=host,
            run_id=run_id,
            started=now,
            next_allowed=now + host.wait_s,
            delay_s=host.delay_s,
            most_targets=self._plan.limits.targets_a_slot,
            most_s=self._plan.limits.slot_s,
            proxies=self._plan.proxies,
        )

    def _units_left(self, host: str) -> int | None:
        """What is left of an API's quota today, nothing once the API said so; None for any other host."""
        platforms = self._plan.platforms
        if host != platforms.youtube_api_host:
            return None
        since = quota_day_start(self._clock.now())
        used = self._store.ask(lambda session: quota_use(session, host, since))
        return 0 if used.is_refused else platforms.youtube_daily_quota - used.requests

    def _obey_what_is_known(self, slot: HostSlot) -> None:
        """Keep to a robots.txt that was read lately."""
        host = slot.host
        if host.robots_fetched_at is None or host.robots_outcome is None:
            return
        rules = RobotsRules(RobotsState(host.robots_outcome), host.robots_body or "")
        max_age = ROBOTS_RETRY_AFTER if rules.state is RobotsState.UNREACHABLE else ROBOTS_MAX_AGE
        if timedelta(0) <= self._clock.now() - host.robots_fetched_at < max_age:
            obey(slot, rules, self._plan)
            slot.is_silent = rules.state is RobotsState.UNREACHABLE and host.robots_status is None


def obey(slot: HostSlot, rules: RobotsRules, plan: CrawlPlan) -> None:
    """Have the slot keep to ``rules``: of the catalogue's delay and theirs, capped, the longer one counts."""
    slot.robots, slot.is_silent, slot.unreachable = rules, False, None
    stated = rules.crawl_delay_s(plan.user_agent, most_s=plan.limits.crawl_delay_cap_s)
    slot.delay_s = max(slot.host.delay_s, stated or 0.0)
    slot.next_allowed = max(slot.next_allowed, slot.last_asked + slot.delay_s)
