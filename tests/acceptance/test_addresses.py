"""No address that must not be reached is dialled, whether a feed, a listing or a redirect leads there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.world_run import ROOT

pytestmark = pytest.mark.slow


def _crawled(home: Path, networks: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.acceptance.address_crawl", str(home), networks],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_two_hundred_forms_of_addresses_by_three_ways_are_never_dialled(tmp_path: Path) -> None:
    found = _crawled(tmp_path, "127.0.0.2/32")

    assert found["forms"] >= 200
    assert found["dials"] == []
    assert found["asked"] == []
    assert {key.split()[1] for key in found["outcomes"]} == {"address_refused"}
    # A spelling that no parser of addresses takes for one never becomes a target; all others were refused.
    assert found["outcomes"]["by-feed address_refused"] >= 150
    assert found["outcomes"]["by-redirect address_refused"] >= 150


def test_with_the_guard_off_the_forms_of_loopback_do_connect(tmp_path: Path) -> None:
    found = _crawled(tmp_path, "127.0.0.0/8,::1/128")

    ways = {way for way in ("by-feed", "by-redirect") if any(path.endswith(way) for path in found["asked"])}
    assert ways == {"by-feed", "by-redirect"}
    assert len(found["dials"]) >= 20
