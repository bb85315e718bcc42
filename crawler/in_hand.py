"""The hosts that a crawl has in hand: which it takes, which it was told to take, and what is said when one leaves."""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog

from crawler.crawl_plan import CrawlPlan, Event, Tally
from crawler.desk import HostDesk
from crawler.slot import HostSlot
from crawler.wanted import WantedHosts

log = structlog.get_logger()

AGAIN_S = 0.25  # between two looks for hosts that have something due
SOON_S = 0.1  # after one, where something may be due that was not
CLAIM_SHARE, LONGEST_PAUSE_S = 5, 2.0  # no more than a fifth of the time goes into claims, on a slow disk neither


class HostsInHand:
    """As many as the plan lets; where it has hosts told, only those that ``want`` names. Counts them in ``tally``."""

    def __init__(self, desk: HostDesk, tally: Tally, plan: CrawlPlan, *, on_event: Event) -> None:
        self._desk = desk
        self._tally = tally
        self._most = plan.limits.hosts_at_once
        self._most_patient = max(1, self._most // 2)  # the rest is room for polls and new pages alone
        self._is_told = plan.told is not None
        self._on_event = on_event
        self._slots: dict[str, HostSlot] = {}
        self._leaving: list[tuple[HostSlot, str]] = []
        self._wanted = WantedHosts()
        self._soonest_claim = self._next_claim = 0.0

    def __len__(self) -> int:
        return len(self._slots)

    @property
    def is_crowded(self) -> bool:
        """Whether so many are in hand that what can wait is left to another turn, so that polls find room."""
        return not self._is_told and len(self._slots) > self._most_patient

    @property
    def slots(self) -> tuple[HostSlot, ...]:
        """All of them."""
        return tuple(self._slots.values())

    def slot_of(self, host: str) -> HostSlot | None:
        """The slot of a host; None where it is in no hand of ours."""
        return self._slots.get(host)

    def holds(self, slot: HostSlot) -> bool:
        """Whether the slot is in hand still. May be asked from any thread."""
        return self._slots.get(slot.host.key) is slot

    def is_time(self, now: float) -> bool:
        """Whether more are to be looked for (monotonic seconds)."""
        return now >= self._next_claim

    def look_soon(self) -> None:
        """Something may be due that was not. A busy crawl says so at each turn: the store is not asked that often."""
        if len(self._slots) < self._most:
            self._next_claim = min(self._next_claim, self._soonest_claim)

    def claim(self) -> bool:
        """Take more hosts, up to the limit; says whether any was taken."""
        began, free = time.monotonic(), self._most - len(self._slots)
        told = self._wanted.next(free) if self._is_told else None
        patient = None if self._is_told else max(0, self._most_patient - len(self._slots))
        slots = self._desk.claim(free, told, patient=patient) if free > 0 and told != () else []
        self._slots.update({slot.host.key: slot for slot in slots})
        self._tally.hosts += len(slots)
        self._refuse(self._wanted.settle(told or (), self._slots), "nothing to do there, or in other hands")
        pause_s = min(CLAIM_SHARE * (time.monotonic() - began), LONGEST_PAUSE_S)
        self._soonest_claim, self._next_claim = began + max(SOON_S, pause_s), began + max(AGAIN_S, pause_s)
        return bool(slots)

    def want(self, host: str) -> None:
        """A host that is to be worked on; what comes of one that is in work already is told when it is given back."""
        if host not in self._slots:
            self._wanted.add(host)
            self.look_soon()

    def let_go(self, slot: HostSlot, outcome: str) -> None:
        """It is in hand no longer; ``give_back`` releases it with what came of its run."""
        del self._slots[slot.host.key]
        self._leaving.append((slot, outcome))

    def give_back(self) -> None:
        """Release those that were let go, in one write: each costs a sync, and a busy crawl has many a second."""
        if not self._leaving:
            return
        leaving, self._leaving = self._leaving, []
        self._desk.give_back(*leaving)
        for slot, outcome in leaving:
            self._on_event("host.released", {"host": slot.host.key, "outcome": outcome})
        self.look_soon()

    def lose(self, slot: HostSlot) -> None:
        """Another took the host while this process gave no sign of life: its looks are dropped as they come."""
        log.error("host.lost", host=slot.host.key, run=slot.run_id)
        del self._slots[slot.host.key]
        self._on_event("host.released", {"host": slot.host.key, "outcome": "lost"})

    def refuse_what_waits(self) -> None:
        """Say of all that was told and not begun that it is not taken."""
        self._refuse(self._wanted.next(len(self._wanted)), "stopping")

    def _refuse(self, hosts: Iterable[str], why: str) -> None:
        for host in hosts:
            self._on_event("host.refused", {"host": host, "why": why})
