"""What was no longer served, and what came back or was dropped from its list, as the steps of a window tell it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from domain.presence import Step
from storage.digest_facts import RemovalFact
from storage.families import place_in_history
from storage.removal_chains import PASSED, StepTold
from storage.removal_steps import ALL_STATES, AskedSteps, pieces, told_steps
from storage.tables import ArticleRow, RevisionRow

Window = tuple[datetime, datetime]
_STATUS = {"not_found": 404, "gone": 410}


def removals(session: Session, window: Window) -> tuple[RemovalFact, ...]:
    """Articles of which the window says something new, by what stood at its end; earliest missed first.

    Suspected: first missed in the window, and not served since. Removed: confirmed in the window, whenever it was first
    missed. Back: served again in the window. Withdrawn: dropped from a list in the window, while the page lives. What
    was served again after the window's end is suspected or removed still, and says when in ``back_at``.
    """
    states = ALL_STATES - {Step.LISTED.value}
    return _facts(session, told_steps(session, AskedSteps(window[0], window[1], window[1], states=states)))


def still_missing(session: Session, window: Window) -> tuple[RemovalFact, ...]:
    """Articles that were first missed before the window and were suspected at its end."""
    asked = AskedSteps(None, window[0], window[1], states=frozenset({Step.SUSPECTED.value}))
    return _facts(session, told_steps(session, asked))


def passed(session: Session, window: Window) -> tuple[RemovalFact, ...]:
    """Articles that were missed, whenever that was, and served again in the window before that was worth a step."""
    return _facts(session, told_steps(session, AskedSteps(window[0], window[1], window[1], states=frozenset({PASSED}))))


def _facts(session: Session, steps: Iterable[StepTold]) -> tuple[RemovalFact, ...]:
    found = list(steps)
    articles = _articles(session, {told.step.article_id for told in found})
    facts = [_fact(articles[told.step.article_id], told) for told in found]
    return tuple(sorted(facts, key=lambda fact: (fact.first_gone_at, fact.article_id)))


def _fact(found: _Article, told: StepTold) -> RemovalFact:
    article, missed = found.row, told.missed
    return RemovalFact(
        article_id=article.id,
        outlet=article.outlet,
        url=article.url,
        status=missed.status or _STATUS.get(missed.how, 200),
        first_gone_at=told.first.at,
        last_gone_at=missed.at,
        looks_gone=missed.looks,
        last_served_at=told.first.last_seen_at,
        title=article.title,
        language=article.language,
        revision=found.revision,
        text_sha256=found.text_sha256,
        state=told.state,
        how=missed.how,
        first_missed_at=told.first.at,
        confirmed_at=told.confirmed_at,
        back_at=told.at if told.state == Step.BACK.value else told.served_at,
    )


@dataclass(frozen=True, slots=True)
class _Article:
    row: ArticleRow
    revision: int | None
    text_sha256: str | None


def _articles(session: Session, heads: Collection[int]) -> Mapping[int, _Article]:
    stored_as = aliased(ArticleRow)
    found: dict[int, _Article] = {}
    for ids in pieces(heads):
        rows = session.execute(
            select(ArticleRow, place_in_history(RevisionRow, stored_as), RevisionRow.text_sha256)
            .outerjoin(RevisionRow, RevisionRow.id == ArticleRow.latest_revision_id)
            .outerjoin(stored_as, stored_as.id == RevisionRow.article_id)
            .where(ArticleRow.id.in_(ids))
        )
        found.update({row.id: _Article(row, number, text_sha256) for row, number, text_sha256 in rows})
    return found
