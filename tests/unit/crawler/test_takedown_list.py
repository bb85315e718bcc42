"""The list of takedowns beside an archive: whole lines count, each once, and what is no takedown is told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.takedown_list import add_to_list, listed_takedowns
from domain.errors import ArchiveError
from domain.takedown import LIST_FILE, KeptAddress, KeptArticle, Takedown

AT = datetime(2026, 3, 4, 9, 30, 0, 250_000, tzinfo=UTC)
ADDRESS = KeptAddress("xeber.example/sel", 1, "https://xeber.example/sel", "listed", AT)
KEPT = KeptArticle(
    ADDRESS.url,
    None,
    None,
    AT,
    AT,
    "az",
    AT,
    240,
    "minute",
    "meta",
    "live",
    AT,
    None,
    "page",
    "article",
    (ADDRESS,),
    (),
)
ONE = Takedown("xeber", ADDRESS.url, (ADDRESS.url_key,), ("ab" * 32,), "Ailənin xahişi ilə.", AT, KEPT)
OTHER = replace(ONE, url="https://xeber.example/o", decided_at=AT + timedelta(minutes=1))


def test_what_was_put_there_comes_back_in_order(tmp_path: Path) -> None:
    assert add_to_list(tmp_path / "archive", [ONE]) == 1
    assert add_to_list(tmp_path / "archive", [OTHER]) == 1

    assert listed_takedowns(tmp_path / "archive") == (ONE, OTHER)


def test_one_that_is_there_is_not_put_there_again(tmp_path: Path) -> None:
    add_to_list(tmp_path, [ONE, OTHER])

    assert add_to_list(tmp_path, [OTHER, ONE]) == 0
    assert (tmp_path / LIST_FILE).read_text().count("\n") == 2


def test_a_line_without_an_end_was_never_acted_on_and_is_written_over(tmp_path: Path) -> None:
    add_to_list(tmp_path, [ONE])
    with (tmp_path / LIST_FILE).open("a") as file:
        file.write('{"outlet":"xeb')

    assert listed_takedowns(tmp_path) == (ONE,)
    add_to_list(tmp_path, [OTHER])
    assert listed_takedowns(tmp_path) == (ONE, OTHER)


def test_a_line_that_is_no_takedown_is_an_error_that_names_it(tmp_path: Path) -> None:
    add_to_list(tmp_path, [ONE])
    with (tmp_path / LIST_FILE).open("a") as file:
        file.write("{}\n")

    with pytest.raises(ArchiveError, match="line 2 is no takedown"):
        listed_takedowns(tmp_path)


def test_a_folder_without_a_list_has_none(tmp_path: Path) -> None:
    assert listed_takedowns(tmp_path / "nowhere") == ()
