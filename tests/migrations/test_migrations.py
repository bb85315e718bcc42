"""The migrations and the tables agree, on both databases and in both directions."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import inspect

from domain.errors import StorageError
from storage import Store, migrate


def test_an_empty_database_says_what_to_do(empty_store: Store) -> None:
    with pytest.raises(StorageError, match="parallax init"):
        migrate.require_newest(empty_store)


def test_an_old_database_says_what_to_do(empty_store: Store) -> None:
    migrate.upgrade(empty_store, "0001")

    with pytest.raises(StorageError, match=r"at revision 0001.*parallax db upgrade"):
        migrate.require_newest(empty_store)


def test_the_migrations_make_the_tables_that_the_code_declares(empty_store: Store) -> None:
    migrate.upgrade(empty_store)

    with empty_store.engine.connect() as connection:
        command.check(migrate.alembic_config(connection))
    migrate.require_newest(empty_store)


def test_upgrading_twice_changes_nothing(empty_store: Store) -> None:
    migrate.upgrade(empty_store)
    before = sorted(inspect(empty_store.engine).get_table_names())
    migrate.upgrade(empty_store)

    assert sorted(inspect(empty_store.engine).get_table_names()) == before


def test_going_back_to_nothing_leaves_no_table(empty_store: Store) -> None:
    migrate.upgrade(empty_store)
    with empty_store.engine.execution_options(parallax_write=True).begin() as connection:
        command.downgrade(migrate.alembic_config(connection), "base")

    assert set(inspect(empty_store.engine).get_table_names()) <= {"alembic_version"}
