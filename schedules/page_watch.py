"""What the outlets' pages tell a watch, a few outlets at a time, and only of those where something can have changed.

All pages of two thousand outlets with their texts do not fit into memory, and most say what they said five minutes ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from analysis.watch import PAGE_KINDS, Thresholds, page_findings
from domain.alerts import Finding
from domain.watching import OutletFacts, WatchFacts
from schedules.clock_watch import ClockWatch
from storage import Store
from storage.watch_pages import outlets_looked_at
from storage.watch_queries import MonthFacts, with_pages

_AT_ONCE = 20  # outlets whose texts are held together


@dataclass(slots=True)
class WatchMemory:
    """What a process remembers from watch to watch.

    Pages were judged up to fetch ``judged_to`` (None: never), and those of ``odd`` outlets told something then.
    ``month``: what was read of a month's rows, some watches ago. ``clock`` sees the clock's jumps.
    """

    judged_to: int | None = None
    odd: frozenset[str] = frozenset()
    month: MonthFacts | None = None
    clock: ClockWatch = field(default_factory=ClockWatch)


def judge_pages(
    store: Store, facts: WatchFacts, memory: WatchMemory, limits: Thresholds | None = None
) -> tuple[Finding, ...]:
    """What is found in the pages of ``facts.outlets``, which come without them.

    Asked are outlets whose pages were looked at since the last time, that were odd then, or with an open alert.
    """
    with store.read() as session:
        looked_at, judged_to = outlets_looked_at(session, after=memory.judged_to)
    alerted = {alert.outlet for alert in facts.open_alerts.values() if alert.kind in PAGE_KINDS}
    asked = [
        outlet
        for outlet in facts.outlets
        if memory.judged_to is None or outlet.slug in looked_at or outlet.slug in memory.odd or outlet.slug in alerted
    ]
    found = [
        one
        for start in range(0, len(asked), _AT_ONCE)
        for one in _judge(store, facts, asked[start:][:_AT_ONCE], limits)
    ]
    memory.judged_to, memory.odd = judged_to, frozenset(one.outlet for one in found if one.outlet is not None)
    return tuple(found)


def _judge(
    store: Store, facts: WatchFacts, outlets: Sequence[OutletFacts], limits: Thresholds | None
) -> tuple[Finding, ...]:
    with store.read() as session:
        told = with_pages(session, outlets, now=facts.now)
    return page_findings(replace(facts, outlets=told), limits)
