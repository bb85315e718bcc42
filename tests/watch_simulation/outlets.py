"""What an outlet does over time, drawn from a seed: its rhythm, its bursts, its rest, its odd pages, its outages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
_DAY = timedelta(days=1)
_SIZES = (140, 100, 85, 60, 50, 45, 40, 32, 28, 25, 18, 15, 12, 10, 8, 5, 3, 2, 0.6, 0.25)  # texts a day


@dataclass(frozen=True, slots=True)
class Habits:
    """One simulated outlet. Shares are of pages."""

    slug: str
    site: str
    a_day: float
    entries: int  # its feed holds
    weekend: float
    night: float
    is_abroad: bool
    odd_share: float  # galleries, videos: nothing to read
    series_share: float  # daily series under one title
    undated_share: float
    copied_share: float  # weather, rates: mostly yesterday's words
    failing_share: float
    rest_tail: float  # of a blogger's pauses: smaller is heavier; 0 for a newsroom

    @property
    def interval(self) -> timedelta:
        """Between polls: about half the feed new, from ten minutes to a day."""
        hours = 0.45 * self.entries / (self.a_day / 24)
        return timedelta(hours=min(24.0, max(1 / 6, hours)))


@dataclass(frozen=True, slots=True)
class Outage:
    """A span in which the outlet answers no poll and no page, or with a challenge. Known truth."""

    start: datetime
    end: datetime
    is_block: bool


def drawn_habits(sites: list[str], seed: int) -> tuple[Habits, ...]:
    """Twenty outlets, from an agency to a blog that writes every four days."""
    chance = Random(f"habits {seed}")
    return tuple(_habits(f"o{n:02}", chance.choice(sites), size, chance) for n, size in enumerate(_SIZES))


def _habits(slug: str, site: str, size: float, chance: Random) -> Habits:
    is_blog = size < 2.5
    return Habits(
        slug=slug,
        site=site,
        a_day=size * chance.uniform(0.8, 1.25),
        entries=chance.choice((10, 15, 20, 25, 30, 50)) if not is_blog else 10,
        weekend=chance.uniform(0.25, 0.9),
        night=chance.uniform(0.0, 0.35),
        is_abroad=chance.random() < 0.3,
        odd_share=min(0.12, chance.expovariate(1 / 0.012)),
        series_share=chance.choice((0.0, 0.01, 0.03)),
        undated_share=chance.choice((0.0, 0.0, 0.0, 0.004, 0.02, 1.0)),
        copied_share=chance.choice((0.0, 0.005, 0.03)),
        failing_share=min(0.05, chance.expovariate(1 / 0.006)),
        rest_tail=chance.uniform(1.4, 2.5) if is_blog else 0.0,
    )


def holidays(seed: int, days: int) -> dict[int, float]:
    """By day: how much of their usual all outlets publish. A long holiday every seven weeks, single days between."""
    chance = Random(f"holidays {seed}")
    slow: dict[int, float] = {}
    first = chance.randint(32, 50)
    while first < days:
        for day in range(first, min(days, first + chance.choice((1, 1, 3, 5, 7)))):
            slow[day] = chance.uniform(0.2, 0.6)
        first += chance.randint(14, 50)
    return slow


def publishing_times(habits: Habits, seed: int, days: int, slow: dict[int, float]) -> list[datetime]:
    """When an outlet publishes: by hours and weekdays, in bursts, with days of its own; a blog rests at length."""
    chance = Random(f"times {habits.slug} {seed}")
    if habits.rest_tail:
        return _blog_times(habits, chance, days, slow)
    times: list[datetime] = []
    for day in range(days):
        mood = chance.gammavariate(9, 1 / 9) * (chance.uniform(1.5, 3) if chance.random() < 0.03 else 1)
        week = habits.weekend if (START + day * _DAY).weekday() >= 5 else 1.0
        mean = habits.a_day * mood * week * slow.get(day, 1.0) / 1.2
        times += _day_times(habits, day, mean, chance)
    return sorted(at for at in times if at < START + days * _DAY)


def _day_times(habits: Habits, day: int, mean: float, chance: Random) -> list[datetime]:
    found = []
    for _ in range(_poisson(mean, chance)):
        at = START + day * _DAY + timedelta(hours=_hour(habits, chance))
        found.append(at)
        while chance.random() < 0.2:  # a burst: one story brings the next
            at += timedelta(minutes=chance.expovariate(1 / 25))
            found.append(at)
    return found


def _hour(habits: Habits, chance: Random) -> float:
    shift = 8.0 if habits.is_abroad else 0.0
    while True:
        hour = chance.uniform(0, 24)
        local = (hour + 4 - shift) % 24
        weight = habits.night if local < 7 or local > 23 else 0.55 + 0.45 * math.sin((local - 7) / 16 * math.pi)
        if chance.random() < weight:
            return hour


def _blog_times(habits: Habits, chance: Random, days: int, slow: dict[int, float]) -> list[datetime]:
    """Pauses of a Pareto distribution: most are short, some are weeks."""
    mean = 1 / habits.a_day
    least = mean * (habits.rest_tail - 1) / habits.rest_tail
    at, times = START + timedelta(days=chance.uniform(0, mean)), []
    while at < START + days * _DAY:
        times.append(at)
        pause = min(least * chance.paretovariate(habits.rest_tail), 25 * mean)
        at += timedelta(days=pause / slow.get((at - START).days, 1.0) ** 0.5)
    return times


def _poisson(mean: float, chance: Random) -> int:
    count, at = 0, chance.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + chance.expovariate(1.0)
    return count


def outages(habits: Habits, seed: int, days: int) -> list[Outage]:
    """About one in twelve days; Pareto lengths from ten minutes to two days; one in eight is a block."""
    chance = Random(f"outages {habits.slug} {seed}")
    found, at = [], START + timedelta(days=chance.expovariate(1 / 12))
    while at < START + days * _DAY:
        length = timedelta(minutes=min(10 * chance.paretovariate(0.8), 2880))
        found.append(Outage(at, at + length, chance.random() < 0.125))
        at += length + timedelta(days=chance.expovariate(1 / 12))
    return found
