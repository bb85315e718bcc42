"""Pages made from the code agree with it; ``make docs`` makes them anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parallax.cli_doc import cli_page
from publish.exports_page import PAGES, exports_page, meaning_of
from storage.data_page import data_page
from storage.tables import metadata
from tests.docs.room_map import PAGE, with_map
from tests.world_run import ROOT


@pytest.mark.parametrize(
    ("page", "made"),
    [("docs/CLI.md", cli_page), ("docs/DATA.md", data_page), ("docs/EXPORTS.md", exports_page)],
)
def test_a_generated_page_is_up_to_date(page: str, made: Callable[[], str]) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == made()


def test_every_table_and_column_is_explained() -> None:
    silent = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if not column.comment
    ]
    silent += [table.name for table in metadata.tables.values() if not table.comment]

    assert silent == []


def test_every_column_of_the_exports_is_explained() -> None:
    silent = [
        f"{command}: {column}"
        for command, row_type in PAGES.items()
        for column, (_, _, meaning) in meaning_of(row_type).items()
        if not meaning
    ]

    assert silent == []


def test_the_map_of_modules_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == with_map(page)
