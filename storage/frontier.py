"""The frontier: which address is to be looked at, when and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select, update
from sqlalchemy.orm import Session

from domain.fetch import Reason
from domain.frontier import NewTarget, NextLook, Target, TargetState
from domain.outlet import ChannelKind, Politeness
from domain.urls import host_key
from storage.tables import ChannelRow, HostRow, TargetRow
from storage.todos import insert_ignoring

PRIORITY = {reason: number for number, reason in enumerate(Reason)}


def put_poll_target(
    session: Session, *, channel_id: int, outlet: str, channel_slug: str, url: str, is_polled: bool, now: datetime
) -> None:
    """The one target that polls a channel, at its present address; one that has changed is due at once."""
    key = f"poll:{channel_slug}"
    row = session.scalar(select(TargetRow).where(TargetRow.outlet == outlet, TargetRow.url_key == key))
    if row is None:
        session.add(
            TargetRow(
                outlet=outlet,
                url_key=key,
                url=url,
                host=host_key(url),
                channel_id=channel_id,
                redirects=0,
                reason=Reason.POLL.value,
                priority=PRIORITY[Reason.POLL],
                state=TargetState.IDLE.value,
                attempts=0,
                created_at=now,
            )
        )
    elif row.url != url:
        row.url, row.host = url, host_key(url)
        row.etag = row.last_modified = row.body_sha256 = None
        if is_polled:
            row.state, row.next_at, row.attempts = TargetState.DUE.value, now, 0
            row.reason, row.priority = Reason.POLL.value, PRIORITY[Reason.POLL]
    session.flush()


def add_targets(
    session: Session,
    targets: Collection[NewTarget],
    politeness: Politeness,
    *,
    now: datetime,
    is_again: bool = False,
    state: TargetState = TargetState.DUE,
) -> None:
    """Put addresses on the frontier, due at once unless ``state`` is another; what is known there stays as it is.

    With ``is_again`` a known address that nothing is planned for is looked at again: a redirect leads to it anew.
    """
    hosts: list[dict[str, object]] = [
        {
            "key": key,
            "delay_s": politeness.delay_s,
            "concurrency": politeness.concurrency,
            "timeout_s": politeness.timeout_s,
            "token": 0,
        }
        for key in sorted({t.host for t in targets})
    ]
    insert_ignoring(session, HostRow, hosts, ["key"])
    rows: list[dict[str, object]] = [
        {
            "outlet": t.outlet,
            "url_key": t.url_key,
            "url": t.url,
            "host": t.host,
            "channel_id": t.channel_id,
            "via_target_id": t.via_target_id,
            "redirects": t.redirects,
            "part_of": t.part_of,
            "reason": t.reason.value,
            "priority": PRIORITY[t.reason],
            "state": state.value,
            "next_at": now if state is TargetState.DUE else None,
            "attempts": 0,
            "created_at": now,
        }
        for t in targets
    ]
    insert_ignoring(session, TargetRow, rows, ["outlet", "url_key"])
    for t in targets if is_again else ():
        session.execute(
            update(TargetRow)
            .where(TargetRow.outlet == t.outlet, TargetRow.url_key == t.url_key)
            .where(TargetRow.state == TargetState.IDLE.value)
            .values(
                url=t.url,
                host=t.host,
                redirects=t.redirects,
                part_of=t.part_of,
                state=TargetState.DUE.value,
                next_at=now,
                reason=t.reason.value,
                priority=PRIORITY[t.reason],
            )
        )


def make_due(session: Session, target_ids: Collection[int], reason: Reason, *, now: datetime) -> None:
    """Have these targets looked at now; one that is due already keeps its own reason."""
    session.execute(
        update(TargetRow)
        .where(TargetRow.id.in_(target_ids), TargetRow.state != TargetState.DUE.value)
        .values(state=TargetState.DUE.value, reason=reason.value, priority=PRIORITY[reason], next_at=now, attempts=0)
    )


def make_known_due(session: Session, addresses: Collection[tuple[str, str]], reason: Reason, *, now: datetime) -> None:
    """Have the targets at these (outlet, url key) looked at now, as far as they are on the frontier.

    One that was looked at since ``now`` already, while the list that names it was read, is not asked for twice.
    """
    for outlet, url_key in addresses:
        ids = session.scalars(
            select(TargetRow.id).where(
                TargetRow.outlet == outlet,
                TargetRow.url_key == url_key,
                TargetRow.channel_id.is_(None),
                TargetRow.state != TargetState.DEAD.value,
                or_(TargetRow.last_fetched_at.is_(None), TargetRow.last_fetched_at < now),
            )
        ).all()
        make_due(session, ids, reason, now=now)


def redirect_chain(session: Session, target_id: int, outlet: str) -> list[tuple[str, str]]:
    """(url key, address) of the targets of this outlet whose redirects led to a target, nearest first."""
    chain: list[tuple[str, str]] = []
    seen = {target_id}
    row = session.get(TargetRow, target_id)
    while row is not None and row.via_target_id is not None and row.via_target_id not in seen:
        seen.add(row.via_target_id)
        row = session.get(TargetRow, row.via_target_id)
        if row is not None and row.outlet == outlet and row.channel_id is None:
            chain.append((row.url_key, row.url))
    return chain


def set_next_look(session: Session, target: Target, look: NextLook) -> None:
    """Write down when a target is looked at again; a part that a later poll asked for meanwhile stays asked for."""
    session.execute(
        update(TargetRow)
        .where(TargetRow.id == target.id, TargetRow.part_of.is_not_distinct_from(target.part_of))
        .values(
            state=look.state.value,
            reason=look.reason.value,
            priority=PRIORITY[look.reason],
            next_at=look.next_at,
            attempts=look.attempts,
        )
    )


def is_due(now: datetime, outlets: Collection[str], reasons: Collection[Reason] = ()) -> ColumnElement[bool]:
    is_due_then = TargetRow.state == literal(TargetState.DUE.value, literal_execute=True)  # written out for an index
    due = and_(is_due_then, TargetRow.next_at <= now)
    if reasons:
        due = and_(due, TargetRow.reason.in_([reason.value for reason in reasons]))
    return and_(due, TargetRow.outlet.in_(outlets)) if outlets else due


def due_targets(
    session: Session,
    host: str,
    *,
    now: datetime,
    limit: int,
    outlets: Collection[str] = (),
    reasons: Collection[Reason] = (),
) -> tuple[Target, ...]:
    """What is due at a host: polls, new pages, retries, rechecks and backfill in that order, oldest first."""
    query = (
        select(TargetRow, ChannelRow.polls, ChannelRow.slug, ChannelRow.kind)
        .join(ChannelRow, TargetRow.channel_id == ChannelRow.id, isouter=True)
        .where(TargetRow.host == host, is_due(now, outlets, reasons))
        .order_by(TargetRow.priority, TargetRow.next_at, TargetRow.id)
        .limit(limit)
    )
    return tuple(as_target(row, slug, polls or 0, kind) for row, polls, slug, kind in session.execute(query))


def target_by_id(session: Session, target_id: int) -> Target | None:
    """A target as it stands, for a record adopted from the archive; None when it is gone."""
    found = session.execute(
        select(TargetRow, ChannelRow.kind)
        .join(ChannelRow, TargetRow.channel_id == ChannelRow.id, isouter=True)
        .where(TargetRow.id == target_id)
    ).one_or_none()
    return as_target(found[0], channel_kind=found[1]) if found is not None else None


def target_at(session: Session, outlet: str, url_key: str) -> Target | None:
    """The target that an outlet has under a key; None where there is none."""
    row = session.scalar(select(TargetRow).where(TargetRow.outlet == outlet, TargetRow.url_key == url_key))
    return target_by_id(session, row.id) if row is not None else None


def as_target(
    row: TargetRow, channel_slug: str | None = None, polls: int = 0, channel_kind: str | None = None
) -> Target:
    """The target in a row; ``polls`` is how often its channel was polled."""
    return Target(
        id=row.id,
        outlet=row.outlet,
        url=row.url,
        url_key=row.url_key,
        host=row.host,
        reason=Reason(row.reason),
        channel_id=row.channel_id,
        channel_slug=channel_slug,
        redirects=row.redirects,
        attempts=row.attempts,
        etag=row.etag,
        last_modified=row.last_modified,
        body_sha256=row.body_sha256,
        polls=polls,
        due_at=row.next_at,
        part_of=row.part_of,
        channel_kind=ChannelKind(channel_kind) if channel_kind is not None else None,
    )
