"""Two databases with the same rows have no difference, in whatever order these were stored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from storage import Session
from storage.comparing import compare_stores
from storage.merging import merge_by_hand
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
