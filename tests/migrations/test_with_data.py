"""Every earlier revision, filled with data, comes to the newest one with all of it and a working search.

``fillings/NNNN.sql`` fills a database at that revision; one that builds on another says so in its first line. A
statement after ``-- sqlite only`` is for that database alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, select, text

from storage import Store, migrate
from storage.checking import check_store
from storage.search import search
from text.search import search_query, to_fts5, to_tsquery

FILLINGS = Path(__file__).with_name("fillings")
REVISIONS = migrate.all_revisions()
ADDED_TO = {"todo"}  # by an upgrade after which something is still to be done
Rows = dict[str, list[dict[str, Any]]]


def _statements(revision: str, dialect: str) -> list[str]:
    told = (FILLINGS / f"{revision}.sql").read_text(encoding="utf-8")
    first = told.partition("\n")[0]
    earlier = _statements(first.removeprefix("-- builds on ").strip(), dialect) if "builds on" in first else []
    found = []
    for part in told.split(";\n"):
        lines = [line for line in part.splitlines() if line.strip() and not line.startswith("--")]
        if lines and ("-- sqlite only" not in part or dialect == "sqlite"):
            found.append("\n".join(lines))
    return earlier + found


def _fill(store: Store, revision: str) -> None:
    with store.engine.execution_options(parallax_write=True).begin() as connection:
        for statement in _statements(revision, store.dialect):
            connection.exec_driver_sql(statement.replace("%", "%%"))
        if store.dialect == "postgresql":
            _number_on(connection)


def _number_on(connection: Connection) -> None:
    """New rows are numbered behind those that were filled in with their numbers."""
    for table in _tables(connection):
        if "id" in table.columns:
            last = f'(SELECT coalesce(max(id), 0) + 1 FROM "{table.name}")'
            sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
            connection.exec_driver_sql(f"SELECT setval({sequence}, {last}, false) WHERE {sequence} IS NOT NULL")


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are, without what derives from others."""
    there = MetaData()
    there.reflect(connection)
    return [t for t in there.sorted_tables if not t.name.startswith(("search_index", "alembic_version"))]


def _rows(store: Store) -> Rows:
    with store.engine.connect() as connection:
        return {t.name: [dict(row) for row in connection.execute(select(t)).mappings()] for t in _tables(connection)}


def test_every_revision_has_a_filling() -> None:
    lacking = [revision for revision in REVISIONS if not (FILLINGS / f"{revision}.sql").is_file()]

    assert lacking == [], "a new migration needs tests/migrations/fillings/NNNN.sql, with a row in each new table"


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_filling_leaves_no_table_empty(empty_store: Store, revision: str) -> None:
    migrate.upgrade(empty_store, revision)
    _fill(empty_store, revision)

    assert [name for name, rows in _rows(empty_store).items() if not rows] == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_all_data_is_there_after_the_upgrade(empty_store: Store, revision: str) -> None:
    migrate.upgrade(empty_store, revision)
    _fill(empty_store, revision)
    before = _rows(empty_store)
    migrate.upgrade(empty_store)
    after = _rows(empty_store)

    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table]] if rows else []
        assert [row for row in kept if row in rows] == rows, table
        assert len(kept) == len(rows) or table in ADDED_TO, table


@pytest.mark.parametrize("revision", REVISIONS)
def test_search_works_and_nothing_is_wrong_after_the_upgrade(empty_store: Store, revision: str) -> None:
    migrate.upgrade(empty_store, revision)
    _fill(empty_store, revision)
    migrate.upgrade(empty_store)
    query = search_query("dasqin AND yollar")
    with empty_store.read() as session:
        found = search(session, fts5=to_fts5(query), tsquery=to_tsquery(query), limit=5)

    assert [f.article_id for f in found] == [1]
    assert check_store(empty_store, None).findings == []


def test_a_database_of_a_newer_version_is_left_alone(empty_store: Store) -> None:
    from domain.errors import StorageError

    migrate.upgrade(empty_store)
    with empty_store.engine.execution_options(parallax_write=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))

    with pytest.raises(StorageError, match=r"0999, which this version does not know"):
        migrate.upgrade(empty_store)
    with pytest.raises(StorageError, match=r"0999, which this version does not know"):
        migrate.require_newest(empty_store)
