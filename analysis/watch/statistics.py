"""The statistics of the watch, from the standard library. Pure functions of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median


def beta_mean(successes: float, trials: float, *, prior_mean: float, prior_weight: float) -> float:
    """A share as its posterior mean under a beta prior worth ``prior_weight`` trials (Gelman et al., BDA3, 2.4)."""
    return (successes + prior_mean * prior_weight) / (trials + prior_weight)


def run_evidence(odd: Sequence[bool], *, usual: float, after_odd: float, changed: float) -> float:
    """How strongly the end of a sequence speaks for a change: a one-sided CUSUM of log likelihood ratios.

    Page (1954), Biometrika 41; as a repeated sequential probability ratio test of Wald it is optimal in Lorden's sense
    (Moustakides 1986), and chance lifts it above h about once in e^h observations. ``usual`` is the share of odd ones
    before a change, ``changed`` after it. Odd ones come in runs, so one that follows an odd one is weighed by
    ``after_odd``, its share after an odd one: a first-order Markov chain rather than independent tosses.
    """
    evidence, was_odd = 0.0, False
    for is_odd in odd:
        before = max(after_odd, usual) if was_odd else usual
        ratio = math.log(changed / before) if is_odd else math.log((1 - changed) / (1 - min(before, changed)))
        evidence, was_odd = max(0.0, evidence + ratio), is_odd
    return evidence


def change_point(odd: Sequence[bool], *, usual: float, changed: float) -> int:
    """Where the CUSUM of ``run_evidence`` last left zero: the likeliest place of a change (Page 1954)."""
    evidence, begins = 0.0, len(odd)
    for index, is_odd in enumerate(odd):
        ratio = math.log(changed / usual) if is_odd else math.log((1 - changed) / (1 - usual))
        if evidence <= 0.0:
            begins = index
        evidence = max(0.0, evidence + ratio)
    return begins if evidence > 0.0 else len(odd)


def usual_shares(odd: Sequence[bool], *, prior: float, floor: float, run_prior: float) -> tuple[float, float]:
    """(share of odd ones, share of odd ones right after an odd one) of a history, both shrunk to a prior.

    The share's prior is ``prior`` at the weight of twenty trials, and it is ``floor`` at least; that of runs is
    ``run_prior`` at the weight of five pairs.
    """
    share = max(floor, beta_mean(sum(odd), len(odd), prior_mean=prior, prior_weight=20))
    firsts = sum(odd[:-1])
    pairs = sum(before and after for before, after in pairwise(odd))
    return share, beta_mean(pairs, firsts, prior_mean=max(run_prior, share), prior_weight=5)


def median_spread(values: Sequence[float]) -> tuple[float, float]:
    """Median, and 1.4826 times the median absolute deviation: a standard deviation that outliers don't move.

    Hampel (1974), JASA 69.
    """
    middle = median(values)
    return middle, 1.4826 * median(abs(value - middle) for value in values)


def few_chance(count: int, *, mean: float, variance: float) -> float:
    """Chance of at most ``count`` under a negative binomial of this mean and variance; Poisson where variance ≤ mean.

    Counts of news spread more than Poisson's (Hilbe, Negative Binomial Regression, 2011).
    """
    if mean <= 0:
        return 1.0
    if variance <= mean * 1.0001:
        return sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))
    size = mean * mean / (variance - mean)
    log_p, log_q = math.log(size / (size + mean)), math.log(mean / (size + mean))
    return sum(
        math.exp(math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1) + size * log_p + k * log_q)
        for k in range(count + 1)
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values lie below, by linear interpolation; at least one value."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
