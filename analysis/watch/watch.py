"""One watch: every detector asked once of the same facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from analysis.watch.failures import failing_pages, failures
from analysis.watch.hosts import host_changes
from analysis.watch.listings import bare_listings
from analysis.watch.machine import machine_troubles
from analysis.watch.proxies import proxy_troubles
from analysis.watch.redesign import redesigns
from analysis.watch.silence import silences
from analysis.watch.thresholds import Thresholds
from analysis.watch.volume import volumes
from domain.alerts import AlertKind, Finding
from domain.watching import WatchFacts

Detector = Callable[[WatchFacts, Thresholds], tuple[Finding, ...]]
DETECTORS: tuple[Detector, ...] = (
    failures,
    redesigns,
    silences,
    volumes,
    bare_listings,
    proxy_troubles,
    host_changes,
    machine_troubles,
)


PAGE_KINDS = frozenset({AlertKind.BLOCKED, AlertKind.FAILING, AlertKind.REDESIGN})
_EXPLAINS = frozenset({AlertKind.BLOCKED, AlertKind.FAILING, AlertKind.REDESIGN, AlertKind.SILENT})


def findings(facts: WatchFacts, limits: Thresholds | None = None) -> tuple[Finding, ...]:
    """What is so at ``facts.now``, one finding a kind and subject, most pressing first.

    Few texts of an outlet are no finding of their own beside one that explains them, unless they were found before.
    """
    limits = limits or Thresholds()
    found = [one for detector in DETECTORS for one in detector(facts, limits)]
    told = without_echoes(found, facts.open_alerts)
    return tuple(sorted(told, key=lambda one: (one.severity.rank, list(AlertKind).index(one.kind), one.subject)))


def page_findings(facts: WatchFacts, limits: Thresholds | None = None) -> tuple[Finding, ...]:
    """What the pages of ``facts.outlets`` tell: ``of_pages`` of facts that hold all outlets without their pages.

    Pages are what facts are heavy with, and each outlet's are judged by themselves.
    """
    limits = limits or Thresholds()
    return (*failing_pages(facts, limits), *redesigns(facts, limits))


def without_echoes(found: Sequence[Finding], known: Collection[tuple[str, str]]) -> list[Finding]:
    """``found`` without those of few texts that another finding of the outlet explains; what is ``known`` stays."""
    explained = {one.outlet for one in found if one.kind in _EXPLAINS}

    def is_echo(one: Finding) -> bool:
        return one.kind is AlertKind.FEW_TEXTS and one.outlet in explained and (one.kind, one.subject) not in known

    return [one for one in found if not is_echo(one)]
