"""The ledger of a database as plain rows, for the scorer."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import aliased

from storage import Store
from storage.tables.articles import ArticleRow, RevisionRow
from storage.tables.fetches import FetchRow
from storage.tables.ledger import ArticleStateRow, ChangeRow, EditRow

UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Place:
    """A look at an article: when, and at which address."""

    moment: datetime
    outlet: str
    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an edit as the ledger has it."""

    kind: str
    also: tuple[str, ...]
    before: str
    after: str
    significance: float


@dataclass(frozen=True, slots=True)
class JudgedEdit:
    """A revision beside its base: the looks that showed them first, and what is said of it."""

    base: Place
    later: Place
    standing: str
    significance: float
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A step of an article."""

    outlet: str
    path: str
    state: str
    at: datetime
    how: str


def judged_edits(store: Store) -> list[JudgedEdit]:
    """Every row of the table ``edit`` with its changes."""
    later, base, later_look, base_look = (
        aliased(RevisionRow),
        aliased(RevisionRow),
        aliased(FetchRow),
        aliased(FetchRow),
    )
    query = (
        select(EditRow, base_look, later_look)
        .join(later, later.id == EditRow.revision_id)
        .join(base, base.id == EditRow.base_id)
        .join(later_look, later_look.id == later.fetch_id)
        .join(base_look, base_look.id == base.fetch_id)
        .order_by(EditRow.revision_id)
    )
    with store.read() as session:
        changes = _changes(session.scalars(select(ChangeRow).order_by(ChangeRow.id)))
        return [
            JudgedEdit(_place(was), _place(now), edit.standing, edit.significance, tuple(changes[edit.revision_id]))
            for edit, was, now in session.execute(query)
        ]


def revision_pairs(store: Store) -> list[JudgedEdit]:
    """Every revision beside the one before it, unjudged: what there is to be judged."""
    query = (
        select(RevisionRow.article_id, FetchRow)
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .order_by(RevisionRow.article_id, RevisionRow.number)
    )
    pairs = []
    with store.read() as session:
        rows = list(session.execute(query))
        for (was_of, was), (now_of, now) in itertools.pairwise(rows):
            if was_of == now_of:
                pairs.append(JudgedEdit(_place(was), _place(now), UNJUDGED, 0.0))
    return pairs


def states(store: Store) -> list[State]:
    """Every row of the table ``article_state``, oldest first."""
    query = (
        select(ArticleStateRow, ArticleRow)
        .join(ArticleRow, ArticleRow.id == ArticleStateRow.article_id)
        .order_by(ArticleStateRow.at, ArticleStateRow.id)
    )
    with store.read() as session:
        return [
            State(article.outlet, urlsplit(article.url).path, row.state, row.at, row.how)
            for row, article in session.execute(query)
        ]


def _changes(rows: Iterable[ChangeRow]) -> dict[int, list[Change]]:
    changes: dict[int, list[Change]] = defaultdict(list)
    for row in rows:
        change = Change(row.kind, tuple(row.also), row.before, row.after, row.significance)
        changes[row.revision_id].append(change)
    return changes


def _place(look: FetchRow) -> Place:
    parts = urlsplit(look.url)
    return Place(look.requested_at, look.outlet, parts.hostname or "", parts.path)
