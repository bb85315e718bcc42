"""Counts: swaps told within two polls that brought pages, and false alerts a month for twenty outlets."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from analysis.watch import Thresholds, findings
from analysis.watch.failures import failures
from analysis.watch.redesign import redesigns
from analysis.watch.silence import silences
from analysis.watch.volume import volumes
from analysis.watch.watch import without_echoes
from domain.alerts import Alert, AlertKind, Finding, Severity
from domain.episodes import MISSED, REOPENS_WITHIN, CloseEpisode, KeepEpisode, MissEpisode, OpenEpisode, next_steps
from domain.watching import OutletFacts, WatchFacts
from tests.watch_simulation.outlets import START, Habits, drawn_habits, holidays
from tests.watch_simulation.pages import SWAPS, sites
from tests.watch_simulation.replay import Replay, Swap

WARM_UP = timedelta(days=30)
TWO_POLLS = 2
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SwapSeen:
    """What became of one planted swap."""

    outlet: str
    a_day: float
    kind: str
    polls: int | None  # polls with pages until it was told; None: not within two
    looks: int  # at pages in these polls
    told_as: str


@dataclass(slots=True)
class Episodes:
    """The alerts of a simulation, kept as the store keeps them."""

    known: dict[int, Alert]

    def apply(self, found: list[Finding], now: datetime) -> list[Alert]:
        """Those opened now."""
        opened = []
        recent = [a for a in self.known.values() if a.closed_at is None or now - a.closed_at < REOPENS_WITHIN]
        for step in next_steps(recent, found, now=now):
            match step:
                case OpenEpisode(finding):
                    alert = _alert(len(self.known) + 1, finding, now)
                    opened.append(alert)
                case KeepEpisode(alert, finding, _):
                    alert = replace(_alert(alert.id, finding, now), opened_at=alert.opened_at)
                case MissEpisode(alert, missed):
                    alert = replace(alert, figures={**alert.figures, MISSED: str(missed)})
                case CloseEpisode(alert):
                    alert = replace(alert, closed_at=now)
            self.known[alert.id] = alert
        return opened

    def open(self) -> dict[tuple[str, str], Alert]:
        """By kind and subject."""
        return {(a.kind, a.subject): a for a in self.known.values() if a.closed_at is None}


def _alert(number: int, finding: Finding, now: datetime) -> Alert:
    f = finding
    return Alert(
        number, f.kind, f.subject, f.outlet, f.severity, now, f.since_at, now, None, f.summary, f.detail, f.figures
    )


def months_of_quiet(seed: int, days: int, limits: Thresholds) -> tuple[list[Alert], list[Alert]]:
    """(false alerts, true ones) of twenty outlets without a swap, in the days after a warm-up of thirty.

    A watch follows the polls of each quarter of an hour. True are alerts of failures and blocks in or just after an
    outage that was planted; everything else at the severities now and today is false.
    """
    slow = holidays(seed, days)
    replays = [Replay(h, seed, days, slow) for h in drawn_habits([s.slug for s in sites()], seed)]
    room = _Room(limits)
    queue = [(replay.next_at, n) for n, replay in enumerate(replays)]
    heapq.heapify(queue)
    last = START + WARM_UP
    while queue:
        now, n = heapq.heappop(queue)
        if replays[n].poll() is not None:
            heapq.heappush(queue, (replays[n].next_at, n))
        room.changed.add(n)
        if now - last >= timedelta(minutes=15):
            last = now
            room.watch(replays, now)
    by_slug = {replay.habits.slug: replay for replay in replays}
    false = [a for a in room.opened if a.severity is not Severity.NOTE and not _is_planted(a, by_slug)]
    return false, [a for a in room.opened if a not in false]


class _Room:
    """Where the watch is kept. What looks at one outlet alone is asked again only when that outlet changed."""

    def __init__(self, limits: Thresholds) -> None:
        self._limits = limits
        self._facts: dict[int, OutletFacts] = {}
        self._found: dict[int, tuple[Finding, ...]] = {}
        self._slow: tuple[Finding, ...] = ()
        self._slow_at = START
        self.episodes = Episodes({})
        self.changed: set[int] = set()
        self.opened: list[Alert] = []

    def watch(self, replays: list[Replay], now: datetime) -> None:
        """One watch."""
        before = self.episodes.open()
        for index, replay in enumerate(replays):
            if index in self.changed or index not in self._facts:
                self._facts[index] = replay.facts(now)
                own = WatchFacts(now, (self._facts[index],), open_alerts=before)
                self._found[index] = (*failures(own, self._limits), *redesigns(own, self._limits))
        self.changed.clear()
        if now - self._slow_at >= _HOUR:
            self._slow_at = now
            fresh = tuple(replay.facts_of_time(now) for replay in replays)
            everybody = WatchFacts(now, fresh, open_alerts=before)
            self._slow = (*silences(everybody, self._limits), *volumes(everybody, self._limits))
        found = [*(one for each in self._found.values() for one in each), *self._slow]
        self.opened += self.episodes.apply(without_echoes(found, before), now)
        after = self.episodes.open()
        touched = {alert.outlet for key, alert in {**before, **after}.items() if (key in before) != (key in after)}
        self.changed |= {index for index, replay in enumerate(replays) if replay.habits.slug in touched}


def _is_planted(alert: Alert, replays: dict[str, Replay]) -> bool:
    if alert.kind not in {AlertKind.FAILING, AlertKind.BLOCKED} or alert.outlet is None:
        return False
    return any(o.start <= alert.opened_at <= o.end + 6 * _HOUR for o in replays[alert.outlet].outages)


def swaps_seen(seed: int, count: int, limits: Thresholds) -> list[SwapSeen]:
    """``count`` swaps planted on twenty outlets after eleven weeks or more, each followed for two polls with pages."""
    habits = drawn_habits([s.slug for s in sites()], seed)
    slow = holidays(seed, 160)
    chance = Random(f"swaps {seed}")
    found = []
    for number in range(count):
        swap = Swap(SWAPS[number % len(SWAPS)], START + timedelta(days=chance.uniform(75, 100)), number // len(SWAPS))
        own = habits[(number * 7) % len(habits)] if number % 5 != 4 else _dated(habits, number)
        found.append(_follow(Replay(own, seed, 160, slow, swap), swap, limits))
    return found


def _dated(habits: tuple[Habits, ...], number: int) -> Habits:
    """An outlet whose pages have dates to lose."""
    with_dates = [h for h in habits if h.undated_share < 0.5]
    return with_dates[(number * 7) % len(with_dates)]


def _follow(replay: Replay, swap: Swap, limits: Thresholds) -> SwapSeen:
    polls, looks, told = 0, 0, ""
    while (now := replay.poll()) is not None:
        if now < swap.at:
            continue
        polls += bool(replay.new_pages)
        looks += replay.new_pages
        found = findings(WatchFacts(now, (replay.facts(now),)), limits)
        told = " ".join(f.kind for f in found if f.kind is AlertKind.REDESIGN)
        if told or polls >= TWO_POLLS:
            break
    seen = polls if told else None
    return SwapSeen(replay.habits.slug, replay.habits.a_day, swap.kind, seen, looks, told)
