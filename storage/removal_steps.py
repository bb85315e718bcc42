"""Steps of articles after publication, as a list and a digest ask for them: those that stand at a moment, or all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from domain.presence import Presence, Step
from storage.families import head_of
from storage.removal_chains import PASSED, Present, StepTold, StoredStep, every_step, passings, standing_at
from storage.tables import ArticleRow, ArticleStateRow, FetchRow

ALL_STATES = frozenset(step.value for step in Step)
_KEYS_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class AskedSteps:
    """Steps from ``since`` on (None: the first) and before ``until``, as they stood just before ``as_of``.

    ``states``: of ``domain.presence.Step``, or passed. ``is_every``: each row, those also that others followed.
    """

    since: datetime | None
    until: datetime
    as_of: datetime
    outlets: frozenset[str] | None = None
    states: frozenset[str] = ALL_STATES
    is_every: bool = False


@dataclass(frozen=True, slots=True)
class RemovalStep:
    """A step with its article, which is the one that stands; ``now`` is how it stands: a state, live or withdrawn.

    Of what is suspected ``at`` is its first absent look, ``how`` and ``looks`` are of its last one; of what passed they
    are of the looks that missed it. ``title`` None: taken down here, or none was found.
    """

    at: datetime
    outlet: str
    state: str
    how: str
    looks: int
    first_missed_at: datetime | None
    last_seen_at: datetime | None
    article_id: int
    title: str | None
    url: str
    language: str | None
    fetch_id: int | None
    now: str
    now_since: datetime


def removal_steps(session: Session, asked: AskedSteps) -> list[RemovalStep]:
    """The steps asked for with their articles, the latest first."""
    found = sorted((_row(*one) for one in _found(session, asked)), key=lambda row: (row.article_id, row.state))
    return sorted(found, key=lambda row: row.at, reverse=True)


def told_steps(session: Session, asked: AskedSteps) -> list[StepTold]:
    """The steps asked for, in no order; ``step.article_id`` is the article that stands."""
    return [told for _, told, _ in _found(session, asked)]


def _found(session: Session, asked: AskedSteps) -> Iterator[tuple[ArticleRow, StepTold, Sequence[StoredStep]]]:
    heads = _heads(session, asked)
    articles, chains = _articles(session, heads), _steps_of(session, heads)
    for head, article in articles.items():
        for told in _told(chains[head], asked, Present(article.state, article.state_at)):
            yield article, told, chains[head]


def _told(steps: Sequence[StoredStep], asked: AskedSteps, present: Present) -> Iterator[StepTold]:
    found = [*(every_step(steps) if asked.is_every else standing_at(steps, asked.as_of, present))]
    if PASSED in asked.states:
        found += passings(steps, present)
    for told in found:
        is_asked = told.state in asked.states and told.at < asked.until
        if is_asked and (asked.since is None or told.at >= asked.since):
            yield told


def _row(article: ArticleRow, told: StepTold, steps: Sequence[StoredStep]) -> RemovalStep:
    shown = told.missed if told.state == PASSED else told.step
    listing = next((step for step in reversed(steps) if step.state in {Step.WITHDRAWN, Step.LISTED}), None)
    is_withdrawn = article.state == Presence.LIVE.value and listing is not None and listing.state == Step.WITHDRAWN
    return RemovalStep(
        at=told.at,
        outlet=article.outlet,
        state=told.state,
        how=shown.how,
        looks=shown.looks,
        first_missed_at=None if told.state in {Step.WITHDRAWN, Step.LISTED} else told.first.at,
        last_seen_at=shown.last_seen_at,
        article_id=article.id,
        title=article.title,
        url=article.url,
        language=article.language,
        fetch_id=shown.fetch_id,
        now=Step.WITHDRAWN.value if is_withdrawn else article.state,
        now_since=listing.at if is_withdrawn and listing is not None else article.state_at,
    )


def _heads(session: Session, asked: AskedSteps) -> set[int]:
    """Articles that may have a step that is asked for."""
    found: set[int] = set()
    if asked.states - {PASSED}:
        found.update(session.scalars(_candidates(asked).where(*_within(ArticleStateRow.at, asked))))
    if PASSED in asked.states:
        head = aliased(ArticleRow)
        was_served = and_(head.state == Presence.LIVE.value, *_within(head.state_at, asked))
        is_missed_anew = [and_(*_within(at, asked)) for at in (ArticleStateRow.last_seen_at, ArticleStateRow.at)]
        query = _candidates(asked).join(head, head.id == head_of())
        query = query.where(ArticleStateRow.state == Step.SUSPECTED.value)
        found.update(session.scalars(query.where(or_(was_served, *is_missed_anew))))
    return found


def _candidates(asked: AskedSteps) -> Select[int]:
    query = select(head_of()).distinct().select_from(ArticleStateRow)
    query = query.join(ArticleRow, ArticleRow.id == ArticleStateRow.article_id)
    if asked.outlets is not None:
        query = query.where(ArticleRow.outlet.in_(sorted(asked.outlets)))
    if asked.states == {Step.SUSPECTED.value} and not asked.is_every:  # of all time these are many, and few stand
        present = aliased(ArticleRow)
        is_open = or_(present.state != Presence.LIVE.value, present.state_at >= asked.as_of)
        query = query.join(present, present.id == head_of()).where(is_open)
    return query


def _within(
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], asked: AskedSteps
) -> Iterator[ColumnElement[bool]]:
    yield column < asked.until
    if asked.since is not None:
        yield column >= asked.since


def _articles(session: Session, heads: Collection[int]) -> Mapping[int, ArticleRow]:
    return {
        article.id: article
        for ids in pieces(heads)
        for article in session.scalars(select(ArticleRow).where(ArticleRow.id.in_(ids)))
    }


def _steps_of(session: Session, heads: Collection[int]) -> Mapping[int, Sequence[StoredStep]]:
    """All steps of these articles and of those merged into them, in order of time."""
    steps: defaultdict[int, list[StoredStep]] = defaultdict(list)
    for ids in pieces(heads):
        query = (
            select(
                head_of(), ArticleStateRow.state, ArticleStateRow.at, ArticleStateRow.how,
                ArticleStateRow.last_seen_at, ArticleStateRow.looks, ArticleStateRow.fetch_id, FetchRow.status,
            )
            .join(ArticleRow, ArticleRow.id == ArticleStateRow.article_id)
            .outerjoin(FetchRow, FetchRow.id == ArticleStateRow.fetch_id)
            .where(or_(ArticleRow.id.in_(ids), ArticleRow.merged_into.in_(ids)))
            .order_by(ArticleStateRow.at, ArticleStateRow.id)
        )  # fmt: skip
        for row in session.execute(query):
            steps[row[0]].append(StoredStep(*row))
    return steps


def pieces(heads: Collection[int]) -> list[list[int]]:
    """Numbers in order, so many at once as a query may name."""
    ordered = sorted(heads)
    return [ordered[start : start + _KEYS_A_QUERY] for start in range(0, len(ordered), _KEYS_A_QUERY)]
