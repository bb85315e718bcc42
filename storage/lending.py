"""Hosts lent to a crawl that keeps what it finds elsewhere, so that no host is pressed by two at a time.

Of the lending store only the hand on a host that it knows already is written: owner, token, sign of life and the time
from which it may be asked again. ``real_now`` is what ``storage.real_time`` gives in the same session.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.frontier import ClaimedHost
from storage.hosts import LONGEST_DELAY, IsAlive, claim_hosts, pause_host
from storage.tables import HostRow


@dataclass(frozen=True, slots=True)
class Lent:
    """What came of asking for hosts.

    ``claimed``: may be asked, after its wait. ``strangers``: not known here, so that nobody works on them. ``held``: in
    the hands of a living owner. ``paused``: asked to be left alone until then (plan time).
    """

    claimed: tuple[ClaimedHost, ...]
    strangers: frozenset[str]
    held: frozenset[str]
    paused: Mapping[str, datetime]


def lend_hosts(
    session: Session,
    keys: Collection[str],
    *,
    owner: str,
    is_alive: IsAlive,
    real_now: datetime,
    now: datetime,
    longest_delay: timedelta = LONGEST_DELAY,
) -> Lent:
    """Claim those of ``keys`` that are known here, that nobody works on and that did not ask to be left alone."""
    known = {
        row.key: row.paused_until
        for row in session.execute(select(HostRow.key, HostRow.paused_until).where(HostRow.key.in_(keys)))
    }
    paused = {key: until for key, until in known.items() if until is not None and until > now}
    claimed = claim_hosts(
        session,
        [key for key in keys if key in known and key not in paused],
        owner=owner,
        is_alive=is_alive,
        real_now=real_now,
        now=now,
        longest_delay=longest_delay,
    )
    held = known.keys() - paused.keys() - {host.key for host in claimed}
    return Lent(claimed, frozenset(keys) - known.keys(), frozenset(held), paused)


def pause_of(session: Session, host: str) -> datetime | None:
    """Until when a host asked to be left alone; None where it did not."""
    return session.scalar(select(HostRow.paused_until).where(HostRow.key == host))


def take_back(
    session: Session, host: str, *, owner: str, token: int, next_allowed_at: datetime, paused_until: datetime | None
) -> None:
    """The host is given back to the store that lent it, with the time from which it may be asked again.

    ``paused_until``: it asked the borrower to be left alone until then, which holds for everybody.
    """
    if paused_until is not None:
        pause_host(session, host, until=paused_until)
    session.execute(
        update(HostRow)
        .where(HostRow.key == host, HostRow.owner == owner, HostRow.token == token)
        .values(owner=None, heartbeat_at=None, next_allowed_at=next_allowed_at)
    )
