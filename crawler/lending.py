"""Hosts that a trial borrows from the store of the service, so that the two never press one host together.

A trial keeps what it finds in a scratch store. The hand on a host is taken in the real one, by the ordinary claim: a
service, its workers on other machines and a trial can so not hold one host at a time, whoever dies.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.owner import is_alive, this_owner
from domain.clock import Clock
from storage import Session, Store
from storage.hosts import heartbeat
from storage.lending import Lent, lend_hosts, take_back
from storage.real_time import real_time

AGAIN_S = 2.0  # between two times that a host in other hands is asked for
PATIENCE_S = 180.0  # for a host in other hands: a slot ends after 120 s
Tell = Callable[[str, Mapping[str, object]], None]


@dataclass(slots=True)
class HostLender:
    """Borrows from ``store`` for this process. ``tell`` hears of each host that is not lent (``host.not_lent``)."""

    store: Store
    clock: Clock
    tell: Tell
    dead_after: timedelta = timedelta(seconds=60)
    patience_s: float = PATIENCE_S
    owner: str = field(default_factory=this_owner)
    _tokens: dict[str, int] = field(default_factory=dict)
    _held: set[str] = field(default_factory=set)
    _paused: set[str] = field(default_factory=set)  # nobody waits for these: a pause is an hour, most often
    _told: set[str] = field(default_factory=set)
    _next_ask: float = 0.0
    _gives_up_at: float | None = None

    @property
    def refused(self) -> int:
        """How many hosts are not lent now; so many more candidates are needed for a full hand."""
        return len(self._held) + len(self._paused)

    def borrow(self, hosts: Collection[str], most: int) -> dict[str, float]:
        """Up to ``most`` of ``hosts`` that may be worked on, each with seconds for which it must not be asked yet."""
        now = time.monotonic()
        passed_over = self._paused | self._tokens.keys() | (self._held if now < self._next_ask else set())
        wanted = sorted((host for host in hosts if host not in passed_over), key=self._held.__contains__)[:most]
        if not wanted:
            return {}
        lent = self.store.write(lambda session: self._lend(session, wanted))
        self._tokens |= {host.key: host.token for host in lent.claimed}
        self._see_refused(lent, now)
        return {host.key: host.wait_s for host in lent.claimed} | dict.fromkeys(lent.strangers, 0.0)

    def _lend(self, session: Session, hosts: Collection[str]) -> Lent:
        real_now = real_time(session)

        def lives(owner: str, beat: datetime | None) -> bool:
            return is_alive(owner, beat, real_now=real_now, dead_after=self.dead_after)

        now = self.clock.now()
        return lend_hosts(session, hosts, owner=self.owner, is_alive=lives, real_now=real_now, now=now)

    def _see_refused(self, lent: Lent, now: float) -> None:
        self._held = (self._held - {host.key for host in lent.claimed} - lent.paused.keys()) | lent.held
        self._paused |= lent.paused.keys()
        if self._held:
            self._next_ask = now + AGAIN_S
            self._gives_up_at = self._gives_up_at or now + self.patience_s
        for host in lent.held:
            self._say(host, "it is in the hands of another crawl, most likely the service's")
        for host, until in lent.paused.items():
            self._say(host, f"it asked to be left alone until {until:%Y-%m-%d %H:%M} UTC")

    def _say(self, host: str, why: str) -> None:
        if host not in self._told:
            self._told.add(host)
            self.tell("host.not_lent", {"host": host, "why": why})

    @property
    def is_waiting(self) -> bool:
        """Whether a host is in other hands and still waited for."""
        return bool(self._held) and self._gives_up_at is not None and time.monotonic() < self._gives_up_at

    def give_back(self, host: str, wait_left_s: float, paused_until: datetime | None) -> None:
        """The host may be worked on by others again, from ``wait_left_s`` on, and after the pause that it asked for."""
        token = self._tokens.pop(host, None)
        if token is None:  # not known there
            return
        wait_left = timedelta(seconds=wait_left_s)
        self.store.write(
            lambda session: take_back(
                session,
                host,
                owner=self.owner,
                token=token,
                next_allowed_at=real_time(session) + wait_left,
                paused_until=paused_until,
            )
        )

    def beat(self) -> set[str]:
        """A sign of life for all that is borrowed; gives the hosts that others took while none could be given."""
        if not self._tokens:
            return set()
        held = self.store.write(lambda session: heartbeat(session, self.owner, real_now=real_time(session)))
        lost = {host for host, token in self._tokens.items() if held.get(host) != token}
        for host in lost:
            del self._tokens[host]
        return lost
