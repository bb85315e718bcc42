"""Procrastinate as it is used here: one task, ``crawl_host``, whose job carries a host's key and nothing else.

Lock and queueing lock of a job are the host too, so that no two jobs about one host wait, or run, at a time. Delivery
is at least once; what makes that harmless is the claim, as everywhere (``storage.hosts``).
"""

from __future__ import annotations

from importlib import resources

import procrastinate
from procrastinate.jobs import Job

from storage import Store
from storage.engine import postgres_arguments
from storage.hosts import WaitingHost
from storage.job_tables import Script, put_job_tables, require_job_tables
from storage.lock_holders import JOBS_NAME

QUEUE = "hosts"
TASK = "crawl_host"


def job_app(database_url: str, *, connections: int = 4) -> procrastinate.App:
    """An app on the database, not yet opened."""
    arguments = {**postgres_arguments(database_url), "application_name": JOBS_NAME}
    return procrastinate.App(
        connector=procrastinate.PsycopgConnector(kwargs=arguments, min_size=1, max_size=connections, timeout=10.0)
    )


def job_of(host: WaitingHost) -> Job:
    """The job that says that a host is due; workers take the most urgent ones first."""
    return Job(
        id=None,
        queue=QUEUE,
        lock=host.key,
        queueing_lock=host.key,
        task_name=TASK,
        task_kwargs={"host": host.key},
        priority=int(host.urgency),
    )


def prepare_job_tables(store: Store) -> None:
    """Make procrastinate's tables, or bring them to the version that is installed."""
    put_job_tables(store, _whole(), _steps())


def require_prepared(store: Store) -> None:
    """Raise StorageError, saying what to do, unless the tables fit the version that is installed."""
    require_job_tables(store, _whole().version)


def _steps() -> tuple[Script, ...]:
    """Procrastinate's own migrations, in order."""
    folder = resources.files("procrastinate.sql") / "migrations"
    scripts = [path for path in folder.iterdir() if path.name.endswith(".sql")]
    return tuple(
        Script(path.name.removesuffix(".sql"), path.read_text(encoding="utf-8"))
        for path in sorted(scripts, key=lambda path: path.name)
    )


def _whole() -> Script:
    """The schema as a whole, which is what all migrations together give."""
    sql = (resources.files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")
    return Script(_steps()[-1].version, sql)
