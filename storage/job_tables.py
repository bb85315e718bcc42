"""Procrastinate's tables in our database: put there by its own scripts, each once, and the due hosts that have no job.

What its tables were made for stands in the comment of ``procrastinate_jobs``, since they keep no version themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Boolean, ColumnElement, Connection, CursorResult, Integer, bindparam, literal_column, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from domain.errors import StorageError
from domain.fetch import CAN_WAIT, Reason, Urgency
from storage.engine import Store
from storage.hosts import IsAlive, WaitingHost, claimable_hosts

_LOCK = "SELECT pg_advisory_xact_lock(7265711)"  # that of our own migrations
_COMMENT = "SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')"
_EXISTS = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"
_WITHOUT_JOB: ColumnElement[bool] = literal_column(
    "NOT EXISTS (SELECT 1 FROM procrastinate_jobs AS j WHERE j.lock = host.key AND j.status IN ('todo', 'doing'))",
    Boolean,
)
_PRIORITY: ColumnElement[int] = literal_column(
    "(SELECT j.priority FROM procrastinate_jobs AS j WHERE j.queueing_lock = host.key AND j.status = 'todo')", Integer
)
_HURRY = text(
    "UPDATE procrastinate_jobs SET priority = :urgency "
    "WHERE queueing_lock IN :hosts AND status = 'todo' AND priority < :urgency"
).bindparams(bindparam("hosts", expanding=True))
_PREFIX = "Parallax: schema of procrastinate "


class Script(NamedTuple):
    """SQL that brings the tables to ``version``; versions sort as text."""

    version: str
    sql: str


def put_job_tables(store: Store, whole: Script, steps: Sequence[Script]) -> None:
    """Make the tables by ``whole`` where there are none, or bring them further by those ``steps`` that are newer.

    Safe to repeat; two callers wait for each other. Raises StorageError where somebody else made the tables, or a newer
    version of ours did.
    """
    while True:
        with store.engine.begin() as connection:
            connection.exec_driver_sql(_LOCK)
            at = _version(connection)
            if at is not None and at > whole.version:
                raise StorageError(f"the job tables are at {at}, this version knows {whole.version}; upgrade Parallax")
            waiting = [whole] if at is None else [step for step in steps if step.version > at]
            if not waiting:
                return
            _run(connection, waiting[0])


def require_job_tables(store: Store, version: str) -> None:
    """Raise StorageError, saying what to do, unless the tables are at ``version``."""
    with store.engine.connect() as connection:
        at = _version(connection)
    if at != version:
        raise StorageError(f"the job tables are at {at}, this version needs {version}; run `parallax db upgrade`")


def _version(connection: Connection) -> str | None:
    """What the tables were made for; None where there are none."""
    if not connection.exec_driver_sql(_EXISTS).scalar_one():
        return None
    comment = connection.exec_driver_sql(_COMMENT).scalar_one() or ""
    if not comment.startswith(_PREFIX):
        raise StorageError(
            "the database has tables of procrastinate that Parallax did not make; give Parallax a database of its own"
        )
    return str(comment.removeprefix(_PREFIX))


def _run(connection: Connection, script: Script) -> None:
    plain = connection.execution_options(no_parameters=True)  # a percent sign is one, and a script many statements
    try:
        plain.exec_driver_sql(script.sql)
        plain.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{_PREFIX}{script.version}'")
    except DBAPIError as error:
        raise StorageError(f"the job tables can't be brought to {script.version}: {error.orig}") from error


def hosts_without_job(
    session: Session, *, is_alive: IsAlive, real_now: datetime, now: datetime, limit: int
) -> list[WaitingHost]:
    """Hosts that may be claimed and that no job, waiting or under way, is about; the most urgent first."""
    return claimable_hosts(
        session, owner="", is_alive=is_alive, real_now=real_now, now=now, limit=limit, where=[_WITHOUT_JOB]
    )


def hurry_jobs(session: Session, *, is_alive: IsAlive, real_now: datetime, now: datetime, limit: int) -> int:
    """Put jobs that wait before those less urgent, where a poll or a new page fell due since they were queued.

    Up to ``limit`` at a time, those with polls first. Gives how many were put ahead.
    """
    found = claimable_hosts(
        session,
        owner="",
        is_alive=is_alive,
        real_now=real_now,
        now=now,
        limit=limit,
        reasons=[reason for reason in Reason if reason not in CAN_WAIT],
        where=[_PRIORITY < Urgency.POLL],
    )
    done = 0
    for urgency in (Urgency.POLL, Urgency.PAGE):
        hosts = [host.key for host in found if host.urgency is urgency]
        if hosts:
            hurried = session.execute(_HURRY, {"urgency": int(urgency), "hosts": hosts})
            done += cast("CursorResult[object]", hurried).rowcount
    return done
