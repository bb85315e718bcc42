"""Simulated feeds: what each publishes and when, what its list shows at a moment, and how it misbehaves. Seeded."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.entry import Entry
from domain.times import Precision, StatedTime, TimeSource

START = datetime(2026, 3, 1, 20, tzinfo=UTC)  # a Monday, 00:00 in Baku
HOUR = timedelta(hours=1)
OFFSET = timedelta(hours=4)
Span = tuple[datetime, datetime]


class Shows(StrEnum):
    """Which entries a list shows."""

    LATEST = "latest"  # so many, newest first
    TODAY = "today"  # those of the local day
    LAST_DAY = "last day"  # those of the last 24 hours


class Dates(StrEnum):
    """How a list dates its entries."""

    EXACT = "exact"
    DAY = "day"
    NONE = "none"
    NOW = "now"  # each with the moment at which the list was made


@dataclass(frozen=True, slots=True)
class Item:
    """A published entry. ``bumped``: when it was put up anew with another date; ``retitled``: when retitled."""

    number: int
    at: datetime
    is_pinned: bool = False
    bumped: datetime | None = None
    retitled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One channel, its habits, its stream and its troubles. Spans are of simulated time, end exclusive."""

    number: int
    size: int
    shows: Shows
    dates: Dates
    order: str  # newest · oldest · any
    guids: str  # link · number · none
    repeats: bool  # lists some entries twice
    items: tuple[Item, ...]
    pinned: tuple[Item, ...]
    moved_at: datetime | None  # from then on all links are other ones
    down: tuple[tuple[Span, str], ...]
    empty: tuple[Span, ...]
    stale: tuple[Span, ...]  # a cache answers, six hours old
    seed: int
    marks: tuple[tuple[datetime, Item], ...] = field(default=())

    @property
    def slug(self) -> str:
        """Its name."""
        return f"feed-{self.number}"

    @property
    def is_tiny(self) -> bool:
        """Whether its list is too short to be judged."""
        return self.shows is Shows.LATEST and self.size < 4

    def trouble(self, now: datetime) -> str | None:
        """How a request ends at ``now``; None where it is answered."""
        return next((how for (start, end), how in self.down if start <= now < end), None)

    def shown_as_of(self, now: datetime) -> datetime | None:
        """The moment of which the answer at ``now`` tells; None where an empty list comes."""
        if _inside(self.empty, now):
            return None
        return now - 6 * HOUR if _inside(self.stale, now) else now

    def shown(self, moment: datetime) -> list[Item]:
        """Entries that the list shows at ``moment``, newest first, the pinned ones before all."""
        found: dict[int, Item] = {}
        for at, item in reversed(self.marks[: bisect_right(self.marks, moment, key=lambda mark: mark[0])]):
            if self._is_past(at, moment, len(found)):
                break
            found.setdefault(item.number, item)
        return [*self.pinned, *found.values()]

    def _is_past(self, at: datetime, moment: datetime, shown: int) -> bool:
        match self.shows:
            case Shows.LATEST:
                return shown >= self.size
            case Shows.TODAY:
                return (at + OFFSET).date() != (moment + OFFSET).date()
            case Shows.LAST_DAY:
                return moment - at > 24 * HOUR

    def listing(self, moment: datetime, now: datetime) -> list[Entry]:
        """The entries as they are read out of the answer."""
        entries = [self._entry(item, moment, now) for item in self.shown(moment)]
        if self.order == "oldest":
            entries.reverse()
        if self.order == "any":
            random.Random(f"{self.seed}:{now}").shuffle(entries)
        return [*entries, *entries[:2]] if self.repeats else entries

    def _entry(self, item: Item, moment: datetime, now: datetime) -> Entry:
        folder = "yeni" if self.moved_at is not None and moment >= self.moved_at else "xeber"
        url = f"https://{self.slug}.example/{folder}/{item.number}"
        guid = {"link": url, "number": f"{self.slug}:{item.number}"}.get(self.guids)
        title = f"Xəbər {item.number}" + (" (yenilənib)" if item.retitled and item.retitled <= moment else "")
        return Entry(url, guid, title, published=self._date(item, moment, now))

    def _date(self, item: Item, moment: datetime, now: datetime) -> StatedTime | None:
        at = item.bumped if item.bumped is not None and item.bumped <= moment else item.at
        match self.dates:
            case Dates.NONE:
                return None
            case Dates.NOW:
                at = now
            case Dates.DAY:
                local = at + OFFSET
                midnight = datetime(local.year, local.month, local.day, tzinfo=UTC) - OFFSET
                return StatedTime(midnight, Precision.DAY, TimeSource.FEED, "")
        return StatedTime(at.replace(microsecond=0), Precision.SECOND, TimeSource.FEED, "")


def _inside(spans: tuple[Span, ...], now: datetime) -> bool:
    return any(start <= now < end for start, end in spans)


def make_feeds(seed: int, numbers: Iterable[int], *, days: int) -> list[Feed]:
    """Feeds that differ in size, rate, rhythm and habits, the same for the same seed and number."""
    return [_feed(number, random.Random(f"{seed}:{number}"), seed, days) for number in numbers]


_SIZES = (10, 12, 15, 20, 20, 25, 30, 30, 40, 50)
_TROUBLES = ("timeout", "http_error", "dns_error", "refused", "challenge", "challenge", "robots_unreachable")


def _feed(number: int, dice: random.Random, seed: int, days: int) -> Feed:
    is_tiny = number % 50 == 49
    shows = Shows.TODAY if number % 25 == 7 else Shows.LAST_DAY if number % 20 == 3 else Shows.LATEST
    size = dice.choice((1, 2, 3)) if is_tiny else dice.choice(_SIZES)
    a_day = 0.1 if is_tiny else size * dice.uniform(0.15, 0.5)
    rhythm = "office" if shows is Shows.TODAY else dice.choice(("flat", "office", "newsroom", "newsroom"))
    bursts = 0 if is_tiny or shows is not Shows.LATEST else dice.choice((0, 1, 1, 2, 3))
    times = sorted([*_times(dice, a_day, rhythm, days), *_bursts(dice, bursts, size, days)])
    items = tuple(_item(dice, n, at) for n, at in enumerate(times))
    pinned = tuple(
        Item(-1 - n, START - timedelta(days=dice.uniform(5, 300)), is_pinned=True)
        for n in range(0 if is_tiny else dice.choice((0, 0, 0, 1, 2)))
    )
    marks = [(i.at, i) for i in items] + [(i.bumped, i) for i in items if i.bumped is not None]
    return Feed(
        number=number,
        size=size,
        shows=shows,
        dates=dice.choice((Dates.EXACT,) * 5 + (Dates.DAY, Dates.NONE, Dates.NONE, Dates.NOW)),
        order=dice.choice(("newest",) * 6 + ("oldest", "any")),
        guids=dice.choice(("link", "link", "number", "none")),
        repeats=dice.random() < 0.1,
        items=items,
        pinned=pinned,
        moved_at=_moment(dice, days) if number % 10 == 5 else None,
        down=tuple(_troubles(dice, days)),
        empty=_spells(dice, days, 0.15, 6),
        stale=_spells(dice, days, 0.25, 6),
        seed=seed,
        marks=tuple(sorted(marks, key=lambda mark: (mark[0], mark[1].number))),
    )


def _item(dice: random.Random, number: int, at: datetime) -> Item:
    bumped = at + dice.uniform(0.5, 20) * HOUR if dice.random() < 0.02 else None
    retitled = at + dice.uniform(0.1, 10) * HOUR if dice.random() < 0.05 else None
    return Item(number, at, bumped=bumped, retitled=retitled)


def _times(dice: random.Random, a_day: float, rhythm: str, days: int) -> Iterator[datetime]:
    """Moments of a stream whose rate follows the hour and the day of the week; begun long before."""
    peak = max(_weight(rhythm, day, hour) for day in range(7) for hour in range(24))
    mean = sum(_weight(rhythm, day, hour) for day in range(7) for hour in range(24)) / 168
    at = START - timedelta(days=21)
    while at < START + timedelta(days=days):
        at += timedelta(days=dice.expovariate(a_day * peak / mean))
        local = at + OFFSET
        if dice.random() * peak < _weight(rhythm, local.weekday(), local.hour):
            yield at


def _weight(rhythm: str, weekday: int, hour: int) -> float:
    if rhythm == "office":
        return 1.0 if weekday < 5 and 9 <= hour < 18 else 0.0
    if rhythm == "newsroom":
        return (0.1 if hour < 7 else 1.5 if 10 <= hour < 14 else 1.0) * (0.5 if weekday >= 5 else 1.0)
    return 1.0


def _bursts(dice: random.Random, bursts: int, size: int, days: int) -> Iterator[datetime]:
    """More than the list holds, within minutes."""
    for _ in range(bursts):
        start = _moment(dice, days)
        for _ in range(int(size * dice.uniform(1.5, 3))):
            yield start + timedelta(minutes=dice.uniform(0, 9))


def _troubles(dice: random.Random, days: int) -> Iterator[tuple[Span, str]]:
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        start = _moment(dice, days)
        yield (start, start + dice.choice((2, 5, 12, 30, 70)) * dice.uniform(0.5, 1.2) * HOUR), dice.choice(_TROUBLES)
    for _ in range(dice.choice((0, 1, 2))):
        start = _moment(dice, days)
        yield (start, start + dice.uniform(0.5, 8) * HOUR), "timeout"


def _spells(dice: random.Random, days: int, chance: float, hours: float) -> tuple[Span, ...]:
    start = _moment(dice, days)
    return ((start, start + hours * HOUR),) if dice.random() < chance else ()


def _moment(dice: random.Random, days: int) -> datetime:
    """Some moment that leaves a day before and two behind it."""
    return START + timedelta(days=dice.uniform(1, days - 2))


def service_stops(days: int) -> tuple[Span, ...]:
    """When the service stands still: minutes, a night, a day and a half."""
    lengths = ((3.3, 0.4), (9.6, 3), (15.2, 9), (22.4, 36))
    starts = [(START + timedelta(days=day), hours * HOUR) for day, hours in lengths if day < days - 2]
    return tuple((start, start + length) for start, length in starts)
