"""Moves a whole store into another database, SQLite to PostgreSQL or back, and proves that all of it came.

All is written in one transaction, compared in it, and committed last: a copy that fails or is killed leaves an empty
database. The source is read in one consistent state; nobody may work on it, since what came later would stay behind.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from domain.errors import InUseError, NotEmptyError, StorageError
from storage import migrate
from storage.engine import Store
from storage.hosts import IsAlive
from storage.outages import one_line
from storage.tables import HostRow, ShiftRow, metadata

_BATCH_ROWS = 500
_SUM_MODULUS = 1 << 256

Row = Mapping[str, Any]  # one row of any table, as SQLAlchemy gives it
OnTable = Callable[[str, int], None]  # table, rows


@dataclass(frozen=True, slots=True)
class TableCopied:
    """A table's rows and their digest, the same in both databases whatever order they stand in."""

    table: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Copied:
    """What came over, in the order in which tables were filled."""

    tables: tuple[TableCopied, ...]
    seconds: float

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)


def copy_store(source: Store, target: Store, *, is_alive: IsAlive, on_table: OnTable = lambda _t, _n: None) -> Copied:
    """Copy every row of ``source`` into ``target``, which is empty or has empty tables at the newest revision.

    Raises InUseError when somebody works on the source or it changed meanwhile, NotEmptyError when the target holds
    anything, StorageError when rows can't be written or do not read the same; the target is empty then.
    """
    began = time.monotonic()
    migrate.require_newest(source)
    require_nobody_at_work(source, is_alive)
    prepare_target(target)
    try:
        copied = _copy_all(source, target, is_alive, on_table)
    except DBAPIError as error:
        raise StorageError(f"the copy broke off, the target is empty: {one_line(error)}") from error
    if target.dialect == "postgresql":
        with target.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ANALYZE"))
    return Copied(tuple(copied), time.monotonic() - began)


def _copy_all(source: Store, target: Store, is_alive: IsAlive, on_table: OnTable) -> list[TableCopied]:
    """Every table, written, compared and committed as one."""
    with _one_state(source) as reading, target.engine.execution_options(parallax_write=True).begin() as writing:
        copied = [_copied(reading, writing, table, on_table) for table in metadata.sorted_tables]
        _after_rows(writing)
        _compare(writing, copied)
        require_nobody_at_work(source, is_alive)
        _require_unchanged(source, copied)
    return copied


def require_nobody_at_work(store: Store, is_alive: IsAlive) -> None:
    """Raise InUseError when a living process holds a host of ``store`` or leads its service."""
    with store.read() as session:
        hosts = select(HostRow.owner, func.max(HostRow.heartbeat_at)).where(HostRow.owner.is_not(None))
        shifts = select(ShiftRow.owner, func.max(ShiftRow.last_tick_real_at)).where(ShiftRow.ended_at.is_(None))
        crawls = [
            owner for owner, beat in session.execute(hosts.group_by(HostRow.owner)) if is_alive(owner or "", beat)
        ]
        leaders = [o for o, tick in session.execute(shifts.group_by(ShiftRow.owner)) if is_alive(o, tick)]
    if crawls or leaders:
        what = "a crawl is running" if crawls else "the service is running"
        raise InUseError(f"{what} on the source; stop it first, what it stores meanwhile would stay behind")


def prepare_target(target: Store) -> None:
    """Bring an empty database to the newest revision. Raises NotEmptyError when it holds a row or a foreign table."""
    try:
        names = set(inspect(target.engine).get_table_names())
    except DBAPIError as error:
        raise StorageError(f"the target can't be reached: {one_line(error)}") from error
    if not names:
        migrate.upgrade(target)
        return
    if "alembic_version" not in names:
        raise NotEmptyError("the target has tables of something else; nothing was written")
    migrate.require_newest(target)
    with target.engine.connect() as connection:
        filled = [t.name for t in metadata.sorted_tables if connection.execute(select(t).limit(1)).first() is not None]
    if filled:
        raise NotEmptyError(f"the target holds rows in {', '.join(filled)}; nothing was written")


@contextmanager
def _one_state(source: Store) -> Iterator[Connection]:
    """A connection that sees one state of the source from its first read on."""
    engine = source.engine
    if source.dialect == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.connect() as connection, connection.begin():
        yield connection


def _copied(reading: Connection, writing: Connection, table: Table, on_table: OnTable) -> TableCopied:
    own = _columns_to_itself(table)
    count = total = 0
    later: list[dict[str, Any]] = []
    for batch in _batches(reading, table):
        count += len(batch)
        total += sum(map(_row_number, batch))
        later += [_pointers(table, own, row) for row in batch if any(row[c.key] is not None for c in own)]
        _write(writing, table, batch, [{**row, **{c.key: None for c in own}} for row in batch])
    if later:
        key = table.primary_key.columns[0]
        pointing = update(table).where(key == bindparam("its_key"))
        writing.execute(pointing.values({c.name: bindparam(f"to_{c.key}") for c in own}), later)
    on_table(table.name, count)
    return TableCopied(table.name, count, f"{total % _SUM_MODULUS:064x}")


def _columns_to_itself(table: Table) -> list[Column[Any]]:
    """Columns that point to rows of the same table, which may come later than the row itself."""
    return [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]


def _pointers(table: Table, own: Sequence[Column[Any]], row: Row) -> dict[str, Any]:
    return {"its_key": row[table.primary_key.columns[0].key], **{f"to_{c.key}": row[c.key] for c in own}}


def _batches(connection: Connection, table: Table) -> Iterator[list[Row]]:
    order = table.primary_key.columns
    query = select(table).order_by(*order).execution_options(yield_per=_BATCH_ROWS)
    found = connection.execute(query)
    for part in found.mappings().partitions(_BATCH_ROWS):
        yield [dict(row) for row in part]


def _write(writing: Connection, table: Table, batch: Sequence[Row], rows: list[dict[str, Any]]) -> None:
    try:
        writing.execute(insert(table), rows)
    except DBAPIError as error:
        first, last = (row[table.primary_key.columns[0].key] for row in (batch[0], batch[-1]))
        raise StorageError(
            f"a row of {table.name} from {first} to {last} can't be written, the target is empty: {one_line(error)}"
        ) from error


def _row_number(row: Row) -> int:
    """A row as a number: the sha256 of its values in the order of their names. Sums of these know no order."""
    values = json.dumps(row, sort_keys=True, ensure_ascii=False, default=_plain).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(values).digest())


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no digest of {value!r}")


def _after_rows(writing: Connection) -> None:
    """What rows do not bring along: where numbering goes on, and the full-text index of SQLite."""
    if writing.dialect.name == "sqlite":
        writing.execute(text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        highest = writing.scalar(select(func.max(column))) if column is not None else None
        if column is not None and highest is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            writing.execute(select(func.setval(sequence, highest)))


def _compare(writing: Connection, copied: Sequence[TableCopied]) -> None:
    """Raise StorageError unless the target reads as the source did."""
    for was in copied:
        table = metadata.tables[was.table]
        count = total = 0
        for batch in _batches(writing, table):
            count += len(batch)
            total += sum(map(_row_number, batch))
        if (count, f"{total % _SUM_MODULUS:064x}") != (was.rows, was.sha256):
            raise StorageError(
                f"{was.table} does not read as it was written ({count} rows of {was.rows}); the target is empty"
            )


def _require_unchanged(source: Store, copied: Sequence[TableCopied]) -> None:
    with source.read() as session:
        for was in copied:
            if session.scalar(select(func.count()).select_from(metadata.tables[was.table])) != was.rows:
                raise InUseError(f"{was.table} changed in the source while it was copied; the target is empty")
