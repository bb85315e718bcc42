"""An outlet's pages read otherwise than usual: a new template, most likely.

Share of empty, short and boilerplate texts, one title on many pages, dates that are gone. One finding an outlet,
whatever the number of signs: it is one thing to look at.
"""

from __future__ import annotations

from datetime import datetime

from analysis.watch.pages import REDESIGN_SIGNS, Judged, Sign, judged_signs, still_odd
from analysis.watch.thresholds import Thresholds
from analysis.watch.words import share_words
from domain.alerts import Alert, AlertKind, Finding, Severity
from domain.episodes import shown_figures
from domain.watching import OutletFacts, WatchFacts

_SAID = {
    Sign.UNREAD: "gave no text",
    Sign.SHORT: "gave a text that is far too short",
    Sign.BOILERPLATE: "gave a text that stands on other pages too",
    Sign.SAME_TITLE: "have one title, or none",
    Sign.UNDATED: "gave no date",
}
_DETAIL = (
    "A new template, most likely. What was stored before stays; texts since then are missing or wrong, and silence of "
    "this outlet means nothing meanwhile. The pages are kept: once the outlet's hints fit they can be read again. "
    "Try `parallax extract` on one of them."
)
SHORT_BELOW = "short_below_chars"
SIGNS = "signs"


def redesigns(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """A finding for each outlet whose latest pages differ from its usual ones."""
    found = (_of_outlet(facts, outlet, limits) for outlet in facts.outlets)
    apart = (one for one in facts.of_pages if one.kind is AlertKind.REDESIGN)
    return (*(one for one in found if one is not None), *apart)


def _of_outlet(facts: WatchFacts, outlet: OutletFacts, limits: Thresholds) -> Finding | None:
    alert = facts.open_alerts.get((AlertKind.REDESIGN, outlet.slug))
    if alert is not None and facts.now - alert.opened_at < limits.page_usual_anew:
        return _still_so(outlet, alert, limits)
    judged = _enough(outlet, facts.now, limits)
    return _finding(outlet, judged) if judged else None


def _enough(outlet: OutletFacts, now: datetime, limits: Thresholds) -> list[Judged]:
    expected = outlet.expectations.text_chars_min
    judged = judged_signs(outlet.pages, REDESIGN_SIGNS, expected_chars=expected, now=now, limits=limits)
    return [one for one in judged if one.is_enough]


def _finding(outlet: OutletFacts, judged: list[Judged]) -> Finding:
    first = max(judged, key=lambda one: one.evidence)
    said = "; ".join(f"{one.odd} of its last {one.pages} pages {_SAID[one.sign]}" for one in judged)
    figures = {SIGNS: " ".join(one.sign for one in judged)}
    for one in judged:
        figures[one.sign] = f"{one.odd} of {one.pages}, usually {share_words(one.usual)}"
        if one.short_below is not None:
            figures[SHORT_BELOW] = f"{one.short_below:.0f}"
    return Finding(
        AlertKind.REDESIGN,
        outlet.slug,
        Severity.TODAY,
        f"{outlet.name}: {said}, usually {share_words(first.usual)}",
        outlet=outlet.slug,
        since_at=min(one.since_at for one in judged),
        detail=_DETAIL,
        figures=figures,
    )


def _still_so(outlet: OutletFacts, alert: Alert, limits: Thresholds) -> Finding | None:
    """The finding of an episode under way, in its own words, while its latest pages are still odd."""
    below = float(alert.figures[SHORT_BELOW]) if SHORT_BELOW in alert.figures else None
    signs = [Sign(name) for name in alert.figures.get(SIGNS, "").split()]
    counts = {sign: still_odd(sign, outlet.pages, below=below, limits=limits) for sign in signs}
    if not any(counts.values()):
        return None
    latest = {f"{sign} now": f"{count[0]} of {count[1]}" for sign, count in counts.items() if count}
    return Finding(
        AlertKind.REDESIGN,
        outlet.slug,
        alert.severity,
        alert.summary,
        outlet=outlet.slug,
        since_at=alert.since_at,
        detail=alert.detail,
        figures={**shown_figures(alert), **latest},
    )
