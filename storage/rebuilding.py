"""A database that is made anew: empty before, and at no revision until it is whole: nobody takes half of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from sqlite3 import Connection

from sqlalchemy import event, select, text, update
from sqlalchemy.orm import Session

from domain.errors import NotEmptyError, StorageError
from storage import migrate
from storage.copying import prepare_target
from storage.dumps import database_path
from storage.durable import sync_file
from storage.engine import Store
from storage.tables import HostRow


def begin_rebuild(store: Store) -> None:
    """Make the tables in an empty database. Raises NotEmptyError, StorageError."""
    try:
        prepare_target(store)
    except StorageError as error:
        if migrate.current_revision(store) is None:
            raise NotEmptyError("it is what a rebuild left that was killed; drop it, or name another") from error
        raise
    store.write(lambda session: session.execute(text("DELETE FROM alembic_version")))
    if store.dialect == "sqlite":  # one that is cut short is begun again, so nothing has to be on disk before its end
        store.close()
        event.listen(store.engine, "connect", _without_syncs)


def _without_syncs(connection: Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def end_rebuild(store: Store, *, real_now: datetime) -> None:
    """The database is whole. Each host is left alone for its delay: who rebuilds may have crawled a moment ago."""

    def work(session: Session) -> None:
        for key, delay_s in session.execute(select(HostRow.key, HostRow.delay_s)).all():
            rest = real_now + timedelta(seconds=delay_s)
            session.execute(update(HostRow).where(HostRow.key == key).values(next_allowed_at=rest))
        session.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": migrate.newest_revision()})

    store.write(work)
    if store.dialect == "sqlite":
        event.remove(store.engine, "connect", _without_syncs)
        store.close()  # the log goes into the file
        sync_file(database_path(store))
