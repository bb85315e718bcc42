"""This world while it is served, and Parallax's commands run in it as processes of their own."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.kinds.backfill.replies import Site
from tests.kinds.backfill.world import NOW, SITES, TELEGRAM
from tests.world_run import ROOT

_OUTLET = """slug = "{site.slug}"
name = "{site.slug}"
languages = ["az"]
hosts = ["{site.host}:{port}"]
{more}

[[groups]]
group = "independent"
reason = "Invented."

[[channels]]
slug = "channel"
{channel}
evidence = "A"

[politeness]
delay_s = {delay_s}
timeout_s = 10.0
"""


class World:
    """Where it is served and stored."""

    def __init__(
        self, home: Path, port: int, database_url: str, *, delay_s: float = 0.02, sites: Sequence[Site] = SITES
    ) -> None:
        self.port = port
        folder = home / "catalogue"
        folder.mkdir(parents=True, exist_ok=True)
        for site in sites:
            (folder / f"{site.slug}.toml").write_text(self._toml(site, delay_s), encoding="utf-8")
        hosts = (TELEGRAM, *(site.host for site in sites))
        self._environ = {
            "PARALLAX_HOME": str(home),
            "PARALLAX_DATABASE_URL": database_url,
            "PARALLAX_CATALOGUE": str(folder),
            "PARALLAX_CATALOGUE_MODE": "only",
            "PARALLAX_TELEGRAM_URL": f"http://{TELEGRAM}:{port}",
            "PARALLAX_HOSTS": ",".join(f"{host}=127.0.0.1" for host in hosts),
            "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8",
            "PARALLAX_CONTACT": "operator@sample.example",
        }

    def _toml(self, site: Site, delay_s: float) -> str:
        origin = f"http://{site.host}:{self.port}"
        channel, more = (lines.replace("{origin}", origin) for lines in (site.channel, site.more))
        return _OUTLET.format(site=site, port=self.port, channel=channel, more=more, delay_s=delay_s)

    def run(self, *words: str, at: datetime = NOW, **settings: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            self._command(words), cwd=ROOT, env=self._env(at, settings), capture_output=True, text=True, timeout=240,
            check=False,
        )  # fmt: skip

    def killed(self, *words: str, after_s: float, at: datetime = NOW) -> None:
        """A command that is killed (-9) after so many seconds, if it runs then."""
        with subprocess.Popen(
            self._command(words), cwd=ROOT, env=self._env(at, {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(after_s)
            process.kill()

    def started(self, *words: str, at: datetime = NOW) -> subprocess.Popen[str]:
        """A command under way."""
        return subprocess.Popen(
            self._command(words), cwd=ROOT, env=self._env(at, {}), stdout=subprocess.PIPE, text=True
        )

    def asked(self) -> list[tuple[str, str]]:
        """(host, path) of each request so far."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/_asked")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return [(host, path) for host, path in (line.split(" ", 1) for line in lines)]

    @staticmethod
    def _command(words: Sequence[str]) -> list[str]:
        return [sys.executable, "-c", "from parallax.cli import main; main()", *words]

    def _env(self, at: datetime, settings: dict[str, str]) -> dict[str, str]:
        return {**os.environ, **self._environ, "PARALLAX_CLOCK": f"{at.isoformat()}@1", **settings}


@contextmanager
def served() -> Iterator[int]:
    """The world in a process of its own; gives its port."""
    command = [sys.executable, "-m", "tests.kinds.backfill.serving"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.terminate()
