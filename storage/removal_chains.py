"""What the steps of an article come to at a moment: which of them stand, and what passed without a step. Pure.

An article has two chains of steps: of absence (suspected, removed, back) and of its lists (withdrawn, listed). The last
step of each stands. Absent looks of one run are one step, told from the first of them on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.presence import Presence, Step

PASSED = "passed"  # what was missed and served again before that was worth a step
_OF_ABSENCE = frozenset({Step.SUSPECTED.value, Step.REMOVED.value, Step.BACK.value})
_ABSENT = frozenset({Step.SUSPECTED.value, Step.REMOVED.value})


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A row of ``article_state``; ``article_id`` is the article that stands, ``status`` that of the look."""

    article_id: int
    state: str
    at: datetime
    how: str
    last_seen_at: datetime | None
    looks: int
    fetch_id: int | None
    status: int | None


@dataclass(frozen=True, slots=True)
class Present:
    """How an article stands now, and since when."""

    state: str
    state_at: datetime


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step as it stood at a moment.

    ``at``: of what is suspected its first absent look, of what passed the look that showed it again, else that of the
    step. ``step`` is the last row of it, ``first`` the first absent look, ``missed`` the last one. ``served_at``: when
    it was served again since, as far as is known by now.
    """

    state: str
    at: datetime
    step: StoredStep
    first: StoredStep
    missed: StoredStep
    confirmed_at: datetime | None = None
    served_at: datetime | None = None


def standing_at(steps: Sequence[StoredStep], as_of: datetime, present: Present) -> Iterator[StepTold]:
    """The steps of an article that stood just before ``as_of``: one of absence at most, and one of its lists."""
    absence = _of_absence(steps)
    before = [step for step in absence if step.at < as_of]
    if before:
        served_at = _served_after(absence, len(before) - 1, present)
        told = _told(before)
        if told.state != Step.SUSPECTED.value or served_at is None or served_at >= as_of:
            yield replace(told, served_at=served_at)
    listing = [step for step in steps if step.state not in _OF_ABSENCE and step.at < as_of]
    if listing:
        yield _alone(listing[-1])


def passings(steps: Sequence[StoredStep], present: Present) -> Iterator[StepTold]:
    """Each run of absent looks that ended by a good one and left no step of that.

    It is told at the look that showed the article again; once the article is missed anew, at the last good look before.
    """
    absence = _of_absence(steps)
    for place, step in enumerate(absence):
        following = absence[place + 1] if place + 1 < len(absence) else None
        is_over = present.state == Presence.LIVE.value if following is None else _begins(following)
        served_at = _served_after(absence, place, present) if is_over else None
        if step.state == Step.SUSPECTED.value and served_at is not None:
            yield replace(_told(absence[: place + 1]), state=PASSED, at=served_at, served_at=served_at)


def every_step(steps: Sequence[StoredStep]) -> Iterator[StepTold]:
    """Each row, each absent look among them."""
    absence = _of_absence(steps)
    for place, step in enumerate(absence):
        yield replace(_told(absence[: place + 1]), at=step.at)
    yield from (_alone(step) for step in steps if step.state not in _OF_ABSENCE)


def _of_absence(steps: Sequence[StoredStep]) -> list[StoredStep]:
    return [step for step in steps if step.state in _OF_ABSENCE]


def _begins(step: StoredStep) -> bool:
    return step.state == Step.SUSPECTED.value and step.looks == 1


def _told(absence: Sequence[StoredStep]) -> StepTold:
    """The last of these steps of absence."""
    last = absence[-1]
    absent = [step for step in absence if step.state in _ABSENT]
    first = next((step for step in reversed(absence) if _begins(step)), last)
    return StepTold(
        state=last.state,
        at=first.at if last.state == Step.SUSPECTED.value else last.at,
        step=last,
        first=first,
        missed=absent[-1] if absent else last,
        confirmed_at=next(
            (step.at for step in reversed(absent) if step.state == Step.REMOVED.value and step.at >= first.at), None
        ),
    )


def _alone(step: StoredStep) -> StepTold:
    return StepTold(step.state, step.at, step, first=step, missed=step)


def _served_after(absence: Sequence[StoredStep], place: int, present: Present) -> datetime | None:
    """When an article that was absent at a step was served again; None: it was not, or was served at the step."""
    step = absence[place]
    if step.state not in _ABSENT:
        return None
    for later in absence[place + 1 :]:
        if later.state == Step.BACK.value:
            return later.at
        if _begins(later):
            seen_at = later.last_seen_at
            return seen_at if seen_at is not None and seen_at > step.at else later.at
    return present.state_at if present.state == Presence.LIVE.value else None
