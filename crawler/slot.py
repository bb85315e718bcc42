"""The work on one claimed host: what to ask next, when, and when to give the host back. Pure: time is an argument.

Monotonic seconds throughout. A host is asked again no sooner than its delay after the last answer came (between the
hand-over of a request and its sending lies what the machine was busy with), and never while more run than it allows.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler.fetch.robots import RobotsRules
from domain.fetch import CAN_WAIT, FetchOutcome
from domain.frontier import ClaimedHost, Target


@dataclass(frozen=True, slots=True)
class AskRobots:
    """Fetch robots.txt first, through ``proxy`` or (None) directly."""

    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class AskTarget:
    """Fetch this target now."""

    target: Target


@dataclass(frozen=True, slots=True)
class LookForMore:
    """The list is empty: see what else is due at this host."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before ``until`` (monotonic seconds), or before a running request or reading ends (None)."""

    until: float | None


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Release the host; ``outcome`` is the run's: done, budget or stopped."""

    outcome: str


Step = AskRobots | AskTarget | LookForMore | Wait | GiveBack


@dataclass(slots=True)
class HostSlot:
    """A claimed host and what has been done of its slot.

    ``most_targets`` and ``most_s`` bound the slot. ``robots`` is None until robots.txt is known for this slot. What a
    host answered holds for all its targets, whichever way it was asked; that nothing came holds for that way alone:
    directly (``is_silent``), or through one proxy (``cut_off``).
    """

    host: ClaimedHost
    run_id: int
    started: float
    next_allowed: float
    delay_s: float
    most_targets: int = 50
    most_s: float = 120.0
    robots: RobotsRules | None = None
    unreachable: tuple[FetchOutcome, str | None] | None = None  # why nothing answered when robots.txt was asked for
    units_left: int | None = None  # of an API's quota today; None: it has none
    is_silent: bool = False  # robots.txt was asked for directly, and no answer of the host came
    proxies: Mapping[str, str] = field(default_factory=dict)  # by outlet
    cut_off: dict[str, tuple[FetchOutcome, str | None]] = field(default_factory=dict)  # by proxy: why none came there
    is_asking_robots: bool = False
    last_asked: float = 0.0
    waiting: deque[Target] = field(default_factory=deque)
    running: set[int] = field(default_factory=set)  # target ids: asked, and not yet stored
    readings: int = 0  # stored fetches of this host that are still to be read
    taken: int = 0
    may_have_more: bool = True
    makes_room: bool = False  # more is due here that can wait, and is left to another turn
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, targets: Iterable[Target]) -> None:
        """Targets that were found due at this host."""
        known = {t.id for t in self.waiting} | self.running
        self.waiting.extend(t for t in targets if t.id not in known)
        self.may_have_more = self.makes_room = False

    def make_room(self) -> None:
        """Leave what can wait to another turn: others may need the room. If it is all that is left, this one ends."""
        left = [target for target in self.waiting if target.reason not in CAN_WAIT]
        if len(left) < len(self.waiting):
            self.waiting, self.makes_room = deque(left), not left

    def next_step(self, now: float, *, is_stopping: bool = False) -> Step:
        """What to do with the host at ``now``."""
        if self.is_asking_robots:
            return Wait(None)
        is_spent = self.taken >= self.most_targets or now - self.started >= self.most_s
        if is_stopping or is_spent:
            return Wait(None) if self.running else GiveBack("stopped" if is_stopping else "budget")
        if not self.waiting:
            return self._when_empty()
        if len(self.running) >= self.host.concurrency:
            return Wait(None)
        if now < self.next_allowed:
            return Wait(self.next_allowed)
        first = self.waiting[0]
        return AskTarget(first) if self.is_settled(first) else AskRobots(self.proxy_of(first))

    def proxy_of(self, target: Target) -> str | None:
        """The name of the proxy that ``target`` is asked through; None: directly."""
        return self.proxies.get(target.outlet)

    def is_settled(self, target: Target) -> bool:
        """Whether robots.txt needs no asking before ``target`` gets a request, or its outcome without one."""
        proxy = self.proxy_of(target)
        if proxy is not None and proxy in self.cut_off:
            return True
        return self.robots is not None and not (proxy is not None and self.is_silent)

    def lets_ask(self, target: Target, user_agent: str) -> bool:
        """Whether ``target``, once it is settled, may be asked for: its way is open and robots.txt allows it."""
        if self.proxy_of(target) in self.cut_off:
            return False
        return self.robots is not None and self.robots.allows(target.url, user_agent)

    def _when_empty(self) -> Step:
        if self.may_have_more:
            return LookForMore()
        if self.running or self.readings:
            return Wait(None)
        return GiveBack("budget" if self.makes_room else "done")

    def ask_robots(self, now: float) -> None:
        """robots.txt is asked now."""
        self.is_asking_robots = True
        self._asked(now)

    def take(self, target: Target, now: float) -> None:
        """``target`` is asked now."""
        self.waiting.remove(target)
        self.running.add(target.id)
        self.taken += 1
        if self.units_left is not None:
            self.units_left -= 1
        self._asked(now)

    def answered(self, now: float) -> None:
        """A request ended; the delay counts from here."""
        self._asked(now)

    def _asked(self, now: float) -> None:
        self.last_asked = now
        self.next_allowed = now + self.delay_s

    def skip(self, target: Target) -> None:
        """``target`` gets its outcome without a request."""
        self.waiting.remove(target)
        self.running.add(target.id)

    def stored(self, target: Target, outcome: str, *, is_read_later: bool) -> None:
        """What came of ``target`` is in the store."""
        self.running.discard(target.id)
        self.counts[outcome] += 1
        if is_read_later:
            self.readings += 1
        self.may_have_more = True

    def let_go(self, target: Target) -> None:
        """``target`` was asked for and is not stored: it stays due."""
        self.running.discard(target.id)

    def was_read(self) -> None:
        """One of its fetches was read; that may have brought new targets."""
        self.readings = max(0, self.readings - 1)
        self.may_have_more = True

    def wait_left_s(self, now: float) -> float:
        """How long the host must still be left alone."""
        return max(0.0, self.next_allowed - now)
