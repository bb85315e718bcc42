"""Texts a day: far fewer than an outlet's own days, or outside what the catalogue expects."""

from __future__ import annotations

from analysis.watch.cadence import crowd_factor
from analysis.watch.statistics import few_chance, median_spread
from analysis.watch.thresholds import Thresholds
from analysis.watch.words import count_words
from domain.alerts import AlertKind, Finding, Severity
from domain.watching import OutletFacts, WatchFacts

_FEW_DETAIL = (
    "Either it publishes less, or we read less of it: see whether its channels still list what its front page shows, "
    "and whether its pages are read."
)
_MANY_DETAIL = "One article is counted more than once, most likely: its addresses may carry something that changes."


def volumes(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """Findings on the 24 hours that end now, of outlets that are seen; all outlets' slowness is taken out first."""
    crowd = crowd_factor(facts.outlets, limits)
    found = []
    for outlet in facts.outlets:
        if not outlet.day_counts or any(channel.gap_since for channel in outlet.channels):
            continue  # what failed is told as failing, and what was not seen is not counted
        found += [_few(outlet, crowd, limits), _many(outlet, limits)]
    return tuple(one for one in found if one is not None)


def _few(outlet: OutletFacts, crowd: float, limits: Thresholds) -> Finding | None:
    """A negative binomial with the median and the robust spread of the outlet's days, weekdays apart from weekends.

    The spread is at least that of a Poisson and at least a quarter of the mean, since four weeks see no real crisis.
    """
    count, before = outlet.day_counts[0], outlet.day_counts[1 : limits.volume_days + 1]
    if len(before) < limits.volume_days_min:
        return None
    middle, spread = median_spread([float(day) for day in before])
    same_weekday = [float(day) for day in before[6::7]]
    if len(same_weekday) >= 2:
        middle = min(middle, sum(same_weekday) / len(same_weekday))
    usual = middle * crowd
    least = outlet.expectations.articles_a_day_min
    if middle < limits.volume_usual_min or count >= usual * limits.volume_share:
        return None
    variance = max(usual, spread**2, (0.25 * usual) ** 2 + usual)
    chance = few_chance(count, mean=usual, variance=variance)
    is_below_stated = least is not None and count < least * crowd
    if chance > limits.volume_chance and not (is_below_stated and chance <= limits.volume_chance * 10):
        return None
    expected = f"; the catalogue expects {least} at least" if is_below_stated else ""
    return Finding(
        AlertKind.FEW_TEXTS,
        outlet.slug,
        Severity.TODAY,
        f"{outlet.name}: {count_words(count, 'text')} in the last 24 hours, usually {middle:.0f}{expected}",
        outlet=outlet.slug,
        detail=_FEW_DETAIL,
        figures={"texts": str(count), "usual": f"{middle:.0f}", "everybody": f"{crowd:.0%} of usual"},
    )


def _many(outlet: OutletFacts, limits: Thresholds) -> Finding | None:
    most = outlet.expectations.articles_a_day_max
    if most is None or len(outlet.day_counts) < 3:
        return None  # the first days hold what was listed before we looked
    last = outlet.day_counts[:2]
    if min(last) <= most * limits.volume_max_ratio:
        return None
    return Finding(
        AlertKind.MANY_TEXTS,
        outlet.slug,
        Severity.NOTE,
        f"{outlet.name}: {last[0]} texts in 24 hours, {last[1]} in those before; the catalogue expects {most} at most",
        outlet=outlet.slug,
        detail=_MANY_DETAIL,
        figures={"texts": str(last[0]), "the day before": str(last[1]), "at most": str(most)},
    )
