"""What differs between two databases, table by table: rows that only one has, and columns that say something else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from storage import migrate
from storage.engine import Store
from storage.identities import Names, all_names, is_number, plain, rows_of, value_of
from storage.identities import name_of as identity_of
from storage.tables import metadata

_LONG = 2_000  # characters; longer values are compared whole and kept by their hash


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of one database that is not, or is otherwise, in the other. ``column`` None: the whole row."""

    table: str
    row: str
    column: str | None
    first: str | None
    second: str | None


@dataclass(slots=True)
class TableCompared:
    """A table's rows in both, and what differs."""

    table: str
    first_rows: int = 0
    second_rows: int = 0
    differences: list[Difference] = field(default_factory=list)


def compare_stores(first: Store, second: Store, *, ignored: Collection[str] = ()) -> Iterator[TableCompared]:
    """Each table of both, compared. ``ignored``: names of tables, or ``table.column``.

    Rows are held in memory a table at a time: meant for weeks, not for years. Raises StorageError where a database is
    not at the newest revision.
    """
    for store in (first, second):
        migrate.require_newest(store)
    with first.read() as one, second.read() as other:
        names = all_names(one), all_names(other)
        for table in metadata.sorted_tables:
            if table.name not in ignored:
                yield _compared(table, (one, other), names, ignored)


def _compared(
    table: Table, sessions: tuple[Session, Session], names: tuple[Names, Names], ignored: Collection[str]
) -> TableCompared:
    columns = [
        c.name for c in table.columns if not is_number(table, c.name) and f"{table.name}.{c.name}" not in ignored
    ]
    there = [_rows(s, table, columns, n) for s, n in zip(sessions, names, strict=True)]
    done = TableCompared(table.name, len(there[0]), len(there[1]))
    for name, values in there[0].items():
        other = there[1].pop(name, None)
        if other is None:
            done.differences.append(Difference(table.name, name, None, "there", None))
            continue
        done.differences += [
            Difference(table.name, name, column, plain(value), plain(others))
            for column, value, others in zip(columns, values, other, strict=True)
            if value != others
        ]
    done.differences += [Difference(table.name, name, None, None, "there") for name in there[1]]
    return done


def _rows(session: Session, table: Table, columns: Collection[str], names: Names) -> dict[str, tuple[Any, ...]]:
    known: Mapping[int, str] = names.get(table.name, {})
    found: dict[str, tuple[Any, ...]] = {}
    for row in rows_of(session, table):
        name = known.get(row["id"]) if "id" in row else None
        values = tuple(_kept(value_of(table, column, row, names)) for column in columns)
        found[name if name is not None else identity_of(table, row, names)] = values
    return found


def _kept(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONG:
        return f"{len(value)} characters, hash {hash(value):x}"
    if isinstance(value, list):
        return tuple(value)
    return value.replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo is None else value
