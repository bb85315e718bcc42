"""Which changes of an article went and came back: a headline on trial, a page that came half, a cache behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(days=7)  # what is put back later than this was an edit and another one


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change of a revision. ``digest`` has two halves, before and after, with a colon between."""

    number: int
    is_headline: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A revision in its article's history: its headline, what stands for its text, and what changed with it."""

    revision_id: int
    at: datetime
    title: str | None
    text: str
    changes: tuple[ToldChange, ...] = ()


def flapping(history: Sequence[Moment]) -> Mapping[int, frozenset[int]]:
    """Numbers of the changes that went and came back, by revision; ``history`` is one article's in order of time."""
    found: dict[int, set[int]] = {}
    for index in _returning([moment.title for moment in history], history):
        _mark(found, history[index], is_headline=True)
    for index in _returning([moment.text for moment in history], history):
        _mark(found, history[index], is_headline=False)
    for moment, change in _put_back(history):
        found.setdefault(moment.revision_id, set()).add(change.number)
    return {revision: frozenset(numbers) for revision, numbers in found.items()}


def _mark(found: dict[int, set[int]], moment: Moment, *, is_headline: bool) -> None:
    numbers = {change.number for change in moment.changes if change.is_headline is is_headline}
    if numbers:
        found.setdefault(moment.revision_id, set()).update(numbers)


def _returning(values: Sequence[str | None], history: Sequence[Moment]) -> Iterator[int]:
    """Places at which a value was left that came back soon, or came back; and later turns between the same values."""
    known: set[str | None] = set()
    seen: set[int] = set()
    for now in range(1, len(values)):
        if values[now] == values[now - 1]:
            continue
        if {values[now], values[now - 1]} <= known:
            seen.add(now)
        for then in range(now - 2, -1, -1):
            if history[now].at - history[then + 1].at > WITHIN:
                break
            if values[then] == values[now]:
                turns = [k for k in range(then + 1, now + 1) if values[k] != values[k - 1]]
                seen.update(turns)
                known.update(values[then : now + 1])
                break
    yield from sorted(seen)


def _put_back(history: Sequence[Moment]) -> Iterator[tuple[Moment, ToldChange]]:
    """Changes that a later one of the same article undoes, with that one; and those that do the same again."""
    told = [(moment, change) for moment in history for change in moment.changes]
    swapping: set[str] = set()
    for index, (moment, change) in enumerate(told):
        back = _back(change.digest)
        for later, other in told[index + 1 :]:
            if later is not moment and other.digest == back and later.at - moment.at <= WITHIN:
                swapping |= {change.digest, back}
                break
    yield from ((moment, change) for moment, change in told if change.digest in swapping)


def _back(digest: str) -> str | None:
    before, _, after = digest.partition(":")
    return f"{after}:{before}" if before != after else None
