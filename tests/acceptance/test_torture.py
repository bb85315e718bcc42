"""A few kills and faults of each kind in every test run; ``make torture`` does hundreds."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.torture.__main__ import shared_out
from tests.torture.figures import WRONGS, Figures
from tests.torture.parts import SHARES
from tests.torture.witness import asked_too_soon
from tests.world_run import ROOT

SLOW_MACHINE = {"not_ready"}  # tests run beside each other; how soon all is ready again is for ``make torture`` to say


def _torture(part: str, *, kills: int = 0, faults: int = 0) -> dict[str, int]:
    """The counts of a short torture."""
    command = [sys.executable, "-m", "tests.torture", "--only", part, "--kills", str(kills), "--faults", str(faults)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=280)
    last = done.stdout.splitlines()[-1]
    counts = {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)(?= |$)", last)}

    assert last.startswith("torture: kills="), done.stdout + done.stderr
    assert "broken_parts" not in counts, done.stdout + done.stderr
    assert {name for name in WRONGS if counts[name]} <= SLOW_MACHINE, done.stdout + done.stderr
    return counts


@pytest.mark.slow
def test_nothing_is_lost_when_a_crawl_is_killed() -> None:
    assert _torture("crawls-sqlite", kills=6)["kills"] == 6


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_no_row_names_a_record_that_a_killed_writer_left_unreadable(database: str) -> None:
    on_postgres = ["--postgres"] if database == "postgresql" else []
    command = [sys.executable, "-m", "tests.torture.archive", "--kills", "15", *on_postgres]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=280)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "kills=15" in done.stdout


@pytest.mark.slow
def test_a_service_goes_on_when_its_processes_are_killed() -> None:
    assert _torture("service-sqlite", kills=6)["kills"] == 6


@pytest.mark.slow
@pytest.mark.postgres
def test_workers_go_on_when_their_processes_are_killed() -> None:
    assert _torture("workers-postgresql", kills=5)["kills"] == 5


@pytest.mark.slow
def test_a_full_disk_and_a_lock_are_named_and_over_by_themselves() -> None:
    counts = _torture("faults-sqlite", faults=1)

    assert counts["locked_sqlite"] == 1
    assert counts["acknowledged"] > 0


@pytest.mark.slow
@pytest.mark.postgres
def test_a_database_that_is_killed_or_locked_is_named_and_over_by_itself() -> None:
    counts = _torture("faults-postgresql", faults=1)

    assert (counts["locked_postgresql"], counts["database_killed_postgresql"]) == (1, 1)


def test_the_witness_sees_a_host_that_was_asked_too_soon() -> None:
    log = [(10.0, "a.example", "/"), (10.5, "b.example", "/"), (11.0, "a.example", "/x"), (13.0, "a.example", "/y")]

    assert len(asked_too_soon(log, {"a.example": 1.5, "b.example": 1.5})) == 1


def test_all_kills_are_shared_out() -> None:
    assert sum(shared_out(1000, list(SHARES)).values()) == 1000
    assert sum(shared_out(7, list(SHARES)).values()) == 7
    assert shared_out(300, ["crawls-sqlite"]) == {"crawls-sqlite": 300}
    assert shared_out(5, []) == {}


def test_a_wrong_of_any_part_is_a_wrong_of_all() -> None:
    total, part = Figures(), Figures()
    part.was_ready("crawl_child", 9.0)
    part.recovery_s["locked_sqlite"].append(1.0)
    total.add(Figures.from_json(part.to_json()))

    assert total.is_bad
    assert "not_ready=1" in total.line()
