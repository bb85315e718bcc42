"""What was no longer served, and what came back or was dropped from its list, as the steps of a window tell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from domain.presence import Presence, Step
from storage.digest_facts import RemovalFact
from storage.families import head_of, place_in_history
from storage.tables import ArticleRow, ArticleStateRow, FetchRow, RevisionRow

Window = tuple[datetime, datetime]
_OF_ABSENCE = (Step.SUSPECTED.value, Step.REMOVED.value, Step.BACK.value)
_ABSENT = (Step.SUSPECTED.value, Step.REMOVED.value)
_STATUS = {"not_found": 404, "gone": 410}
_KEYS_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class _Step:
    article_id: int
    state: str
    at: datetime
    how: str
    last_seen_at: datetime | None
    looks: int
    status: int | None


def removals(session: Session, window: Window) -> tuple[RemovalFact, ...]:
    """Articles of which the window says something new, each once, by what it says last; earliest missed first.

    Suspected: first missed in the window, and not served since. Removed: confirmed in the window, whenever it was first
    missed. Back: served again in the window. Withdrawn: dropped from a list in the window, while the page lives.
    """
    heads = {row.article_id for row in _steps(session, window=window)}
    told: list[tuple[Sequence[_Step], _Step]] = []
    steps = _of_articles(session, heads)
    for article_id in heads:
        until = [step for step in steps[article_id] if step.at < window[1]]
        told += [(until, step) for step in _told(until, window)]
    articles = _articles(session, heads)
    facts = [_fact(articles[step.article_id], until, step) for until, step in told]
    return tuple(
        sorted(
            (fact for fact in facts if fact is not None),
            key=lambda fact: (fact.first_missed_at or fact.first_gone_at, fact.article_id),
        )
    )


def _told(until: Sequence[_Step], window: Window) -> list[_Step]:
    """Of an article's steps up to the window's end those that it tells: of absence one at most, and one withdrawal."""
    absence = [step for step in until if step.state in _OF_ABSENCE]
    listing = [step for step in until if step.state not in _OF_ABSENCE]
    last = [chain[-1] for chain in (absence, listing) if chain and chain[-1].at >= window[0]]
    begun = _first_missed(absence)
    return [
        step
        for step in last
        if step.state != Step.LISTED.value
        and not (step.state == Step.SUSPECTED.value and begun is not None and begun.at < window[0])
    ]


def _first_missed(absence: Sequence[_Step]) -> _Step | None:
    """The first absent look of the last run of them."""
    return next((step for step in reversed(absence) if step.state == Step.SUSPECTED.value and step.looks == 1), None)


def _fact(found: _Article, until: Sequence[_Step], step: _Step) -> RemovalFact | None:
    article = found.row
    if step.state == Step.SUSPECTED.value and article.state == Presence.LIVE.value:
        return None  # it was served again before anybody wrote of it
    absent = [one for one in until if one.state in _ABSENT]
    missed = absent[-1] if step.state == Step.BACK.value and absent else step
    begun = _first_missed([one for one in until if one.state in _OF_ABSENCE and one.at <= step.at])
    first = begun if step.state in _OF_ABSENCE and begun is not None else step
    confirmed = next(
        (one.at for one in reversed(absent) if one.state == Step.REMOVED.value and one.at >= first.at), None
    )
    return RemovalFact(
        article_id=article.id,
        outlet=article.outlet,
        url=article.url,
        status=missed.status or _STATUS.get(missed.how, 200),
        first_gone_at=first.at,
        last_gone_at=missed.at,
        looks_gone=missed.looks,
        last_served_at=first.last_seen_at,
        title=article.title,
        language=article.language,
        revision=found.revision,
        text_sha256=found.text_sha256,
        state=step.state,
        how=missed.how,
        first_missed_at=first.at,
        confirmed_at=confirmed,
        back_at=step.at if step.state == Step.BACK.value else None,
    )


@dataclass(frozen=True, slots=True)
class _Article:
    row: ArticleRow
    revision: int | None
    text_sha256: str | None


def _articles(session: Session, heads: set[int]) -> Mapping[int, _Article]:
    stored_as = aliased(ArticleRow)
    found: dict[int, _Article] = {}
    for ids in _pieces(heads):
        rows = session.execute(
            select(ArticleRow, place_in_history(RevisionRow, stored_as), RevisionRow.text_sha256)
            .outerjoin(RevisionRow, RevisionRow.id == ArticleRow.latest_revision_id)
            .outerjoin(stored_as, stored_as.id == RevisionRow.article_id)
            .where(ArticleRow.id.in_(ids))
        )
        found.update({row.id: _Article(row, number, text_sha256) for row, number, text_sha256 in rows})
    return found


def _of_articles(session: Session, heads: set[int]) -> Mapping[int, Sequence[_Step]]:
    """All steps of these articles and of those merged into them, in order of time."""
    steps: defaultdict[int, list[_Step]] = defaultdict(list)
    for ids in _pieces(heads):
        for step in _steps(session, heads=ids):
            steps[step.article_id].append(step)
    return steps


def _steps(session: Session, *, window: Window | None = None, heads: Sequence[int] = ()) -> list[_Step]:
    query = (
        select(
            head_of(), ArticleStateRow.state, ArticleStateRow.at, ArticleStateRow.how, ArticleStateRow.last_seen_at,
            ArticleStateRow.looks, FetchRow.status,
        )
        .join(ArticleRow, ArticleRow.id == ArticleStateRow.article_id)
        .outerjoin(FetchRow, FetchRow.id == ArticleStateRow.fetch_id)
        .order_by(ArticleStateRow.at, ArticleStateRow.id)
    )  # fmt: skip
    if window is not None:
        query = query.where(ArticleStateRow.at >= window[0], ArticleStateRow.at < window[1])
    else:
        query = query.where(or_(ArticleRow.id.in_(heads), ArticleRow.merged_into.in_(heads)))
    return [_Step(*row) for row in session.execute(query)]


def _pieces(heads: set[int]) -> list[list[int]]:
    ordered = sorted(heads)
    return [ordered[start : start + _KEYS_A_QUERY] for start in range(0, len(ordered), _KEYS_A_QUERY)]
