"""Crawls one share of a world: its server in another process, and five passes a day, each in a fork of this one."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.orm import configure_mappers

from crawler.pool_zygote import load_ahead
from tests.ledger_world.nouns import LedgerScript, Outlet
from tests.world import CONTROL_HOST
from tests.world.catalogue import CONTACT, outlet_toml
from tests.world_run import ROOT, crawl_once, import_everything

PASSES = ("07:40", "11:40", "15:40", "19:40", "23:40")  # nothing is published by night
DATABASE = "parallax.db"
_LOADED_LATE = (  # by each crawl, where its parent has not
    "parallax.log",
    "crawler.fetch.addon",
    "crawler.archive.walk",
    "crawler.decisions",
    "outlets.written",
    "scrapy.statscollectors",
    "scrapy.logformatter",
    "scrapy.dupefilters",
    "scrapy.squeues",
    "scrapy.pqueues",
    "scrapy.downloadermiddlewares.downloadtimeout",
    "scrapy.downloadermiddlewares.defaultheaders",
    "scrapy.downloadermiddlewares.useragent",
)


class Served:
    """One share of a world in its own process."""

    def __init__(self, script: LedgerScript, share: int, shares: int, log: Path) -> None:
        words = {"seed": script.seed, "part": script.part, "days": script.days, "share": share, "shares": shares}
        options = [word for name, value in words.items() for word in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger_world", *options, "--log", str(log)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=30)

    def at(self, moment: datetime) -> None:
        """Have the world stand at ``moment``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/_world/time", body=moment.isoformat(), headers={"Host": CONTROL_HOST})
            if connection.getresponse().status >= 300:
                raise RuntimeError(f"the world refused to stand at {moment}")
        finally:
            connection.close()


def write_catalogue(folder: Path, outlets: tuple[Outlet, ...], port: int, *, is_upgraded: bool) -> None:
    """The outlets' files; ``is_upgraded``: with the selectors of the second half."""
    (folder / "topics").mkdir(parents=True, exist_ok=True)
    for outlet in outlets:
        site = replace(outlet.site, hints=outlet.hints_after) if is_upgraded and outlet.hints_after else outlet.site
        (folder / f"{site.slug}.toml").write_text(outlet_toml(site, port), encoding="utf-8")


def settings_of(home: Path, script: LedgerScript) -> Mapping[str, str]:
    """The environment in which Parallax sees these outlets and nothing else."""
    hosts = [host for outlet in script.outlets for host in outlet.site.hosts]
    return {
        "PARALLAX_HOME": str(home),
        "PARALLAX_CATALOGUE": str(home / "catalogue"),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_HOSTS": ",".join(f"{host}=127.0.0.1" for host in hosts),
        "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8",
        "PARALLAX_CONTACT": CONTACT,
    }


def pass_moments(script: LedgerScript) -> list[datetime]:
    """When it is crawled."""
    clocks = [time.fromisoformat(written) for written in PASSES]
    days = [(script.start + timedelta(days=day)).date() for day in range(script.days)]
    return [datetime.combine(day, clock, script.start.tzinfo) for day in days for clock in clocks]


def crawl_share(script: LedgerScript, share: int, shares: int, home: Path, *, tells: bool = False) -> tuple[int, int]:
    """Crawl one share into ``home``, its log beside it; gives (fetches, failed ones)."""
    import_everything()
    load_ahead(_LOADED_LATE)
    configure_mappers()
    own, fetches, failures = script.share(share, shares), 0, 0
    home.mkdir(parents=True, exist_ok=True)
    environ, upgraded = settings_of(home, own), False
    with Served(script, share, shares, home / "log.jsonl") as served:
        write_catalogue(home / "catalogue", own.outlets, served.port, is_upgraded=False)
        for number, moment in enumerate(pass_moments(own)):
            if moment >= own.upgrade_at and not upgraded:
                write_catalogue(home / "catalogue", own.outlets, served.port, is_upgraded=True)
                upgraded = True
            served.at(moment)
            tally = crawl_once(environ, moment)
            fetches, failures = fetches + tally.fetches, failures + tally.failures
            if tally.outcome != "done":
                raise RuntimeError(f"the crawl at {moment} ended as {tally.outcome!r}")
            if tells and number % 25 == 24:
                print(f"share {share}: {moment:%d %b}, {fetches:,} fetches", file=sys.stderr, flush=True)
    return fetches, failures
