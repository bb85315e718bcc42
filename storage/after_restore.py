"""What a restored database needs before anybody may use it. What must outlive a restore is applied again here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from storage.tables import HostRow, JobRunRow, RunRow, ShiftRow


def make_fit_for_use(session: Session, *, now: datetime, real_now: datetime) -> None:
    """What must be done to a restored database before anybody may use it, in one transaction.

    Nobody works on it: hosts are given back, each to be left alone for its whole delay, and what was under way ends as
    lost. What must hold whatever a backup of before says (texts that were taken down since) is applied again here.
    The database may stand at an older revision, so only what every revision has, or what is there, is touched.
    """
    taken = session.execute(select(HostRow.key, HostRow.delay_s).where(HostRow.owner.is_not(None))).all()
    for key, delay_s in taken:
        session.execute(
            update(HostRow)
            .where(HostRow.key == key)
            .values(
                owner=None,
                heartbeat_at=None,
                token=HostRow.token + 1,
                next_allowed_at=real_now + timedelta(seconds=delay_s),
            )
        )
    session.execute(update(RunRow).where(RunRow.ended_at.is_(None)).values(ended_at=now, outcome="lost"))
    there = set(inspect(session.connection()).get_table_names())
    if JobRunRow.__tablename__ in there:
        session.execute(update(JobRunRow).where(JobRunRow.ended_at.is_(None)).values(ended_at=now, outcome="lost"))
    if ShiftRow.__tablename__ in there:  # it led until its last sign of life, not until now
        under_way = update(ShiftRow).where(ShiftRow.ended_at.is_(None))
        session.execute(under_way.values(ended_at=ShiftRow.last_tick_at, outcome="lost"))
