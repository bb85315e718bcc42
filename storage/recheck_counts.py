"""How the looks again of a window went: how many fell due, and what they showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import TargetState
from storage.tables import FetchRow, TargetRow

Window = tuple[datetime, datetime]
_ABSENT = (FetchOutcome.NOT_FOUND.value, FetchOutcome.GONE.value, FetchOutcome.REDIRECTED.value)
_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_NOT_SHOWN = tuple(
    reading.value
    for reading in PageReading
    if not (reading.is_success or reading.is_final or reading is PageReading.NO_ARTICLE)
)


@dataclass(frozen=True, slots=True)
class RecheckCounts:
    """Looks again that fell due: ``done`` showed the page or that it is gone, ``failed`` neither.

    ``waiting``: not made yet. The three add up to ``due``. Each try at a page that failed before counts by itself.
    """

    done: int = 0
    failed: int = 0
    waiting: int = 0

    @property
    def due(self) -> int:
        """How many fell due."""
        return self.done + self.failed + self.waiting

    def __add__(self, other: RecheckCounts) -> RecheckCounts:
        return RecheckCounts(self.done + other.done, self.failed + other.failed, self.waiting + other.waiting)


def recheck_counts(session: Session, window: Window) -> RecheckCounts:
    """The looks again that fell due in a window, of all outlets."""
    return sum(recheck_counts_by_outlet(session, window).values(), RecheckCounts())


def recheck_counts_by_outlet(session: Session, window: Window) -> Mapping[str, RecheckCounts]:
    """The looks again that fell due in a window, by outlet; an outlet without any is left out."""
    shown: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    made = (
        select(FetchRow.outlet, func.count().label("looks"), func.sum(case((showed_it(), 1), else_=0)).label("shown"))
        .where(is_recheck(), FetchRow.due_at >= window[0], FetchRow.due_at < window[1])
        .group_by(FetchRow.outlet)
    )
    for outlet, looks, good in session.execute(made):
        shown[outlet], failed[outlet] = good, looks - good
    waits = and_(TargetRow.state == TargetState.DUE.value, TargetRow.reason == Reason.RECHECK.value)
    left = (
        select(TargetRow.outlet, func.count())
        .where(waits, TargetRow.next_at >= window[0], TargetRow.next_at < window[1])
        .group_by(TargetRow.outlet)
    )
    waiting: dict[str, int] = dict(session.execute(left).all())
    return {
        outlet: RecheckCounts(shown[outlet], failed[outlet], waiting.get(outlet, 0))
        for outlet in sorted(shown.keys() | waiting.keys())
    }


def is_recheck() -> ColumnElement[bool]:
    """Whether a fetch looked at a page again."""
    return FetchRow.reason == literal(Reason.RECHECK.value, literal_execute=True)  # written out: an index is of these


def showed_it() -> ColumnElement[bool]:
    """Whether a look at a page showed it, or that it is gone or elsewhere. A body that is not read yet counts as shown.

    A page that is a barrier, came in part or can't be read shows nothing.
    """
    came = and_(
        FetchRow.outcome == FetchOutcome.OK.value, or_(FetchRow.reading.is_(None), FetchRow.reading.not_in(_NOT_SHOWN))
    )
    return or_(came, FetchRow.outcome.in_((*_ABSENT, *_UNCHANGED)))
