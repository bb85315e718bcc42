"""Four schedulers at once and the leader killed, three times on each database; ``make torture-leaders`` does fifty."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.world_run import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.mark.parametrize("options", [[], pytest.param(["--postgres"], marks=pytest.mark.postgres)])
def test_one_of_four_leads_and_another_takes_over_when_it_is_killed(options: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.leaders", "--times", "3", *options],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=380,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert " rounds=3 kills=4 " in done.stdout.splitlines()[-1]
