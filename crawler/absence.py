"""Whether a success that holds no article shows that a stored one is gone. Pure.

A page that nothing explains is a failed reading: a change of the outlet's template, a page that a script has yet to
fill or half a page are no removals.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.extraction import Extraction, ExtractionOutcome, StandIn
from domain.presence import Absence
from text.fold import fold

LEAST_TWINS = 2


@dataclass(frozen=True, slots=True)
class Twins:
    """At how many addresses of other articles the outlet answered the very same.

    ``others_served``: whether, since the first of these answers, its host showed other articles as articles.
    """

    addresses: int = 0
    others_served: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """That a page shows an article's absence, and how one can tell, in words."""

    how: Absence
    reason: str


def may_show_absence(extraction: Extraction) -> bool:
    """Whether a page could: it came whole, stands in front of nothing, and was read to its end."""
    came_whole = extraction.outcome in {ExtractionOutcome.OK, ExtractionOutcome.NO_ARTICLE}
    return came_whole and extraction.barrier is None


def absence_shown(extraction: Extraction, *, stored_title: str | None, twins: Twins) -> Shown | None:
    """How the page that ``extraction`` was read from shows that the article stored under its address is gone."""
    if not may_show_absence(extraction):
        return None
    if extraction.stand_in is StandIn.NOT_FOUND and not _is_same(extraction.title, stored_title):
        return Shown(Absence.SOFT_404, "the page says that nothing is at its address")
    if extraction.stand_in is StandIn.FRONT_PAGE and extraction.outcome is ExtractionOutcome.NO_ARTICLE:
        return Shown(Absence.FRONT_PAGE, "the front page stands in the article's place")
    if twins.addresses >= LEAST_TWINS and twins.others_served and (extraction.text or "").strip():
        return Shown(Absence.SOFT_404, f"{twins.addresses} other addresses of the outlet answer the same")
    return None


def _is_same(title: str | None, stored: str | None) -> bool:
    return title is not None and stored is not None and fold(title) == fold(stored)
