"""Crawl passes in processes of their own, and what they left in the store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from storage import Store
from tests.world_run import ROOT

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONTACT = "https://example.org/about"


@dataclass(frozen=True, slots=True)
class Home:
    """Where a crawl keeps what it sees; ``passing`` is its folder for what passes, with a short name for sockets."""

    folder: Path
    passing: Path
    database_url: str
    store: Store


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one pass did. ``log`` is all that it logged."""

    tally: Mapping[str, Any]
    dials: set[str]
    lookups: set[str]
    log: str


def crawl(
    home: Home,
    authority: Path | None,
    catalogue: Path,
    proxy: str | None,
    *,
    at: datetime = AT,
    environ: Mapping[str, str] = MappingProxyType({}),
) -> Crawled:
    job = {
        "PARALLAX_HOME": str(home.folder),
        "PARALLAX_DATABASE_URL": home.database_url,
        "PARALLAX_CONTACT": CONTACT,
        "PARALLAX_CATALOGUE": str(catalogue),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_CLOCK": f"{at.isoformat()}@0",
        **({"PARALLAX_PROXIES": f"tbilisi={proxy}"} if proxy else {}),
        **environ,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.kinds.reach.crawl"],
        input=json.dumps({"environ": job}),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(home.passing), **({"SSL_CERT_FILE": str(authority)} if authority else {})},
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    return Crawled(told["tally"], set(told["dials"]), set(told["lookups"]), ended.stderr)


def rows(home: Home, query: Any) -> list[tuple[Any, ...]]:
    with home.store.read() as session:
        return [tuple(row) for row in session.execute(query)]
