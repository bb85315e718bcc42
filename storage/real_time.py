"""Real time as all who share a database tell it: delays and heartbeats of several machines go by one clock.

Machines' clocks differ, so on PostgreSQL the server's counts. An SQLite file belongs to one machine, whose own counts.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_SERVERS = text("SELECT clock_timestamp()")


def real_time(session: Session) -> datetime:
    """The real time now, aware UTC; not that of the transaction's begin."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = session.execute(_SERVERS).scalar_one()
    return now.astimezone(UTC)
