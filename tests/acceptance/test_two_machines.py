"""Two workers share the hosts, one is killed on the way: all work is done, and no host is asked too soon by both."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.two_machines import network
from tests.world_run import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(900)]
LONGEST_S = 800  # a minute or two on a machine that does nothing else


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


def test_two_workers_on_one_machine_finish_what_a_killed_one_left() -> None:
    last = _run([sys.executable, "-m", "tests.two_machines"])

    assert last.startswith("two machines: kills=1 ")
    assert " machines=2 " in last


def test_two_workers_on_two_machines_never_press_a_host_together() -> None:
    reason = network.why_not()
    if reason is not None:
        pytest.skip(f"NOT TRIED: two machines with addresses of their own. {reason}")

    last = _run(network.inside([sys.executable, "-m", "tests.two_machines", "--apart", "--moments", "2"]))

    assert last.startswith("two machines: kills=1 ")
    assert " machines=2 " in last
