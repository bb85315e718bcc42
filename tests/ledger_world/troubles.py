"""Days on which an outlet blocks, challenges, fails or cuts its answers off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from tests.ledger_world.nouns import Outlet, Trouble, TroubledSpan

_KINDS = (
    (Trouble.FORBIDDEN, 24.0),
    (Trouble.CHALLENGE, 24.0),
    (Trouble.UNAVAILABLE, 10.0),
    (Trouble.CUT, 6.0),
    (Trouble.CHALLENGE, 60.0),
    (Trouble.FORBIDDEN, 6.0),
)  # hours that it lasts
_DAYS_BETWEEN = 16.0
_STALLS = 2  # each costs real seconds, so there are two in the whole world


def make_troubles(outlets: Iterable[Outlet], start: datetime, days: int, random: Random) -> tuple[TroubledSpan, ...]:
    """Spans of trouble of every outlet, about one in sixteen days."""
    spans = []
    for outlet in outlets:
        day, turn = random.uniform(1, _DAYS_BETWEEN), random.randrange(len(_KINDS))
        while day < days - 1:
            trouble, hours = _KINDS[turn % len(_KINDS)]
            since = start + timedelta(days=day)
            spans.append(TroubledSpan(outlet.site.slug, trouble, since, since + timedelta(hours=hours)))
            day, turn = day + hours / 24 + random.uniform(4, 2 * _DAYS_BETWEEN - 4), turn + 1
    chosen = random.sample([outlet.site.slug for outlet in outlets], _STALLS)
    for slug in chosen:
        since = start + timedelta(days=random.uniform(0.3, 0.9) * days)
        spans.append(TroubledSpan(slug, Trouble.STALL, since, since + timedelta(hours=3)))
    return tuple(spans)
