"""``python -m tests.kinds.sitemaps.crawl``: this world's four moments, crawled into a database. It forks."""

from __future__ import annotations

import argparse
import http.client
import random
import subprocess
import sys
from pathlib import Path

from tests.kinds.sitemaps.world import ADDED, MOMENTS, SITES, Site
from tests.world_run import ROOT, crawl_killed, crawl_once, import_everything, in_fork

_OUTLET = """slug = "{site.slug}"
name = "{site.slug}"
languages = ["{site.language}"]
hosts = ["{site.host}:{port}"]

[[groups]]
group = "independent"
reason = "Invented."

[[channels]]
slug = "channel"
kind = "{site.kind}"
url = "http://{site.host}:{port}{site.address}"
evidence = "A"
{links}
[politeness]
delay_s = 0.05
timeout_s = 10.0
"""


def outlet_toml(site: Site, port: int) -> str:
    """The outlet's catalogue file."""
    links = 'link_css = "main a"\n' if site.kind == "listing" else ""
    return _OUTLET.format(site=site, port=port, links=links)


def settings_of(home: Path, port: int, database_url: str) -> dict[str, str]:
    """The environment in which Parallax sees this world and nothing else."""
    folder = home / "catalogue"
    folder.mkdir(parents=True, exist_ok=True)
    for site in SITES:
        (folder / f"{site.slug}.toml").write_text(outlet_toml(site, port), encoding="utf-8")
    return {
        "PARALLAX_HOME": str(home),
        "PARALLAX_DATABASE_URL": database_url,
        "PARALLAX_CATALOGUE": str(folder),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_HOSTS": ",".join(f"{site.host}=127.0.0.1" for site in SITES),
        "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8",
        "PARALLAX_CONTACT": "operator@sample.example",
    }


def main() -> int:
    """Crawl at each moment; before the second, an address is added by hand."""
    parser = argparse.ArgumentParser(prog="python -m tests.kinds.sitemaps.crawl")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--kills", type=int, default=0, help="so many crawls are killed at each moment first")
    options = parser.parse_args()
    serving = [sys.executable, "-m", "tests.kinds.sitemaps.serving"]
    with subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            _crawl(settings_of(options.home, port, options.database_url), port, options.kills)
        finally:
            server.terminate()
    return 0


def _crawl(environ: dict[str, str], port: int, kills: int) -> None:
    import_everything()
    chance = random.Random(7)
    for number, at in enumerate(MOMENTS):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/", body=str(number))
        connection.getresponse().read()
        connection.close()
        if number == 1:
            in_fork(lambda: _add({**environ, "PARALLAX_CLOCK": f"{MOMENTS[1].isoformat()}@0"}, port))
        for _ in range(kills):
            crawl_killed(environ, at, after_s=chance.uniform(0.3, 2.5))
        print(number, crawl_once(environ, at), flush=True)


def _add(environ: dict[str, str], port: int) -> None:
    import os

    from parallax.commands.add import add

    os.environ.update(environ)
    add(f"http://by-hand.example:{port}{ADDED}", None)


if __name__ == "__main__":
    sys.exit(main())
