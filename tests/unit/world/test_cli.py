"""The world as a process of its own: it says how to reach it, can be steered, and stops by itself."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from pathlib import Path

from outlets.catalogue import load_catalogue
from tests.world import CONTROL_HOST

REPOSITORY = Path(__file__).parents[3]


def test_a_served_world_prints_its_settings_can_be_steered_and_stops(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.world", "serve", "--time", "1 09:05", "--for", "60"]
    with subprocess.Popen(
        [*command, "--catalogue", str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline() for _ in range(6)]
        port = int(re.search(r"127\.0\.0\.1:(\d+)/_world", printed[-1])[1])  # type: ignore[index]
        before, after = _control(port, "GET"), _control(port, "POST", "2026-03-04T18:05:00+04:00")
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert (before, after) == ("2026-03-03T09:05:00+04:00", "2026-03-04T18:05:00+04:00")
    assert [line.split("=")[0] for line in printed[:5]] == [
        "export PARALLAX_CATALOGUE",
        "export PARALLAX_CATALOGUE_MODE",
        "export PARALLAX_HOSTS",
        "export PARALLAX_ALLOWED_NETWORKS",
        "export PARALLAX_CONTACT",
    ]
    assert len(load_catalogue([tmp_path], mode="only").outlets) == 15


def _control(port: int, method: str, body: str | None = None) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, "/_world/time", body=body, headers={"Host": CONTROL_HOST})
        return connection.getresponse().read().decode()
    finally:
        connection.close()
