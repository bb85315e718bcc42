"""The ledger of changes: edits with their changes, and what an edit is settled by besides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, Reason
from domain.topic import Span
from storage.ledger_facts import LedgerChange, LedgerEdit, LedgerMoment
from storage.tables import ArticleRow, ChangeRow, EditRow, FetchRow, RevisionRow, TodoRow
from storage.todos import insert_ignoring

AROUND = timedelta(days=30)  # how far apart edits are that are looked at together
_MOST_TOGETHER = 60  # revisions of one article; a live blog has hundreds
_ALONE = text("SELECT pg_advisory_xact_lock(7265717)")


def have_ledger_alone(session: Session) -> None:
    """Until this transaction ends nobody else settles edits: two that come back at once see each other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ALONE).all()


def put_edit(session: Session, edit: LedgerEdit, *, rules: str) -> None:
    """Store an edit as judged by itself; one that was judged before is judged anew."""
    session.execute(delete(ChangeRow).where(ChangeRow.revision_id == edit.revision_id))
    session.execute(delete(EditRow).where(EditRow.revision_id == edit.revision_id))
    row = EditRow(
        revision_id=edit.revision_id,
        base_id=edit.base_id,
        standing=edit.standing,
        significance=edit.significance,
        is_silent=edit.is_silent,
        rules=rules,
    )
    session.add(row)
    session.flush()
    session.add_all(
        ChangeRow(
            revision_id=edit.revision_id,
            number=change.number,
            kind=change.kind,
            also=list(change.also),
            before=change.before,
            after=change.after,
            before_start=change.before_span.start,
            before_end=change.before_span.end,
            after_start=change.after_span.start,
            after_end=change.after_span.end,
            significance=change.significance,
            reason=change.reason,
            digest=change.digest,
            is_flap=change.is_flap,
        )
        for change in edit.changes
    )
    session.flush()


def ledger_of(session: Session, revision_ids: Collection[int]) -> dict[int, LedgerEdit]:
    """The edits of these revisions, those that were judged."""
    wanted = list(revision_ids)
    found: dict[int, LedgerEdit] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        changes = _changes(session, some)
        for row in session.scalars(select(EditRow).where(EditRow.revision_id.in_(some))):
            told = tuple(changes.get(row.revision_id, ()))
            found[row.revision_id] = LedgerEdit(
                row.revision_id, row.base_id, row.standing, row.significance, row.is_silent, told
            )
    return found


def _changes(session: Session, revision_ids: Sequence[int]) -> dict[int, list[LedgerChange]]:
    found: dict[int, list[LedgerChange]] = {}
    query = select(ChangeRow).where(ChangeRow.revision_id.in_(revision_ids))
    for row in session.scalars(query.order_by(ChangeRow.revision_id, ChangeRow.number)):
        change = LedgerChange(
            number=row.number,
            kind=row.kind,
            also=tuple(row.also),
            before=row.before,
            after=row.after,
            before_span=Span(row.before_start, row.before_end),
            after_span=Span(row.after_start, row.after_end),
            significance=row.significance,
            reason=row.reason,
            digest=row.digest,
            is_flap=row.is_flap,
        )
        found.setdefault(row.revision_id, []).append(change)
    return found


def history_around(session: Session, stored_as: int, at: datetime) -> list[LedgerMoment]:
    """The last revisions of an article seen around ``at``, in order of their numbers, with what is in the ledger."""
    query = (
        select(RevisionRow)
        .where(RevisionRow.article_id == stored_as)
        .where(RevisionRow.first_seen_at.between(at - AROUND, at + AROUND))
        .order_by(RevisionRow.number.desc())
        .limit(_MOST_TOGETHER)
    )
    rows = session.scalars(query).all()[::-1]
    told = ledger_of(session, [row.id for row in rows])
    return [
        LedgerMoment(
            revision_id=row.id,
            first_seen_at=row.first_seen_at,
            title=row.title,
            text_sha256=row.text_sha256,
            changes=told[row.id].changes if row.id in told else (),
        )
        for row in rows
    ]


def pages_with(session: Session, outlet: str, digests: Collection[str], at: datetime) -> dict[str, set[int]]:
    """Revisions of an outlet around ``at`` with changes of these digests, one of each article, by digest."""
    query = (
        select(ChangeRow.digest, RevisionRow.article_id, func.min(RevisionRow.id).label("revision_id"))
        .join(RevisionRow, RevisionRow.id == ChangeRow.revision_id)
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        .where(ChangeRow.digest.in_(list(digests)), ArticleRow.outlet == outlet)
        .where(RevisionRow.first_seen_at.between(at - AROUND, at + AROUND))
        .group_by(ChangeRow.digest, RevisionRow.article_id)
    )
    found: dict[str, set[int]] = {}
    for row in session.execute(query):
        found.setdefault(row.digest, set()).add(row.revision_id)
    return found


def mark_flaps(session: Session, revision_id: int, numbers: Collection[int]) -> None:
    """Note which changes of an edit went and came back."""
    of_edit = update(ChangeRow).where(ChangeRow.revision_id == revision_id)
    session.execute(of_edit.where(ChangeRow.number.in_(list(numbers))).values(is_flap=True))


def put_class(session: Session, revision_id: int, change: LedgerChange) -> None:
    """Have a change be of another class than it was judged to be by itself."""
    one = update(ChangeRow).where(ChangeRow.revision_id == revision_id, ChangeRow.number == change.number)
    session.execute(
        one.values(kind=change.kind, also=list(change.also), significance=change.significance, reason=change.reason)
    )


def settle_edit(session: Session, revision_id: int, *, standing: str, significance: float, is_silent: bool) -> None:
    """Note what an edit is beside all else that is known."""
    session.execute(
        update(EditRow)
        .where(EditRow.revision_id == revision_id)
        .values(standing=standing, significance=significance, is_silent=is_silent)
    )


def edits_near(session: Session, outlet: str, at: datetime, *, within: timedelta) -> dict[int, LedgerEdit]:
    """The edits of an outlet seen within a time before and after ``at``, the last of each article."""
    query = (
        select(func.max(EditRow.revision_id))
        .join(RevisionRow, RevisionRow.id == EditRow.revision_id)
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        .where(ArticleRow.outlet == outlet, EditRow.standing.in_(["edit", "template"]))
        .where(RevisionRow.first_seen_at.between(at - within, at + within))
        .group_by(RevisionRow.article_id)
    )
    return ledger_of(session, list(session.scalars(query)))


def pages_looked_at_again(session: Session, outlet: str, at: datetime, *, within: timedelta) -> int:
    """How many pages of an outlet were looked at again within a time before and after ``at``, and answered."""
    query = select(func.count(FetchRow.target_id.distinct())).where(
        FetchRow.outlet == outlet,
        FetchRow.channel_id.is_(None),
        FetchRow.reason == Reason.RECHECK.value,
        FetchRow.outcome.in_([one.value for one in FetchOutcome if one.is_success]),
        FetchRow.requested_at.between(at - within, at + within),
    )
    return session.scalar(query) or 0


def judge_anew(session: Session, rules: str) -> int:
    """Have edits that other rules judged judged again; gives their number."""
    return _put_due(session, _edited().where(EditRow.rules != rules))


def judge_ours_anew(session: Session, outlet: str | None = None) -> int:
    """Have edits judged again whose texts two extractors read: one of them may have read both since."""
    query = _edited().where(EditRow.standing == "ours")
    if outlet is not None:
        query = query.join(ArticleRow, ArticleRow.id == RevisionRow.article_id).where(ArticleRow.outlet == outlet)
    return _put_due(session, query)


def _edited() -> Select[int, datetime]:
    joined = select(EditRow.revision_id, RevisionRow.first_seen_at)
    return joined.join(RevisionRow, RevisionRow.id == EditRow.revision_id)


def _put_due(session: Session, query: Select[int, datetime]) -> int:
    rows: list[dict[str, object]] = [
        {"kind": "changes", "subject_id": revision_id, "created_at": at, "attempts": 0}
        for revision_id, at in session.execute(query)
    ]
    return sum(
        insert_ignoring(session, TodoRow, rows[start : start + 500], ["kind", "subject_id"])
        for start in range(0, len(rows), 500)
    )
