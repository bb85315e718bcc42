"""A store moves to the other database whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from domain.errors import InUseError, NotEmptyError, StorageError
from storage import Session, Store, migrate, open_store
from storage.copying import copy_store
from storage.integrity import database_findings, search_findings
from storage.integrity_rows import pointer_findings
from storage.search import forget_search_document, search
from storage.tables import ArticleRow, HostRow, ShiftRow, TargetRow, TextRow, metadata
from tests.backup.keeping import fill_with_records
from tests.databases import postgres_database, sqlite_url
from tests.storage.filling import HOST, NOW, page_target
from text.search import search_query, to_fts5, to_tsquery


def _nobody(_owner: str, _heartbeat_at: datetime | None) -> bool:
    return False


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """Three articles, and rows that point to later rows of their own table."""

    def work(session: Session) -> None:
        first, second = session.scalars(select(ArticleRow).order_by(ArticleRow.id).limit(2))
        first.merged_into = second.id
        forget_search_document(session, first.id)
        page_target(session, "/later")
        old, new = session.scalars(select(TargetRow).order_by(TargetRow.id.desc()).limit(2))
        new.via_target_id = old.id

    fill_with_records(store, tmp_path / "archive")
    store.write(work)
    return store


@pytest.fixture
def other(store: Store, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty database of the other kind."""
    if store.dialect == "postgresql":
        opened = open_store(sqlite_url(tmp_path / "other"))
        yield opened
        opened.close()
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        opened = open_store(url)
        yield opened
        opened.close()


pytestmark = pytest.mark.postgres


def _counts(store: Store) -> dict[str, int]:
    with store.read() as session:
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in metadata.sorted_tables}


def test_every_row_is_in_the_other_database_and_search_works(filled: Store, other: Store) -> None:
    done = copy_store(filled, other, is_alive=_nobody)
    query = search_query("dasqin OR Шеки")
    with other.read() as session:
        found = search(session, fts5=to_fts5(query), tsquery=to_tsquery(query), limit=5)
        problems = [*database_findings(session), *pointer_findings(session), *search_findings(session)]
        merged = session.scalars(select(ArticleRow.merged_into).order_by(ArticleRow.id)).all()

    assert {t.table: t.rows for t in done.tables} == _counts(filled) == _counts(other)
    assert sorted(str(f.title) for f in found) == ["Плотина"]  # the other is merged into it
    assert problems == []
    assert merged == [2, None, None]


def test_numbering_goes_on_after_the_highest(filled: Store, other: Store) -> None:
    copy_store(filled, other, is_alive=_nobody)

    def add(session: Session) -> int:
        return page_target(session, "/new").id

    highest = _highest_target(filled)
    assert other.write(add) == highest + 1


def _highest_target(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.max(TargetRow.id))) or 0


def test_there_and_back_again_is_the_same(filled: Store, other: Store, tmp_path: Path) -> None:
    there = copy_store(filled, other, is_alive=_nobody)
    third = open_store(sqlite_url(tmp_path / "third"))
    back = copy_store(other, third, is_alive=_nobody)
    third.close()

    assert there.tables == back.tables


def test_a_target_that_holds_a_row_is_refused(filled: Store, other: Store) -> None:
    copy_store(filled, other, is_alive=_nobody)

    with pytest.raises(NotEmptyError, match="nothing was written"):
        copy_store(filled, other, is_alive=_nobody)


def test_a_target_that_belongs_to_something_else_is_refused(filled: Store, other: Store) -> None:
    with other.engine.execution_options(parallax_write=True).begin() as connection:
        connection.execute(text("CREATE TABLE theirs (a integer)"))

    with pytest.raises(NotEmptyError, match="something else"):
        copy_store(filled, other, is_alive=_nobody)


@pytest.mark.parametrize("who", ["a crawl", "the service"])
def test_a_source_that_somebody_works_on_is_refused(filled: Store, other: Store, who: str) -> None:
    def work(session: Session) -> None:
        if who == "a crawl":
            session.get_one(HostRow, HOST).owner = "boot:1:2:3"
        else:
            session.add(ShiftRow(owner="o", started_at=NOW, last_tick_at=NOW, last_tick_real_at=NOW, ticks=1))

    filled.write(work)
    with pytest.raises(InUseError, match=f"{who} is running"):
        copy_store(filled, other, is_alive=lambda _owner, _beat: True)
    assert migrate.current_revision(other) is None


def test_a_source_that_changes_meanwhile_leaves_the_target_empty(filled: Store, other: Store) -> None:
    def write_meanwhile(table: str, _rows: int) -> None:
        if table == "article":
            filled.write(lambda session: session.add(TextRow(sha256="f" * 64, body="x", chars=1)))

    with pytest.raises(InUseError, match="text changed"):
        copy_store(filled, other, is_alive=_nobody, on_table=write_meanwhile)
    assert sum(_counts(other).values()) == 0


def test_a_row_that_can_not_be_written_is_named_and_leaves_the_target_empty(filled: Store, other: Store) -> None:
    if filled.dialect != "sqlite":
        pytest.skip("PostgreSQL holds no row that SQLite refuses")
    filled.write(lambda session: session.execute(text("UPDATE article SET title = 'a' || char(0) || 'b' WHERE id = 2")))

    with pytest.raises(
        StorageError, match=r"a row of article from 1 to 3 can't be written, the target is empty: .*NUL"
    ):
        copy_store(filled, other, is_alive=_nobody)
    assert sum(_counts(other).values()) == 0
