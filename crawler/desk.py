"""Where hosts are claimed and given back: the loop's dealings with the store.

Delays and heartbeats go by ``storage.real_time``, the one clock of all machines on a store; between two dealings by
this machine's monotonic one.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import chain

import structlog

from crawler.crawl_plan import CrawlPlan
from crawler.fetch.robots import RobotsRules
from crawler.new_slots import NewSlots
from crawler.owner import is_alive, this_owner
from crawler.slot import HostSlot
from domain.clock import Clock
from domain.fetch import CAN_WAIT, Urgency
from domain.frontier import ClaimedHost, Target
from storage import Session, Store
from storage.frontier import due_targets
from storage.hosts import (
    IsAlive,
    WaitingHost,
    claim_hosts,
    claimable_hosts,
    free_hosts_of_the_dead,
    heartbeat,
    keep_robots,
    open_run,
    release_host,
)
from storage.lending import pause_of
from storage.real_time import real_time

log = structlog.get_logger()

HEARTBEAT_S = 10.0
PATIENT_AT_ONCE = 4  # of each reason of CAN_WAIT
LONGEST_DELAY_S = 600.0  # of the catalogue's; robots.txt may ask for more, up to the cap


class HostDesk:
    """Claims for one owner: this process."""

    def __init__(self, store: Store, clock: Clock, plan: CrawlPlan) -> None:
        self._store = store
        self._clock = clock
        self._plan = plan
        self._slots = NewSlots(store, clock, plan)
        self._beat_at = float("-inf")
        self._dead_after = timedelta(seconds=plan.limits.dead_after_s)
        self._heartbeat_s = min(HEARTBEAT_S, plan.limits.dead_after_s / 6)
        self._longest_delay = timedelta(seconds=max(LONGEST_DELAY_S, plan.limits.crawl_delay_cap_s))
        self.owner = this_owner()

    def take_leave_of_the_dead(self) -> None:
        """Free the hosts of crawls that were killed, due or not, and close their runs as lost."""
        now = self._clock.now()

        def work(session: Session) -> None:
            real_now = real_time(session)
            free_hosts_of_the_dead(session, is_alive=self._lives_at(real_now), real_now=real_now, now=now)

        self._store.write(work)

    def claim(self, limit: int, among: Collection[str] | None = None, *, patient: int | None = None) -> list[HostSlot]:
        """Take up to ``limit`` hosts (of ``among``) that have something due and no living owner.

        ``patient``: of those where all that is due can wait, no more than that.
        """
        now, lender = self._clock.now(), self._plan.lender
        most = limit + (lender.refused if lender is not None else 0)

        def ask(session: Session) -> list[WaitingHost]:
            real_now = real_time(session)
            return claimable_hosts(
                session,
                owner=self.owner,
                is_alive=self._lives_at(real_now),
                real_now=real_now,
                now=now,
                limit=most,
                outlets=self._plan.outlets,
                reasons=self._plan.reasons,
                among=among,
                longest_delay=self._longest_delay,
            )

        candidates = self._store.ask(ask)
        pressing = [host.key for host in candidates if host.urgency is not Urgency.CAN_WAIT]
        others = [host.key for host in candidates if host.urgency is Urgency.CAN_WAIT]
        waits = self._borrowed(pressing + others[:patient], limit)
        found = list(waits)
        if not found:
            return []

        def work(session: Session) -> list[tuple[ClaimedHost, int]]:
            real_now = real_time(session)
            hosts = claim_hosts(
                session,
                found,
                owner=self.owner,
                is_alive=self._lives_at(real_now),
                real_now=real_now,
                now=now,
                longest_delay=self._longest_delay,
            )
            return [(host, open_run(session, host, self.owner, now=now)) for host in hosts]

        slots = [self._slots.slot(host, run_id) for host, run_id in self._store.write(work)]
        for slot in slots:
            slot.next_allowed = max(slot.next_allowed, slot.started + waits[slot.host.key])
        return slots

    def _borrowed(self, hosts: list[str], most: int) -> dict[str, float]:
        """Those of ``hosts`` that nobody else works on, with seconds to wait; all where there is nobody to ask."""
        lender = self._plan.lender
        return lender.borrow(hosts, most) if lender is not None else dict.fromkeys(hosts, 0.0)

    @property
    def is_waiting(self) -> bool:
        """Whether a host with something due is in other hands and still waited for."""
        return self._plan.lender is not None and self._plan.lender.is_waiting

    def _lives_at(self, real_now: datetime) -> IsAlive:
        return lambda owner, beat: is_alive(owner, beat, real_now=real_now, dead_after=self._dead_after)

    def keep_robots(self, host: str, rules: RobotsRules, *, status: int | None, error: str | None) -> None:
        """Store what robots.txt answered, so that a restart does not ask again."""
        at = self._clock.now()
        self._store.write(
            lambda session: keep_robots(
                session, host, status=status, body=rules.text or None, outcome=rules.state.value, error=error, at=at
            )
        )

    def due(self, host: str) -> tuple[Target, ...]:
        """What is due at a host now; of what comes later a few, so that a poll never waits for more of them."""
        found = self._store.ask(
            lambda session: due_targets(
                session,
                host,
                now=self._clock.now(),
                limit=self._plan.limits.targets_a_slot,
                outlets=self._plan.outlets,
                reasons=self._plan.reasons,
            )
        )
        few = [[target for target in found if target.reason is reason][:PATIENT_AT_ONCE] for reason in CAN_WAIT]
        return tuple(chain((target for target in found if target.reason not in CAN_WAIT), *few))

    def give_back(self, *left: tuple[HostSlot, str]) -> None:
        """Release hosts, each with the outcome of its run, and with the time from which it may be asked again."""
        for slot, outcome in left:
            named = {"run": slot.run_id, "host": slot.host.key, "outcome": outcome, "looks": dict(slot.counts)}
            if self._plan.stays:
                log.info("run.ended", **named)
            else:  # a pass by hand shows its own progress
                log.debug("run.ended", **named)
        mono = time.monotonic()
        waits = {slot.host.key: timedelta(seconds=slot.wait_left_s(mono)) for slot, _ in left}
        now = self._clock.now()

        def work(session: Session) -> None:
            real_now = real_time(session)
            for slot, outcome in sorted(left, key=lambda one: one[0].host.key):
                release_host(
                    session,
                    slot.host.key,
                    owner=self.owner,
                    token=slot.host.token,
                    next_allowed_at=real_now + waits[slot.host.key],
                    run_id=slot.run_id,
                    outcome=outcome,
                    counts=dict(slot.counts),
                    now=now,
                )

        self._store.write(work)
        if self._plan.lender is not None:
            for host, wait in waits.items():
                paused_until = self._store.ask(lambda session, host=host: pause_of(session, host))  # type: ignore[misc]
                self._plan.lender.give_back(host, wait.total_seconds(), paused_until)

    def beat(self, slots: Collection[HostSlot] = ()) -> list[HostSlot]:
        """A sign of life every ten seconds; gives those of ``slots`` that others took while none could be given."""
        if _awake_s() - self._beat_at < self._heartbeat_s:
            return []
        held = self._store.write(lambda session: heartbeat(session, self.owner, real_now=real_time(session)))
        taken = self._plan.lender.beat() if self._plan.lender is not None else set()
        self._beat_at = _awake_s()
        return [slot for slot in slots if held.get(slot.host.key) != slot.host.token or slot.host.key in taken]

    @property
    def is_sure(self) -> bool:
        """Whether the last sign of life is so young that nobody can have taken its hosts."""
        return _awake_s() - self._beat_at < self._dead_after.total_seconds() / 2


def _awake_s() -> float:
    """Seconds that go on while the machine sleeps: others count those as well."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
