"""The queries printed for researchers run on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage import Store
from storage.worked_queries import WORKED_QUERIES


@pytest.mark.parametrize("number", range(len(WORKED_QUERIES)))
def test_a_worked_query_runs(store: Store, number: int) -> None:
    with store.read() as session:
        result = session.execute(text(WORKED_QUERIES[number].sql))

        assert len(list(result.keys())) >= 4
        assert result.all() == []
