"""Targets and hosts: what is due, who works on it, and when a host may be asked again.

Owners are told apart by their process, not by a lease, wherever both stand on one machine; from another machine a
heartbeat older than a minute counts as dead. A host taken over from a dead owner waits its whole delay again, since
nobody knows when it was last asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from domain.fetch import Reason
from domain.frontier import ClaimedHost, NewTarget, NextLook, Target, TargetState
from domain.outlet import Politeness
from domain.urls import host_key
from storage.tables import ChannelRow, HostRow, RunRow, TargetRow
from storage.todos import insert_ignoring

PRIORITY = {reason: number for number, reason in enumerate(Reason)}
LONGEST_WAIT = timedelta(seconds=120)


def ensure_host(session: Session, key: str, politeness: Politeness) -> None:
    """Make the host known; of several outlets' politeness the most careful counts."""
    row = session.get(HostRow, key)
    if row is None:
        session.add(
            HostRow(
                key=key,
                delay_s=politeness.delay_s,
                concurrency=politeness.concurrency,
                timeout_s=politeness.timeout_s,
                token=0,
            )
        )
        session.flush()
        return
    row.delay_s, row.timeout_s = politeness.delay_s, politeness.timeout_s
    row.concurrency = politeness.concurrency


def put_poll_target(
    session: Session, *, channel_id: int, outlet: str, channel_slug: str, url: str, now: datetime
) -> None:
    """The one target that polls a channel, at its present address."""
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
    session.flush()


def add_targets(
    session: Session, targets: Collection[NewTarget], politeness: Politeness, *, now: datetime, is_again: bool = False
) -> None:
    """Put addresses on the frontier, due at once; what is known there already stays as it is.

    With ``is_again`` a known address that nothing is planned for is looked at again: a redirect leads to it anew.
    """
    for key in {t.host for t in targets}:
        if session.get(HostRow, key) is None:
            ensure_host(session, key, politeness)
    rows: list[dict[str, object]] = [
        {
            "outlet": t.outlet,
            "url_key": t.url_key,
            "url": t.url,
            "host": t.host,
            "channel_id": t.channel_id,
            "via_target_id": t.via_target_id,
            "redirects": t.redirects,
            "reason": t.reason.value,
            "priority": PRIORITY[t.reason],
            "state": TargetState.DUE.value,
            "next_at": now,
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
    """Have the targets at these (outlet, url key) looked at now, as far as they are on the frontier."""
    for outlet, url_key in addresses:
        ids = session.scalars(
            select(TargetRow.id).where(
                TargetRow.outlet == outlet,
                TargetRow.url_key == url_key,
                TargetRow.channel_id.is_(None),
                TargetRow.state != TargetState.DEAD.value,
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


def set_next_look(session: Session, target_id: int, look: NextLook) -> None:
    """Write down when a target is looked at again."""
    session.execute(
        update(TargetRow)
        .where(TargetRow.id == target_id)
        .values(
            state=look.state.value,
            reason=look.reason.value,
            priority=PRIORITY[look.reason],
            next_at=look.next_at,
            attempts=look.attempts,
        )
    )


def _due(now: datetime, outlets: Collection[str]) -> ColumnElement[bool]:
    due = and_(TargetRow.state == TargetState.DUE.value, TargetRow.next_at <= now)
    return and_(due, TargetRow.outlet.in_(outlets)) if outlets else due


def claim_hosts(
    session: Session,
    *,
    owner: str,
    is_alive: Callable[[str, datetime | None], bool],
    real_now: datetime,
    now: datetime,
    limit: int,
    outlets: Collection[str] = (),
) -> tuple[ClaimedHost, ...]:
    """Take up to ``limit`` hosts that have something due and no living owner, longest waiting first.

    ``is_alive(owner, heartbeat_at)`` tells whether another owner still works. ``outlets``: only their targets count;
    none means all. A run row is opened for each host by ``open_run``.
    """
    oldest = select(TargetRow.next_at).where(TargetRow.host == HostRow.key, _due(now, outlets))
    living = _living_owners(session, is_alive) | {owner}
    rows = session.scalars(
        select(HostRow)
        .where(
            exists(oldest),
            or_(HostRow.owner.is_(None), HostRow.owner.not_in(living)),
            or_(HostRow.paused_until.is_(None), HostRow.paused_until <= now),
            or_(HostRow.next_allowed_at.is_(None), HostRow.next_allowed_at <= real_now + LONGEST_WAIT),
        )
        .order_by(oldest.order_by(TargetRow.next_at).limit(1).scalar_subquery(), HostRow.key)
        .limit(limit)
        .with_for_update(skip_locked=True, of=HostRow)
    ).all()
    for row in rows:
        if row.owner is not None:
            row.next_allowed_at = real_now + timedelta(seconds=row.delay_s)
            _close_lost_runs(session, row.key, now)
        row.owner, row.token, row.heartbeat_at = owner, row.token + 1, real_now
    session.flush()
    return tuple(_claimed(row, real_now) for row in rows)


def _living_owners(session: Session, is_alive: Callable[[str, datetime | None], bool]) -> set[str]:
    owners = session.execute(
        select(HostRow.owner, func.max(HostRow.heartbeat_at)).where(HostRow.owner.is_not(None)).group_by(HostRow.owner)
    )
    return {row[0] for row in owners if row[0] is not None and is_alive(row[0], row[1])}


def _claimed(row: HostRow, real_now: datetime) -> ClaimedHost:
    # A clock that was set back must not lock a host for longer than its delay.
    ahead_s = (row.next_allowed_at - real_now).total_seconds() if row.next_allowed_at else 0.0
    return ClaimedHost(
        key=row.key,
        token=row.token,
        delay_s=row.delay_s,
        concurrency=row.concurrency,
        timeout_s=row.timeout_s,
        wait_s=max(0.0, ahead_s),
        robots_status=row.robots_status,
        robots_body=row.robots_body,
        robots_outcome=row.robots_outcome,
        robots_fetched_at=row.robots_fetched_at,
    )


def _close_lost_runs(session: Session, host: str, now: datetime) -> None:
    session.execute(
        update(RunRow).where(RunRow.host == host, RunRow.ended_at.is_(None)).values(ended_at=now, outcome="lost")
    )


def due_targets(
    session: Session, host: str, *, now: datetime, limit: int, outlets: Collection[str] = ()
) -> tuple[Target, ...]:
    """What is due at a host: polls, new pages, retries, rechecks and backfill in that order, oldest first."""
    query = (
        select(TargetRow, ChannelRow.polls, ChannelRow.slug)
        .join(ChannelRow, TargetRow.channel_id == ChannelRow.id, isouter=True)
        .where(TargetRow.host == host, _due(now, outlets))
        .order_by(TargetRow.priority, TargetRow.next_at, TargetRow.id)
        .limit(limit)
    )
    return tuple(
        Target(
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
            polls=polls or 0,
        )
        for row, polls, channel_slug in session.execute(query)
    )


def holds(session: Session, host: str, owner: str, token: int) -> bool:
    """Whether this owner still has the host; a result under a stale token is dropped."""
    found = session.execute(select(HostRow.owner, HostRow.token).where(HostRow.key == host)).one_or_none()
    return found is not None and found.owner == owner and found.token == token


def open_run(session: Session, host: ClaimedHost, owner: str, *, now: datetime) -> int:
    """A row for this pass over the host; gives its id."""
    row = RunRow(host=host.key, owner=owner, token=host.token, started_at=now, counts={})
    session.add(row)
    session.flush()
    return row.id


def release_host(
    session: Session,
    host: str,
    *,
    owner: str,
    token: int,
    next_allowed_at: datetime,
    run_id: int,
    outcome: str,
    counts: dict[str, int],
    now: datetime,
) -> None:
    """Give the host back with the time from which it may be asked again, and close the run."""
    session.execute(
        update(HostRow)
        .where(HostRow.key == host, HostRow.owner == owner, HostRow.token == token)
        .values(owner=None, heartbeat_at=None, next_allowed_at=next_allowed_at)
    )
    session.execute(update(RunRow).where(RunRow.id == run_id).values(ended_at=now, outcome=outcome, counts=counts))


def heartbeat(session: Session, owner: str, *, real_now: datetime) -> None:
    """Sign of life for all hosts this owner has."""
    session.execute(update(HostRow).where(HostRow.owner == owner).values(heartbeat_at=real_now))


def keep_robots(
    session: Session, host: str, *, status: int | None, body: str | None, outcome: str, error: str | None, at: datetime
) -> None:
    """What robots.txt answered. A body that was good before is not kept beside a failure: failing is failing closed."""
    session.execute(
        update(HostRow)
        .where(HostRow.key == host)
        .values(
            robots_status=status, robots_body=body, robots_outcome=outcome, robots_error=error, robots_fetched_at=at
        )
    )


def pause_host(session: Session, host: str, *, until: datetime) -> None:
    """Leave the host alone until ``until`` (plan time), as it asked; a longer pause stays."""
    session.execute(
        update(HostRow)
        .where(HostRow.key == host, or_(HostRow.paused_until.is_(None), HostRow.paused_until < until))
        .values(paused_until=until)
    )
