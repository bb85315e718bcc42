"""Whether an article is still served: its states, what a look shows of it, and which step follows.

The rules stand in docs/adr/0025 and in docs/REMOVALS.md. Nothing here knows a clock or a store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEAST_LOOKS = 3
LEAST_SPAN = timedelta(days=2)
NEAR = timedelta(hours=24)  # another page of the host must have answered well within so much of a look that counts
APART = timedelta(hours=12)  # between two absent looks at a list that count: it is asked every few minutes


class Presence(StrEnum):
    """The state of an article. What is live may have been away before: its steps tell."""

    LIVE = "live"
    SUSPECTED = "suspected"
    REMOVED = "removed"


class Step(StrEnum):
    """What became of an article, as a row of ``article_state`` says it."""

    SUSPECTED = "suspected"
    REMOVED = "removed"
    BACK = "back"
    WITHDRAWN = "withdrawn"
    LISTED = "listed"


class Absence(StrEnum):
    """How a look showed that an article is not at its address."""

    NOT_FOUND = "not_found"  # 404
    GONE = "gone"  # 410
    SOFT_404 = "soft_404"  # a success whose page is a "not found" page
    FRONT_PAGE = "front_page"  # it leads to the outlet's front page
    SECTION = "section"  # it leads to a section, or to what a channel lists
    NOT_SHOWN = "not_shown"  # of a post or video: its platform shows others of the channel, and not it

    @property
    def is_vouched_for(self) -> bool:
        """Whether the look itself shows that what was asked is well: it shows others of the kind."""
        return self is Absence.NOT_SHOWN


@dataclass(frozen=True, slots=True)
class Away:
    """That a redirect leads away from an article, and the key of where it leads."""

    how: Absence
    url_key: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An article before a look: its state, since when, and when absent looks in a row were made, earliest first."""

    presence: Presence
    since: datetime
    last_seen_at: datetime
    absent: tuple[datetime, ...] = ()


def after_absence(before: Standing, at: datetime, *, vouched: Sequence[datetime] = ()) -> Step | None:
    """The step that an absent look at ``at`` is; None where it tells nothing new.

    ``vouched``: those of the absent looks in a row, this one included, near which another page of the host answered
    well. Three of them over two days remove the article, if this look is one of them. What is removed already stays so,
    and a look from before a later good one says nothing.
    """
    if before.presence is Presence.REMOVED or at < before.last_seen_at or is_known(before, at):
        return None
    counted = sorted({*vouched})
    is_sure = len(counted) >= LEAST_LOOKS and counted[-1] == at and at - counted[0] >= LEAST_SPAN
    return Step.REMOVED if is_sure and before.presence is Presence.SUSPECTED else Step.SUSPECTED


def may_remove(before: Standing, at: datetime) -> bool:
    """Whether an absent look at ``at`` removes the article if enough of its looks are vouched for."""
    is_long = bool(before.absent) and at - before.absent[0] >= LEAST_SPAN
    return before.presence is Presence.SUSPECTED and is_long and len(before.absent) + 1 >= LEAST_LOOKS


def is_too_soon(last: datetime | None, at: datetime) -> bool:
    """Whether an absent look at a list comes so soon after the last one that counted that it tells nothing more.

    Also where a list had the article in between: one that comes and goes is no step each time.
    """
    return last is not None and at - last < APART


def is_known(before: Standing, at: datetime) -> bool:
    """Whether a look as late as ``at`` was noted as absent already."""
    return bool(before.absent) and at <= before.absent[-1]


def comes_back(before: Standing, at: datetime) -> bool:
    """Whether a good look at ``at`` takes back what was suspected or removed; one of before says nothing of that."""
    return before.presence is not Presence.LIVE and before.since <= at


def is_return(before: Standing) -> bool:
    """Whether that is a step worth a row: one absent look alone is none."""
    return before.presence is Presence.REMOVED or len(before.absent) > 1
