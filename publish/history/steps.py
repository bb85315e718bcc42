"""What is known of an article, as steps in the order of time. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.fetch import FetchOutcome, PageReading
from publish.digest.words import plural
from publish.history.words import edit_words, state_words
from publish.status.words import look_words
from storage.history_facts import ArticleHistory, HistoryLook, HistoryRevision
from storage.look_queries import LookFact


class StepKind(StrEnum):
    """What a step tells of; the order here is the order within one moment."""

    LISTED = "listed"
    MERGED = "merged"
    REVISION = "revision"
    LOOKS = "looks"
    STATE = "state"
    TAKEN_DOWN = "taken_down"


@dataclass(frozen=True, slots=True)
class LookGroup:
    """Looks in between that ended alike. ``same_bytes``: those of them that brought nothing but what was there."""

    looks: int
    said: str
    same_bytes: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was seen at ``at`` and happened after ``after``; None: no look before it tells since when.

    ``revision`` is the number of the one that the step brought. ``fetch_id``: the look that shows it; None: none does.
    """

    kind: StepKind
    at: datetime
    after: datetime | None
    words: str
    fetch_id: int | None = None
    revision: int | None = None
    groups: tuple[LookGroup, ...] = ()


_ORDER = {kind: place for place, kind in enumerate(StepKind)}
_NO_NEW_TEXT = "no new text"
_SAME_BYTES = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_SHOWN = (PageReading.ARTICLE.value, PageReading.PART.value)


def steps_of(history: ArticleHistory) -> tuple[Step, ...]:
    """Listings, revisions, states and decisions, with the looks at its pages between them summed up."""
    told = sorted(_told(history), key=_place)
    shown = {revision.fetch_id for revision in history.revisions} | {step.fetch_id for step in told}
    shown |= {fetch_id for revision in history.revisions for fetch_id in revision.parts}
    between = [seen for seen in history.looks if seen.look.channel_id is None and seen.look.fetch_id not in shown]
    return tuple(sorted((*told, *_between(between, [step.at for step in told])), key=_place))


def _place(step: Step) -> tuple[datetime, int]:
    return step.at, _ORDER[step.kind]


def _told(history: ArticleHistory) -> Iterator[Step]:
    for listing in history.listings:
        words = f"listed by {listing.channel}"
        yield Step(StepKind.LISTED, listing.first_seen_at, listing.absent_at, words, listing.first_fetch_id)
    for place, revision in enumerate(history.revisions):
        yield _revision(history, revision, is_first=place == 0)
    for state in history.states:
        words = state_words(state.state, state.how, looks=state.looks)
        yield Step(StepKind.STATE, state.at, state.last_seen_at, words, state.fetch_id)
    for merge in history.merges:
        words = f"article {merge.article_id} was merged into {merge.into_id}, by {merge.evidence}: {merge.reason}"
        yield Step(StepKind.MERGED, merge.decided_at, None, words)
        if merge.undone_at is not None:
            words = f"article {merge.article_id} stands by itself again: {merge.undone_reason}"
            yield Step(StepKind.MERGED, merge.undone_at, None, words)
    for takedown in history.takedowns:
        yield Step(StepKind.TAKEN_DOWN, takedown.decided_at, None, f"taken down here: {takedown.reason}")


def _revision(history: ArticleHistory, revision: HistoryRevision, *, is_first: bool) -> Step:
    words = f"revision {revision.number}: {revision.title or '(no headline)'}"
    if not is_first:
        judged = next((edit for edit in history.edits if edit.revision == revision.number), None)
        words += f" · {edit_words(judged)}"
    return Step(
        StepKind.REVISION,
        revision.first_seen_at,
        revision.absent_at,
        words,
        revision.fetch_id,
        revision=revision.number,
    )


def _between(looks: Sequence[HistoryLook], ends: Collection[datetime]) -> Iterator[Step]:
    """The looks (in their order), one step for all that lie between two others."""
    batch: list[LookFact] = []
    left = sorted(ends)
    for seen in looks:
        at = seen.look.requested_at
        passed = [end for end in left if end <= at]
        if passed and batch and passed[-1] > batch[-1].requested_at:
            yield _summed_up(batch)
            batch = []
        batch.append(seen.look)
        left = left[len(passed) :]
    if batch:
        yield _summed_up(batch)


def _summed_up(looks: Sequence[LookFact]) -> Step:
    by_words: dict[str, list[LookFact]] = {}
    for look in looks:
        by_words.setdefault(_said(look), []).append(look)
    groups = tuple(
        LookGroup(
            looks=len(alike),
            said=said,
            same_bytes=sum(look.outcome in _SAME_BYTES for look in alike),
            last_at=alike[-1].requested_at,
        )
        for said, alike in by_words.items()
    )
    words = "; ".join(f"{plural(group.looks, 'look')}: {group.said}" for group in groups)
    return Step(StepKind.LOOKS, looks[0].requested_at, None, words, groups=groups)


def _said(look: LookFact) -> str:
    is_read = look.outcome == FetchOutcome.OK.value and look.reading in _SHOWN
    return _NO_NEW_TEXT if is_read or look.outcome in _SAME_BYTES else look_words(look)
