"""Backfill on the frontier: documents and pages that wait until a budget lets them be asked for.

What waits is idle, has the reason backfill and was never looked at. It is let go in the order of work (documents
first), and then due like anything else, after all other reasons (docs/adr/0021-backfill.md).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, literal, select, update
from sqlalchemy.orm import Session

from domain.fetch import LIST_ENDS, FetchOutcome, Reason
from domain.frontier import BACK, NO_POLL, NewTarget, TargetState
from domain.outlet import Politeness
from domain.urls import host_key
from storage.frontier import PRIORITY, target_at
from storage.parts import PlacedPart, remember_parts
from storage.tables import ArticleRow, ChannelRow, FetchRow, RevisionRow, TargetRow, TodoRow
from storage.todos import MOST_ATTEMPTS

MOST_FAILURES = 8  # of one document in a row
_MAY_PASS = tuple(
    outcome.value
    for outcome in (
        FetchOutcome.RATE_LIMITED,
        FetchOutcome.HTTP_ERROR,
        FetchOutcome.ROBOTS_UNREACHABLE,
        FetchOutcome.PROXY_ERROR,
        FetchOutcome.DNS_ERROR,
        FetchOutcome.CONNECT_ERROR,
        FetchOutcome.TLS_ERROR,
        FetchOutcome.TIMEOUT,
        FetchOutcome.TRUNCATED,
        FetchOutcome.CRASHED,
    )
)
_UNREAD = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value, FetchOutcome.REDIRECTED.value)


@dataclass(frozen=True, slots=True)
class BackDocument:
    """A document of a channel and its key. ``mark``: of an older page, what the page that led there listed."""

    url: str
    key: str
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What came of the looks that a backfill made.

    ``documents`` and ``pages``: looks by how they ended; ``listed``: entries that the documents listed; ``failed``:
    (address, how it ended, detail) of what could not be had.
    """

    documents: dict[str, int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    listed: int = 0
    failed: tuple[tuple[str, str, str | None], ...] = ()


def put_documents(
    session: Session,
    outlet: str,
    channel_slug: str,
    documents: Collection[BackDocument],
    politeness: Politeness,
    *,
    via_target_id: int | None = None,
    now: datetime,
) -> None:
    """Have these documents of a channel wait; one that is known stays as it is.

    ``via_target_id`` is the target whose document led there; None: the channel's own poll.
    """
    poll = target_at(session, outlet, f"poll:{channel_slug}")
    if poll is None or poll.channel_id is None:  # the catalogue never wanted it polled
        return
    via, channel_id = via_target_id or poll.id, poll.channel_id
    parts = [_part(outlet, channel_id, document, via) for document in documents]
    remember_parts(session, parts, politeness, now=now)


def _part(outlet: str, channel_id: int, document: BackDocument, via_target_id: int) -> PlacedPart:
    target = NewTarget(
        outlet=outlet,
        url=document.url,
        url_key=document.key,
        host=host_key(document.url),
        reason=Reason.BACKFILL,
        channel_id=channel_id,
        via_target_id=via_target_id,
        part_of=NO_POLL,
    )
    return PlacedPart(target, document.mark, is_needed=False)


def count_documents(session: Session, outlet: str, key_start: str) -> int:
    """How many documents are known whose key begins so."""
    counted = select(func.count()).where(
        TargetRow.outlet == outlet,
        TargetRow.part_of == NO_POLL,
        TargetRow.url_key.startswith(key_start, autoescape=True),
    )
    return session.scalar(counted) or 0


def last_good_look(session: Session, channel_id: int) -> datetime | None:
    """The channel's last good look by its polls; None: there was none yet."""
    return session.scalar(select(ChannelRow.last_ok_at).where(ChannelRow.id == channel_id))


def _is_waiting(outlet: str) -> ColumnElement[bool]:
    return and_(
        TargetRow.outlet == outlet,
        TargetRow.reason == Reason.BACKFILL.value,
        TargetRow.state == TargetState.IDLE.value,
        ~exists().where(FetchRow.target_id == TargetRow.id),
    )


def waiting(session: Session, outlet: str) -> int:
    """How many targets wait for the budget."""
    return session.scalar(select(func.count()).select_from(TargetRow).where(_is_waiting(outlet))) or 0


def under_way(session: Session, outlet: str, *, now: datetime) -> int:
    """How many are due now."""
    return session.scalar(select(func.count()).where(_is_let_go(outlet), TargetRow.next_at <= now)) or 0


def unread(session: Session, outlet: str, *, now: datetime) -> int:
    """How many were fetched by ``now`` and are not read yet: their crawl was killed, or another one reads them."""
    return (
        session.scalar(
            select(func.count())
            .select_from(TodoRow)
            .join(FetchRow, FetchRow.id == TodoRow.subject_id)
            .where(TodoRow.kind == "read", TodoRow.attempts < MOST_ATTEMPTS)
            .where(FetchRow.outlet == outlet, FetchRow.reason == Reason.BACKFILL.value, FetchRow.requested_at <= now)
        )
        or 0
    )


def put_off(session: Session, outlet: str, *, now: datetime) -> int:
    """How many failed and are tried again later."""
    return session.scalar(select(func.count()).where(_is_let_go(outlet), TargetRow.next_at > now)) or 0


def _is_let_go(outlet: str) -> ColumnElement[bool]:
    return and_(
        TargetRow.outlet == outlet,
        TargetRow.reason == Reason.BACKFILL.value,
        TargetRow.state == TargetState.DUE.value,
    )


def spent(session: Session, outlet: str, *, since: datetime, now: datetime) -> int:
    """Looks of a backfill at an outlet since a time, and those that are let go and not made yet."""
    made = select(func.count()).where(
        FetchRow.outlet == outlet,
        FetchRow.reason == Reason.BACKFILL.value,
        FetchRow.requested_at >= since,
    )
    return (session.scalar(made) or 0) + under_way(session, outlet, now=now)


def let_go(session: Session, outlet: str, limit: int, *, now: datetime) -> int:
    """Make up to ``limit`` of what waits due, documents first; gives how many."""
    ids = session.scalars(
        select(TargetRow.id)
        .where(_is_waiting(outlet))
        .order_by(TargetRow.channel_id.is_(None), TargetRow.id)
        .limit(limit)
    ).all()
    session.execute(
        update(TargetRow).where(TargetRow.id.in_(ids)).values(state=TargetState.DUE.value, next_at=now, attempts=0)
    )
    return len(ids)


def try_documents_again(session: Session, outlet: str, limit: int, *, now: datetime) -> int:
    """Make documents due that failed for what may have passed; gives how many."""
    ids = session.scalars(
        select(TargetRow.id)
        .where(
            TargetRow.outlet == outlet,
            TargetRow.part_of == NO_POLL,
            TargetRow.url_key.startswith(f"{BACK}:"),
            TargetRow.state == TargetState.IDLE.value,
            TargetRow.attempts > 0,
            TargetRow.attempts < MOST_FAILURES,
            TargetRow.last_outcome.in_(_MAY_PASS),
        )
        .order_by(TargetRow.id)
        .limit(limit)
    ).all()
    again = {"state": TargetState.DUE.value, "next_at": now}
    again |= {"reason": Reason.BACKFILL.value, "priority": PRIORITY[Reason.BACKFILL]}
    session.execute(update(TargetRow).where(TargetRow.id.in_(ids)).values(again))
    return len(ids)


def last_fetch_id(session: Session) -> int:
    """The newest look; 0 where there is none."""
    return session.scalar(select(func.max(FetchRow.id))) or 0


def backfilled(session: Session, outlet: str, *, after_id: int) -> Backfilled:
    """What came of an outlet's backfill looks that were made after a look."""
    rows = session.execute(
        select(FetchRow.url, FetchRow.channel_id, FetchRow.outcome, FetchRow.reading, FetchRow.error, FetchRow.listed)
        .where(FetchRow.outlet == outlet, FetchRow.reason == Reason.BACKFILL.value, FetchRow.id > after_id)
        .order_by(FetchRow.id)
    ).all()
    found = Backfilled(
        listed=sum(row.listed or 0 for row in rows),
        failed=tuple(
            (row.url, row.reading or row.outcome, row.error)
            for row in rows
            if _has_failed(row.outcome, row.reading) and row.error != LIST_ENDS
        ),
    )
    for row in rows:
        counts = found.pages if row.channel_id is None else found.documents
        said = row.reading or row.outcome
        counts[said] = counts.get(said, 0) + 1
    return found


def _has_failed(outcome: str, reading: str | None) -> bool:
    if reading is not None:
        return reading not in {"article", "listed", "empty_channel", "part"}
    return outcome not in _UNREAD and outcome != FetchOutcome.OK.value


def articles_between(session: Session, outlet: str, start: datetime, end: datetime) -> list[datetime]:
    """When the stored articles of an outlet that state a time in these bounds were published."""
    return list(
        session.scalars(
            select(ArticleRow.published_at).where(
                ArticleRow.outlet == outlet,
                ArticleRow.merged_into.is_(None),
                ArticleRow.published_at >= start,
                ArticleRow.published_at < end,
            )
        )
    )


def was_backfilled() -> ColumnElement[bool]:
    """Beside ``article``: whether a backfill (or ``--from-warc``) brought its first text: it is no day's news."""
    first = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == 1)
    backfill = literal(Reason.BACKFILL.value, literal_execute=True)  # written out: the index is of these alone
    is_back = and_(FetchRow.id == RevisionRow.fetch_id, FetchRow.reason == backfill)
    return exists(select(RevisionRow.id).join(FetchRow, is_back).where(first).correlate(ArticleRow))
