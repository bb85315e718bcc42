"""Which gaps there really were, by what was published and when anybody looked; and how the recorded ones compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.simulation.feeds import START, Feed, Item
from tests.simulation.polls import Polled

GapSpan = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A gap as the store tells it."""

    outlet: str
    from_at: datetime
    to_at: datetime | None
    reason: str
    caught_up: bool | None


@dataclass(frozen=True, slots=True)
class TrueGap:
    """A span in which nobody could look, or in which something was published and gone again; ``missed``: how many."""

    from_at: datetime
    to_at: datetime | None
    kind: str  # down · not_running · rollover
    missed: int


@dataclass(slots=True)
class Score:
    """Gaps by kind, what was not found and what was recorded and was none."""

    true: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    recorded: int = 0
    tiny_unfound: int = 0
    unfound: list[tuple[Feed, TrueGap]] = field(default_factory=list)
    false: list[tuple[Feed, Recorded]] = field(default_factory=list)
    said_caught_up: int = 0  # and something was missed
    said_missed: int = 0  # and nothing was

    @classmethod
    def sum(cls, parts: Iterable[Score]) -> Score:
        """Several scores as one."""
        whole = cls()
        for part in parts:
            for name in (
                "true",
                "found",
                "recorded",
                "tiny_unfound",
                "unfound",
                "false",
                "said_caught_up",
                "said_missed",
            ):
                setattr(whole, name, getattr(whole, name) + getattr(part, name))
        return whole


def missed_items(feed: Feed, polled: Polled) -> list[Item]:
    """Published after the first good look and gone before any other saw them."""
    seen = frozenset().union(*(shown for _, _, shown in polled.looks))
    moments = [moment for _, moment, _ in polled.looks if moment is not None]
    if not moments:
        return []
    return [item for item in feed.items if moments[0] < item.at < moments[-1] and item.number not in seen]


def true_gaps(feed: Feed, polled: Polled) -> list[TrueGap]:
    """Every gap of a feed, in order of time."""
    missed = missed_items(feed, polled)
    spans: dict[GapSpan, str] = {}
    for at in sorted([*polled.failed, *polled.stopped]):
        span = _around(polled, at)
        if span is not None:
            spans.setdefault(span, "down" if at in polled.failed else "not_running")
    alone = [item for item in missed if not any(_holds(span, item.at) for span in spans)]
    spans |= {span: "rollover" for item in alone if (span := _told_around(polled, item.at)) is not None}
    return [
        TrueGap(*span, kind, sum(_holds(span, i.at) for i in missed))
        for span, kind in sorted(spans.items(), key=_start)
    ]


def _start(entry: tuple[GapSpan, str]) -> datetime:
    return entry[0][0]


def _holds(span: GapSpan, at: datetime) -> bool:
    return span[0] <= at and (span[1] is None or at <= span[1])


def _around(polled: Polled, at: datetime) -> GapSpan | None:
    """From the last good look before ``at`` to the first after it; None before the first of all."""
    before = [now for now, _, _ in polled.looks if now < at]
    after = [now for now, _, _ in polled.looks if now >= at]
    first = min(polled.failed, default=at)
    return (before[-1] if before else first, after[0] if after else None)


def _told_around(polled: Polled, at: datetime) -> GapSpan | None:
    """The same by the moments of which the looks tell: a stale answer is no look at what came later."""
    before = [now for now, moment, _ in polled.looks if moment is not None and moment < at]
    after = [now for now, moment, _ in polled.looks if moment is not None and moment >= at]
    return (before[-1], after[0]) if before and after else None


def score(feeds: Sequence[Feed], polled: dict[str, Polled], recorded: Iterable[Recorded]) -> Score:
    """Compare. A gap is found by one that covers it; one is false that covers no true one."""
    result = Score()
    by_outlet: dict[str, list[Recorded]] = {feed.slug: [] for feed in feeds}
    for gap in recorded:
        by_outlet[gap.outlet].append(gap)
    for feed in feeds:
        _score_one(result, feed, true_gaps(feed, polled[feed.slug]), by_outlet[feed.slug])
    return result


def _score_one(result: Score, feed: Feed, true: Sequence[TrueGap], recorded: Sequence[Recorded]) -> None:
    result.recorded += len(recorded)
    for gap in true:
        result.true[gap.kind] += 1
        if any(_covers(one, gap) for one in recorded):
            result.found[gap.kind] += 1
        elif feed.is_tiny:
            result.tiny_unfound += 1
        else:
            result.unfound.append((feed, gap))
    for one in recorded:
        match = next((gap for gap in true if _covers(one, gap)), None)
        if match is None:
            result.false.append((feed, one))
        elif one.caught_up and match.missed:
            result.said_caught_up += 1
        elif one.caught_up is False and not match.missed and one.reason != "rollover":
            result.said_missed += 1


def _covers(one: Recorded, gap: TrueGap) -> bool:
    """Failures and stoppages to the moment; of a rollover the gap must hold the span, and end where it does."""
    if gap.kind != "rollover":
        return (one.from_at, one.to_at) == (gap.from_at, gap.to_at)
    return one.from_at <= gap.from_at and one.to_at == gap.to_at


def began(at: datetime) -> str:
    """``day 3.25`` of the simulation."""
    return f"day {(at - START).total_seconds() / 86400:.2f}"
