"""Who holds locks on PostgreSQL: processes of ours, which are soon done with them, or somebody else."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

OUR_NAME = "parallax"  # pg_stat_activity.application_name, unless the database's address says another
JOBS_NAME = "parallax jobs"  # of procrastinate's own connections
_STRANGER = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks AS held JOIN pg_stat_activity AS holder USING (pid)"
    " WHERE held.granted AND held.locktype = 'relation' AND held.mode <> 'AccessShareLock'"
    " AND holder.datname = current_database() AND holder.backend_type = 'client backend'"
    " AND holder.application_name NOT IN (current_setting('application_name'), :jobs))"
)


def does_a_stranger_hold_locks(engine: Engine) -> bool:
    """Whether a session of another program has locked rows or tables of this database. True where that can't be asked.

    Sessions are told apart by their ``application_name``; that of ``engine`` is ours. Who only reads locks nobody out.
    """
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(_STRANGER, {"jobs": JOBS_NAME}))
    except DBAPIError:
        return True
