"""An outlet's own clock: how much it usually lists by weekday and hour, and how slow everybody is today. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import median

from analysis.watch.thresholds import Thresholds
from domain.watching import OutletFacts

_FLOOR = 0.05  # of the mean rate: no hour is so dead that nothing may ever come in it
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Expected arrivals an hour: the product of a profile of weekdays and one of hours, both in the outlet's zone.

    A product, because ninety days hold only thirteen of each of the 168 hours of a week: too few to estimate alone.
    """

    weekdays: tuple[float, ...]
    hours: tuple[float, ...]
    per_hour: float
    zone: tzinfo

    def rate(self, at: datetime) -> float:
        """Arrivals an hour at ``at``."""
        local = at.astimezone(self.zone)
        shape = self.weekdays[local.weekday()] * self.hours[local.hour]
        return self.per_hour * max(shape, _FLOOR)

    def expected(self, start: datetime, end: datetime) -> float:
        """Arrivals to be expected between two times: the length of a pause by the outlet's own clock.

        Counted in these, the pauses of an irregular series are alike (time rescaling; Brown et al. 2002, Neural
        Computation 14), so that a night and a noon can be compared.
        """
        total, at = 0.0, start
        while at < end:
            until = min(end, at.replace(minute=0, second=0, microsecond=0) + _HOUR)
            total += self.rate(at) * (until - at) / _HOUR
            at = until
        return total


def cadence_of(arrivals: Sequence[datetime], *, since: datetime, zone: tzinfo) -> Cadence:
    """The cadence of arrivals between ``since`` and the last of them."""
    span_h = max((arrivals[-1] - since) / _HOUR, 1.0)
    local = [at.astimezone(zone) for at in arrivals]
    return Cadence(
        weekdays=_profile([at.weekday() for at in local], 7),
        hours=_profile([at.hour for at in local], 24),
        per_hour=len(arrivals) / span_h,
        zone=zone,
    )


def _profile(places: Sequence[int], size: int) -> tuple[float, ...]:
    """How much more than the mean each place has; one pseudo-arrival a place, so that few arrivals make no desert."""
    counts = [1.0 + places.count(place) for place in range(size)]
    mean = sum(counts) / size
    return tuple(count / mean for count in counts)


def longest_pauses(arrivals: Sequence[datetime], cadence: Cadence) -> tuple[timedelta, float]:
    """The longest pause between arrivals: by the clock, and by the outlet's own."""
    pauses = list(pairwise(arrivals))
    return max(b - a for a, b in pauses), max(cadence.expected(a, b) for a, b in pauses)


def crowd_factor(outlets: Iterable[OutletFacts], limits: Thresholds) -> float:
    """How much of their usual day all outlets together have, at most 1: on a holiday everybody is slow.

    The median over the outlets of the last 24 hours against the median of their days before.
    """
    ratios = []
    for outlet in outlets:
        before = outlet.day_counts[1:]
        if len(before) >= limits.volume_days_min and median(before) >= 1:
            ratios.append(outlet.day_counts[0] / median(before))
    if len(ratios) < limits.crowd_outlets_min:
        return 1.0
    return min(1.0, max(0.1, median(ratios)))
