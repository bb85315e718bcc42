"""How many of the ages at which articles are to be looked at were met, by age and outlet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.planning import RecheckSpan, Since
from outlets.platforms import POST_HOSTS
from schedules.recheck_plan import AGES, CLOSER_AGES, counted_from
from storage import Session
from storage.age_looks import ArticleLooks, age_looks

_LEAST_GRACE = timedelta(minutes=30)


class Fate(StrEnum):
    """What became of an age of an article."""

    IN_TIME = "in_time"
    LATE = "late"
    FAILED = "failed"  # looks were made, and none showed the page or that it is gone
    NOT_MADE = "not_made"


@dataclass(slots=True)
class AgeCounts:
    """How many articles reached an age, by what became of it."""

    by_fate: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(Fate, 0))

    @property
    def due(self) -> int:
        """How many reached it."""
        return sum(self.by_fate.values())

    def add(self, other: AgeCounts) -> None:
        """Count those of ``other`` as well."""
        for fate, count in other.by_fate.items():
            self.by_fate[fate] += count


def grace(age: timedelta) -> timedelta:
    """How much later than an age a look still meets it: a quarter of it, at least half an hour."""
    return max(_LEAST_GRACE, age / 4)


def fate_of(
    start: datetime, age: timedelta, looks: Iterable[tuple[datetime, bool]], *, until: datetime, now: datetime
) -> Fate | None:
    """What became of an age that was reached ``age`` after ``start``; None where there is time left for it.

    ``looks``: (when, whether it showed the page or its absence), in order. Those from ``until`` on are of the next age.
    """
    due_at = start + age
    deadline = due_at + grace(age)
    of_age = [(at, is_shown) for at, is_shown in looks if due_at <= at < until]
    shown = next((at for at, is_shown in of_age if is_shown), None)
    if shown is not None:
        return Fate.IN_TIME if shown <= deadline else Fate.LATE
    if now < deadline:
        return None
    return Fate.FAILED if of_age else Fate.NOT_MADE


def ages_met(
    session: Session, window: tuple[datetime, datetime], *, now: datetime, outlets: Collection[str] = ()
) -> Mapping[timedelta, Mapping[str, AgeCounts]]:
    """By age and outlet: the articles that reached the age in a window, and whether they were looked at for it.

    Ages that passed before an article was first seen are none. The further ages of what is watched closely count for
    those that are so by ``now``.
    """
    found: dict[timedelta, dict[str, AgeCounts]] = {}
    for age in sorted((*AGES, *CLOSER_AGES)):
        closer = age if age in CLOSER_AGES else None
        span = RecheckSpan(Since.PUBLICATION, window[0] - age, min(window[1], now) - age, age, closer)
        looks = age_looks(session, span, since=window[0], now=now, outlets=outlets, without_hosts=POST_HOSTS)
        counts = found[age] = {}
        for article in looks:
            fate = _fate(article, age, now)
            if fate is not None:
                counts.setdefault(article.outlet, AgeCounts()).by_fate[fate] += 1
    return found


def _fate(article: ArticleLooks, age: timedelta, now: datetime) -> Fate | None:
    start = counted_from(article.first_seen_at, article.published_at)
    if start + age <= article.first_seen_at:
        return None
    following = next((one for one in (AGES if age in AGES else sorted((*AGES, *CLOSER_AGES))) if one > age), None)
    until = start + following if following is not None else now + timedelta(microseconds=1)
    return fate_of(start, age, article.looks, until=until, now=now)
