"""docs/OPERATIONS.md tells what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.extraction import ExtractionOutcome
from domain.fetch import FetchOutcome, PageReading
from parallax.commands import opening
from parallax.config import load_settings
from schedules.plan import SHORTEST_INTERVAL
from tests.world_run import ROOT

PAGE = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
CODE = "".join(
    path.read_text(encoding="utf-8")
    for package in ("crawler", "schedules", "parallax", "storage", "domain")
    for path in sorted((ROOT / package).rglob("*.py"))
)


def _first_cells(header: str) -> list[list[str]]:
    """The words in backticks of the first cell of each row of the table under ``header``."""
    table = PAGE.split(f"\n| {header} |", 1)[1].split("\n\n", 1)[0]
    return [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in table.splitlines()[2:]]


def test_the_table_of_requests_is_the_outcomes_in_their_order() -> None:
    assert _first_cells("outcome") == [[outcome.value] for outcome in FetchOutcome]


def test_the_table_of_readings_has_each_reading_and_each_outcome_of_an_extraction() -> None:
    words = _first_cells("reading")

    assert [row[0] for row in words] == [reading.value for reading in PageReading]
    assert {word for row in words for word in row} == {*PageReading} | {*ExtractionOutcome}


def test_every_outcome_says_what_is_asked_of_a_person() -> None:
    tables = PAGE.split("## What each outcome asks of you")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in tables.splitlines() if line.startswith("| `")]

    assert len(rows) == len(FetchOutcome) + len(PageReading)
    assert [row[0] for row in rows if len(row) != 3 or not all(cell.strip() for cell in row)] == []


def test_the_exit_codes_are_the_commands_own() -> None:
    codes = {getattr(opening, name) for name in dir(opening) if name.startswith("EXIT_")}

    assert {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.M)} == codes


def test_the_settings_file_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "parallax.toml"
    path.write_text(PAGE.split("```toml\n")[1].split("```")[0], encoding="utf-8")

    assert load_settings({}, path).contact == "you@example.org"


def test_every_event_of_the_log_is_one_that_is_logged() -> None:
    named = {event for row in _first_cells("event") for event in row}
    logged = set(
        re.findall(r"(?:log|get_logger\(\))\.(?:debug|info|warning|error|exception|critical)\(\s*\"([a-z_.]+)\"", CODE)
    )

    assert logged <= named
    assert named - logged <= {"library.reported"}
    assert '"library.reported"' in CODE


@pytest.mark.parametrize(
    "message",
    [
        *("the database can't be written: ", "the database can't be reached"),
        *(
            "the database is at revision ",
            "the database is empty",
            "no such database",
            "can't be written: ",
            "a fault of ours: ",
        ),
    ],
)
def test_a_message_that_the_page_explains_is_one_that_is_said(message: str) -> None:
    assert message.strip() in PAGE
    assert message in CODE


def test_the_rhythm_leaves_room_for_the_shortest_interval() -> None:
    """A channel that was polled late in a pass is due in the next one."""
    minutes = re.search(r"^\*/(\d+) \* \* \* \*", PAGE, re.M)

    assert minutes is not None
    assert int(minutes[1]) * 60 > SHORTEST_INTERVAL.total_seconds()
