"""``python -m tests.watch_simulation [--seeds acceptance|development]``: the figures, the last line sums them up.

Thresholds were chosen on the development seeds alone; the acceptance seeds draw other outlets, other days and other
swaps, and were run once the thresholds stood.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from analysis.watch import Thresholds
from tests.watch_simulation.measure import WARM_UP, months_of_quiet, swaps_seen

DEVELOPMENT = (1, 2)
ACCEPTANCE = (71, 72)
SWAPS = 40
DAYS = 120


def main() -> int:
    """Print what was seen; 1 where the aims are missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.watch_simulation")
    parser.add_argument("--seeds", choices=("acceptance", "development"), default="acceptance")
    parser.add_argument("--days", type=int, default=DAYS)
    asked = parser.parse_args()
    seeds = ACCEPTANCE if asked.seeds == "acceptance" else DEVELOPMENT
    told = total = false = 0
    for seed in seeds:
        told, total = told + _swaps(seed), total + SWAPS
        false += _quiet(seed, asked.days)
    months = len(seeds) * (asked.days - WARM_UP.days) / 30
    share, a_month = told / total, false / months
    print(
        f"{asked.seeds} seeds {' '.join(map(str, seeds))}: {told} of {total} swaps ({share:.0%}) told in two polls; "
        f"{false} false alerts in {months:g} months of twenty outlets ({a_month:.2f} a month)"
    )
    return 0 if share >= 0.95 and a_month <= 1 else 1


def _swaps(seed: int) -> int:
    seen = swaps_seen(seed, SWAPS, Thresholds())
    for one in seen:
        if one.polls is None:
            print(
                f"seed {seed}: not told: {one.kind} of {one.outlet}, {one.a_day:.1f} texts a day, {one.looks} new pages"
            )
    by_polls = Counter(one.polls for one in seen if one.polls is not None)
    print(f"seed {seed}: swaps told after so many polls with new pages: {dict(sorted(by_polls.items()))}")
    return sum(by_polls.values())


def _quiet(seed: int, days: int) -> int:
    false, others = months_of_quiet(seed, days, Thresholds())
    for alert in false:
        print(f"seed {seed}: false: {alert.opened_at:%Y-%m-%d %H:%M} {alert.kind} {alert.summary}")
    kinds = Counter(f"{alert.kind}" for alert in others)
    print(f"seed {seed}: {len(false)} false alerts; of planted outages and blocks were told: {dict(kinds)}")
    return len(false)


if __name__ == "__main__":
    sys.exit(main())
