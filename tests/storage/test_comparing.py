"""Two databases with the same rows have no difference, in whatever order these were stored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from storage import Session
from storage.comparing import compare_stores
from storage.merging import merge_by_hand
from storage.tables import FetchRow, TargetRow
from tests.databases import migrated_store, sqlite_url
from tests.storage.filling import NOW, fill
from tests.storage.filling import store as put


def _articles(session: Session) -> None:
    fill(session)
    for number, path in enumerate("abcd"):
        put(session, "Bir mətn.", path=f"/{path}", at=NOW + timedelta(minutes=number))


def test_merges_that_were_found_in_another_order_are_the_same(tmp_path: Path) -> None:
    pairs = ((1, 2), (3, 4))
    (tmp_path / "other").mkdir()
    with migrated_store(sqlite_url(tmp_path)) as one, migrated_store(sqlite_url(tmp_path / "other")) as other:
        for store, order in ((one, pairs), (other, pairs[::-1])):
            store.write(_articles)
            for first, second in order:
                store.write(lambda s, a=first, b=second: merge_by_hand(s, a, b, "One.", at=NOW))  # type: ignore[misc]
        compared = {table.table: table.differences for table in compare_stores(one, other)}

    assert compared["article_merge"] == []
    assert compared["article"] == []


def test_a_further_document_is_of_the_same_poll_whatever_number_that_has(tmp_path: Path) -> None:
    def work(session: Session, *, is_late: bool) -> None:
        fill(session)
        target = session.scalars(select(TargetRow)).one()

        def look(minutes: int, part_of: int | None = None) -> int:
            at = NOW + timedelta(minutes=minutes)
            row = FetchRow(
                target_id=target.id, outlet="xeber", channel_id=target.channel_id, part_of=part_of, url=target.url,
                reason="poll", requested_at=at, received_at=at, conditional=False, outcome="timeout",
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

        for poll_at in (0, 10) if is_late else (10, 0):
            target.part_of = look(poll_at)
            look(poll_at + 1, target.part_of)
        target.part_of = session.scalar(select(FetchRow.id).where(FetchRow.requested_at == NOW))

    (tmp_path / "other").mkdir()
    with migrated_store(sqlite_url(tmp_path)) as one, migrated_store(sqlite_url(tmp_path / "other")) as other:
        for store, is_late in ((one, False), (other, True)):
            store.write(lambda session, is_late=is_late: work(session, is_late=is_late))  # type: ignore[misc]
        compared = {table.table: table.differences for table in compare_stores(one, other)}

    assert (compared["fetch"], compared["target"]) == ([], [])
