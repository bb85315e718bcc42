"""A few kills in every test run; ``make torture`` does hundreds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.torture.witness import asked_too_soon
from tests.world_run import ROOT

pytestmark = pytest.mark.slow


def test_nothing_is_lost_when_a_crawl_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "--kills", "6"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("torture: kills=6 ")


def test_the_witness_sees_a_host_that_was_asked_too_soon() -> None:
    log = [(10.0, "a.example", "/"), (10.5, "b.example", "/"), (11.0, "a.example", "/x"), (13.0, "a.example", "/y")]

    assert len(asked_too_soon(log, {"a.example": 1.5, "b.example": 1.5})) == 1
