"""Polls, pages and rechecks of one simulated outlet, as facts that the watch would be told."""

from __future__ import annotations

import bisect
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random

from domain.fetch import FetchOutcome, PageReading
from domain.outlet import Expectations
from domain.watching import ChannelFacts, OutletFacts, PageLook
from tests.watch_simulation.outlets import START, Habits, Outage, outages, publishing_times
from tests.watch_simulation.pages import PageContent, swapped_pages, usual_pages

_LOOKS = 400
_A_SLOT = 50
_TEXTS = 30
_EACH = 10
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Swap:
    """A planted change of template. ``kind`` is one of ``pages.SWAPS``."""

    kind: str
    at: datetime
    variant: int


@dataclass(slots=True)
class Replay:
    """One outlet; ``poll`` takes it a poll on."""

    habits: Habits
    seed: int
    days: int
    slow: dict[int, float]
    swap: Swap | None = None
    looks: deque[PageLook] = field(default_factory=lambda: deque(maxlen=_LOOKS))
    arrivals: list[datetime] = field(default_factory=list)
    seen_times: list[datetime] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    last_ok_at: datetime | None = None
    failures: int = 0
    last_outcome: str | None = None
    gaps: list[tuple[datetime, datetime]] = field(default_factory=list)
    new_pages: int = 0  # of the last poll
    _number: int = 0
    _numbered: int = 0
    _was_odd: bool = False
    _rechecked_on: int = -1
    _recent: list[tuple[int, datetime]] = field(default_factory=list)
    _to_recheck: list[tuple[int, datetime]] = field(default_factory=list)
    _listed: int = 0
    _bare: dict[int, PageLook] = field(default_factory=dict)  # looks without their text, by number
    next_at: datetime = START
    _times: list[datetime] = field(default_factory=list)
    _chance: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self._chance = Random(f"polls {self.habits.slug} {self.seed}")
        self._times = publishing_times(self.habits, self.seed, self.days, self.slow)
        self.outages = outages(self.habits, self.seed, self.days)
        self.next_at = START + self.habits.interval * self._chance.random()

    def poll(self) -> datetime | None:
        """Make the next poll; gives when it was, or None at the end."""
        at = self.next_at
        if at >= START + self.days * _DAY:
            return None
        upto = bisect.bisect_right(self._times, at)
        self._poll(at, self._times[self._listed : upto], self._chance)
        if self.failures == 0:
            self._listed = upto
        sooner = min(2.0**self.failures, 8.0)  # what failed is asked again before its time
        wait = max(self.habits.interval / sooner, timedelta(minutes=10))
        self.next_at = at + wait * self._chance.uniform(0.9, 1.1)
        return at

    def _poll(self, at: datetime, published: list[datetime], chance: Random) -> None:
        outage = next((o for o in self.outages if o.start <= at < o.end), None)
        self.new_pages = 0
        if outage is not None or chance.random() < self.habits.failing_share / 3:
            self.failures += 1
            self.last_outcome = PageReading.CHALLENGE if outage and outage.is_block else FetchOutcome.TIMEOUT
            return
        if self.failures and self.last_ok_at is not None:
            self.gaps.append((self.last_ok_at, at))
        self.failures, self.last_outcome, self.last_ok_at = 0, "listed", at
        if published:
            self.arrivals.append(at)
        for _ in published[-self.habits.entries :]:
            self._new_page(at, chance)
        if (day := (at - START).days) != self._rechecked_on:
            self._rechecked_on = day
            self._recent = [(page, seen) for page, seen in self._recent if at - seen <= 3.5 * _DAY]
            self._to_recheck = [one for one in self._recent if at - one[1] > timedelta(hours=8)]
        self._recheck(at, chance)

    def _new_page(self, at: datetime, chance: Random) -> None:
        self._number += 1
        page = self._number
        self._recent.append((page, at))
        self.new_pages += 1
        if chance.random() < self.habits.failing_share:
            self._look(page, at, PageLook(0, "", at, FetchOutcome.TIMEOUT, None))
        self._look(page, at, self._read(page, at, chance))
        self.seen_times.append(at)

    def _recheck(self, at: datetime, chance: Random) -> None:
        """Once a day each article of the last three days, fifty a slot; most are as they were and tell nothing."""
        now, self._to_recheck = self._to_recheck[:_A_SLOT], self._to_recheck[_A_SLOT:]
        for page, seen in now:
            is_new_template = self.swap is not None and seen < self.swap.at <= at
            if is_new_template or chance.random() < 0.03:
                self._look(page, at, self._read(page, at, chance))

    def _look(self, page: int, at: datetime, look: PageLook) -> None:
        self._numbered += 1
        if len(self.looks) == _LOOKS:
            self._bare.pop(self.looks[0].number, None)
        whole = replace(look, number=self._numbered, page=str(page), at=at)
        self.looks.append(whole)
        if whole.paragraphs is not None:
            self._bare[whole.number] = replace(whole, paragraphs=None)

    def _read(self, page: int, at: datetime, chance: Random) -> PageLook:
        habits = self.habits
        is_swapped = self.swap is not None and at >= self.swap.at
        after_odd = 0.35 if self._was_odd else habits.odd_share
        self._was_odd = chance.random() < after_odd and habits.odd_share > 0
        if self._was_odd and not is_swapped:
            return PageLook(0, "", at, FetchOutcome.OK, PageReading.NO_ARTICLE)
        if is_swapped:
            assert self.swap is not None
            pool = swapped_pages(habits.site, self.swap.kind, self.swap.variant)
        else:
            pool = usual_pages(habits.site, self.seed % 3)
        content = _made_unique(chance.choice(pool), pool, page)
        if not is_swapped:
            content = self._own_oddness(content, page, chance)
        return PageLook(
            0,
            "",
            at,
            FetchOutcome.OK,
            content.reading,
            chars=content.chars,
            title=content.title,
            is_dated=content.is_dated,
            text_sha256=content.text_sha256,
            paragraphs=content.paragraphs if content.chars else None,
        )

    def _own_oddness(self, content: PageContent, page: int, chance: Random) -> PageContent:
        habits = self.habits
        if content.chars is None:
            return content
        if chance.random() < habits.series_share:
            content = replace(content, title=f"Günün xülasəsi {chance.randrange(2)}")
        if chance.random() < habits.undated_share:
            content = replace(content, is_dated=False)
        if chance.random() < habits.copied_share:
            kept = tuple(
                f"Bu hissə hər gün eyni qalır və yalnız rəqəmlər dəyişir, sıra {n} {'a' * 60}" for n in range(4)
            )
            content = replace(content, paragraphs=(*kept, f"Bu gün {page}."))
        if chance.random() < 0.01:  # a flash: one line
            content = replace(content, chars=chance.randint(90, 300))
        return content

    def facts(self, now: datetime) -> OutletFacts:
        """What the watch is told of the outlet."""
        texts = [look.number for look in self.looks if look.paragraphs]
        first = texts[-_TEXTS:][0] if texts else 0
        pages = tuple(
            look
            if look.paragraphs is None or look.number >= first or look.number % _EACH == 0
            else self._bare[look.number]
            for look in self.looks
        )
        return replace(self.facts_of_time(now), pages=pages)

    def facts_of_time(self, now: datetime) -> OutletFacts:
        """The same without its pages."""
        channel = ChannelFacts(
            channel_id=1,
            outlet=self.habits.slug,
            slug="feed",
            last_ok_at=self.last_ok_at,
            last_new_at=self.arrivals[-1] if self.arrivals else None,
            last_outcome=self.last_outcome,
            last_error=None,
            failures=self.failures,
            gap_since=(self.last_ok_at or START) if self.failures else None,
            gaps=tuple((a, b) for a, b in self.gaps if now - b < 30 * _DAY),
            arrivals=tuple(self.arrivals[bisect.bisect_left(self.arrivals, now - 90 * _DAY) :]),
        )
        return OutletFacts(
            self.habits.slug, self.habits.slug, "Asia/Baku", Expectations(), (channel,), (), self._counts(now)
        )

    def _counts(self, now: datetime) -> tuple[int, ...]:
        days = min(29, (now - START).days)
        edges = [bisect.bisect_right(self.seen_times, now - n * _DAY) for n in range(days + 1)]
        return tuple(edges[n] - edges[n + 1] for n in range(days))


@cache
def _common(pool: tuple[PageContent, ...]) -> tuple[frozenset[str | None], frozenset[str]]:
    """The titles and the paragraphs that several pages of a pool have."""
    titles = Counter(one.title for one in pool)
    paragraphs = Counter(paragraph for one in pool for paragraph in set(one.paragraphs))
    return frozenset(t for t, n in titles.items() if n > 1), frozenset(p for p, n in paragraphs.items() if n > 1)


def _made_unique(content: PageContent, pool: tuple[PageContent, ...], page: int) -> PageContent:
    """``content`` as another page's: what the pool's pages have in common stays common."""
    if content.chars is None:
        return content
    titles, shared = _common(pool)
    return replace(
        content,
        title=content.title if content.title in titles else f"{content.title} {page}",
        paragraphs=tuple(p if p in shared else f"{p} {page}" for p in content.paragraphs),
    )
