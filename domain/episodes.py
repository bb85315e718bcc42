"""From what a watch finds to episodes: opened once, kept, closed with hysteresis, reopened when they flap. Pure.

An episode is over when two watches in a row did not find it. One that returns within an hour after that is the same
episode, so what flaps is told once; its all-clear waits for that hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.alerts import Alert, AlertKind, Finding

WATCHES_TO_CLOSE = 2
REOPENS_WITHIN = timedelta(hours=1)
MISSED = "watches without it"  # kept among an episode's figures while it is open


@dataclass(frozen=True, slots=True)
class OpenEpisode:
    """Nothing is known of it: a new episode."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class KeepEpisode:
    """Found again; ``reopens`` says that it was closed less than an hour ago."""

    alert: Alert
    finding: Finding
    reopens: bool = False


@dataclass(frozen=True, slots=True)
class MissEpisode:
    """Not found, for the ``missed``-th watch in a row; not yet over."""

    alert: Alert
    missed: int


@dataclass(frozen=True, slots=True)
class CloseEpisode:
    """Not found often enough: it is over."""

    alert: Alert


Step = OpenEpisode | KeepEpisode | MissEpisode | CloseEpisode


def next_steps(known: Iterable[Alert], found: Iterable[Finding], *, now: datetime) -> tuple[Step, ...]:
    """What becomes of episodes. ``known``: the open ones, and those closed within the last hour.

    A finding that comes twice counts once. Doing it again with the same findings changes nothing but when each was last
    seen.
    """
    latest: dict[tuple[AlertKind, str], Alert] = {}
    for alert in sorted(known, key=lambda one: (one.closed_at is None, one.opened_at, one.id)):
        latest[alert.kind, alert.subject] = alert
    by_key = {(finding.kind, finding.subject): finding for finding in found}
    steps: list[Step] = [_found(latest.get(key), finding, now) for key, finding in by_key.items()]
    steps += [_missed(a) for key, a in latest.items() if key not in by_key and a.closed_at is None]
    return tuple(steps)


def _found(alert: Alert | None, finding: Finding, now: datetime) -> Step:
    if alert is None or (alert.closed_at is not None and now - alert.closed_at >= REOPENS_WITHIN):
        return OpenEpisode(finding)
    return KeepEpisode(alert, finding, reopens=alert.closed_at is not None)


def _missed(alert: Alert) -> Step:
    missed = int(alert.figures.get(MISSED, "0")) + 1
    return CloseEpisode(alert) if missed >= WATCHES_TO_CLOSE else MissEpisode(alert, missed)


def shown_figures(alert: Alert) -> Mapping[str, str]:
    """The figures that an episode rests on, without what is only kept for counting."""
    return {name: value for name, value in alert.figures.items() if name != MISSED}
