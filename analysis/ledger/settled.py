"""An edit beside all else that is known: what is left of it once flaps and templates are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.changes import ChangeClass
from analysis.changes.model import SIGNIFICANT
from analysis.ledger.edit import Standing

MANY_PAGES = 4  # on so many pages of an outlet the same change is its template's
_AS_JUDGED = frozenset({Standing.OURS, Standing.SAME, Standing.GROWTH})


@dataclass(frozen=True, slots=True)
class SettledChange:
    """Of a change what its edit is settled by."""

    kind: ChangeClass
    significance: float
    is_flap: bool

    @property
    def counts(self) -> bool:
        """Whether it is a change of the text that stayed."""
        return not self.is_flap and self.kind is not ChangeClass.BOILERPLATE


@dataclass(frozen=True, slots=True)
class Settled:
    """What an edit is, how much it weighs, and whether it was made in silence."""

    standing: Standing
    significance: float
    is_silent: bool


def settled(standing: Standing, changes: Sequence[SettledChange]) -> Settled:
    """What is left of an edit; ``standing`` is what it was judged to be by itself, or settled as before."""
    counted = [change for change in changes if change.counts]
    weight = max((change.significance for change in counted), default=0.0)
    if standing in _AS_JUDGED:
        return Settled(standing, weight, is_silent=False)
    if not counted:
        is_flap = any(change.is_flap for change in changes)
        return Settled(Standing.FLAP if is_flap else Standing.TEMPLATE, 0.0, is_silent=False)
    is_noted = any(change.kind is ChangeClass.CORRECTION_NOTICE for change in counted)
    return Settled(Standing.EDIT, weight, is_silent=weight >= SIGNIFICANT and not is_noted)
