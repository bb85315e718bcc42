"""Hosts: who works on them, when they may be asked again, and what their robots.txt said.

Owners are told apart by their process, not by a lease, wherever both stand on one machine; from another machine a
heartbeat older than a minute counts as dead. A host taken over from a dead owner waits its whole delay again, since
nobody knows when it was last asked. ``real_now`` is what ``storage.real_time`` gives in the same session.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, desc, func, or_, select, update
from sqlalchemy.orm import Session

from domain.fetch import CAN_WAIT, Certificate, Reason, Urgency
from domain.frontier import ClaimedHost
from domain.outlet import Politeness
from storage.frontier import PRIORITY, is_due
from storage.tables import HostRow, RunRow, TargetRow

LONGEST_WAIT = timedelta(seconds=120)
LONGEST_DELAY = timedelta(days=1)  # no delay is longer: what lies further ahead was written before a clock was set back


def ensure_host(session: Session, key: str, politeness: Politeness) -> None:
    """Make the host known, to be asked with this politeness from now on."""
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


IsAlive = Callable[[str, datetime | None], bool]


class WaitingHost(NamedTuple):
    """A host that may be claimed."""

    key: str
    urgency: Urgency


def claimable_hosts(
    session: Session,
    *,
    owner: str,
    is_alive: IsAlive,
    real_now: datetime,
    now: datetime,
    limit: int,
    outlets: Collection[str] = (),
    reasons: Collection[Reason] = (),
    among: Collection[str] | None = None,
    longest_delay: timedelta = LONGEST_DELAY,
    where: Collection[ColumnElement[bool]] = (),
) -> list[WaitingHost]:
    """Up to ``limit`` hosts that have something due and no living owner, longest waiting first.

    Before all others come those with a poll due, and last those where all can wait; only that counts, however long
    something else has been due there.

    ``is_alive(owner, heartbeat_at)`` tells whether another owner still works. ``outlets`` and ``reasons``: only their
    targets count; none means all. ``among``: only these hosts; None means all. A time further ahead than
    ``longest_delay`` was written before a clock was set back, and locks nothing.
    """
    narrowed = [*where] if among is None else [*where, HostRow.key.in_(among)]
    due = select(TargetRow.priority).where(TargetRow.host == HostRow.key, is_due(now, outlets, reasons))
    first = due.order_by(TargetRow.priority, TargetRow.next_at).limit(1)  # in the order of an index
    priority, since = first.scalar_subquery(), first.with_only_columns(TargetRow.next_at).scalar_subquery()
    living = _living_owners(session, is_alive) | {owner}
    waiting = (
        select(HostRow.key, priority.label("priority"), since.label("since"))
        .where(
            or_(HostRow.owner.is_(None), HostRow.owner.not_in(living)),
            or_(HostRow.paused_until.is_(None), HostRow.paused_until <= now),
            or_(
                HostRow.next_allowed_at.is_(None),
                HostRow.next_allowed_at <= real_now + LONGEST_WAIT,
                HostRow.next_allowed_at > real_now + longest_delay,
            ),
            *narrowed,
        )
        .subquery()
    )
    urgency = case(
        (waiting.c.priority <= PRIORITY[Reason.POLL], Urgency.POLL),
        (waiting.c.priority < min(PRIORITY[reason] for reason in CAN_WAIT), Urgency.PAGE),
        else_=Urgency.CAN_WAIT,
    )
    found = session.execute(
        select(waiting.c.key, urgency.label("urgency"))
        .where(waiting.c.priority.is_not(None))
        .order_by(desc("urgency"), waiting.c.since, waiting.c.key)
        .limit(limit)
    )
    return [WaitingHost(key, Urgency(urgency)) for key, urgency in found]


def claim_hosts(
    session: Session,
    keys: Collection[str],
    *,
    owner: str,
    is_alive: IsAlive,
    real_now: datetime,
    now: datetime,
    longest_delay: timedelta = LONGEST_DELAY,
) -> tuple[ClaimedHost, ...]:
    """Take those of the hosts that still have no living owner, in the order of ``keys``.

    One taken over from a dead owner waits its whole delay: nobody knows when it was last asked.
    """
    order = list(keys)
    rows = session.scalars(
        select(HostRow).where(HostRow.key.in_(order)).with_for_update(skip_locked=True, of=HostRow)
    ).all()
    taken = []
    for row in sorted(rows, key=lambda r: order.index(r.key)):
        if row.owner is not None:
            if is_alive(row.owner, row.heartbeat_at):
                continue
            row.next_allowed_at = real_now + timedelta(seconds=row.delay_s)
            _close_lost_runs(session, row.key, now)
        row.owner, row.token, row.heartbeat_at = owner, row.token + 1, real_now
        taken.append(_claimed(row, real_now, longest_delay))
    session.flush()
    return tuple(taken)


def free_hosts_of_the_dead(session: Session, *, is_alive: IsAlive, real_now: datetime, now: datetime) -> None:
    """Give back the hosts of owners that are gone, each to be left alone for its whole delay; their runs are lost."""
    living = _living_owners(session, is_alive)
    rows = session.scalars(
        select(HostRow)
        .where(HostRow.owner.is_not(None), HostRow.owner.not_in(living))
        .with_for_update(skip_locked=True, of=HostRow)
    ).all()
    for row in rows:
        row.next_allowed_at = real_now + timedelta(seconds=row.delay_s)
        row.owner, row.heartbeat_at, row.token = None, None, row.token + 1
        _close_lost_runs(session, row.key, now)


def _living_owners(session: Session, is_alive: IsAlive) -> set[str]:
    owners = session.execute(
        select(HostRow.owner, func.max(HostRow.heartbeat_at)).where(HostRow.owner.is_not(None)).group_by(HostRow.owner)
    )
    return {row[0] for row in owners if row[0] is not None and is_alive(row[0], row[1])}


def _claimed(row: HostRow, real_now: datetime, longest_delay: timedelta) -> ClaimedHost:
    ahead_s = (row.next_allowed_at - real_now).total_seconds() if row.next_allowed_at else 0.0
    if ahead_s > longest_delay.total_seconds():  # a clock that was set back locks a host for its delay and no longer
        ahead_s = row.delay_s
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
        robots_error=row.robots_error,
        robots_fetched_at=row.robots_fetched_at,
    )


def _close_lost_runs(session: Session, host: str, now: datetime) -> None:
    session.execute(
        update(RunRow).where(RunRow.host == host, RunRow.ended_at.is_(None)).values(ended_at=now, outcome="lost")
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


def heartbeat(session: Session, owner: str, *, real_now: datetime) -> dict[str, int]:
    """Sign of life for all hosts this owner has; gives them with their tokens, so that it sees what it lost."""
    beaten = update(HostRow).where(HostRow.owner == owner).values(heartbeat_at=real_now)
    return {row.key: row.token for row in session.execute(beaten.returning(HostRow.key, HostRow.token))}


def keep_robots(
    session: Session, host: str, *, status: int | None, body: str | None, outcome: str, error: str | None, at: datetime
) -> None:
    """What robots.txt answered, and when its text or outcome last differed from the one before.

    A body that was good before is not kept beside a failure: failing is failing closed.
    """
    row = session.get(HostRow, host, populate_existing=True)
    if row is None:
        return
    if row.robots_fetched_at is not None and (row.robots_outcome, row.robots_body) != (outcome, body):
        row.robots_changed_at = at
    row.robots_status, row.robots_body, row.robots_outcome = status, body, outcome
    row.robots_error, row.robots_fetched_at = error, at
    session.flush()


def keep_certificate(session: Session, host: str, certificate: Certificate, *, at: datetime) -> None:
    """The certificate that a host showed ``at``, and when it last showed another one than before."""
    is_other = HostRow.certificate_sha256 != certificate.sha256
    session.execute(
        update(HostRow)
        .where(HostRow.key == host, or_(HostRow.certificate_sha256.is_(None), is_other))
        .values(
            certificate_changed_at=case((is_other, at), else_=HostRow.certificate_changed_at),
            certificate_sha256=certificate.sha256,
            certificate_expires_at=certificate.expires_at,
        )
    )


def pause_host(session: Session, host: str, *, until: datetime) -> None:
    """Leave the host alone until ``until`` (plan time), as it asked; a longer pause stays."""
    session.execute(
        update(HostRow)
        .where(HostRow.key == host, or_(HostRow.paused_until.is_(None), HostRow.paused_until < until))
        .values(paused_until=until)
    )
