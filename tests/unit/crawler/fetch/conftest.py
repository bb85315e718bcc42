"""Real crawls for the tests of the fetching layer: one child process a job, against servers on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import Authority, new_authority
from tests.hostile_server import HostileServer

ROOT = Path(__file__).parents[4]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl gave: by path of the asked address, and in order."""

    found: Sequence[Mapping[str, Any]]
    dials: Sequence[str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    log: str = ""

    def of(self, path: str) -> Mapping[str, Any]:
        (one,) = [each for each in self.found if each["url"].endswith(path)]
        return one


def crawl(
    asks: Sequence[str | Mapping[str, Any]],
    *,
    allowed_networks: Sequence[str] = ("127.0.0.0/8",),
    hosts: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    show_settings: Sequence[str] = (),
    is_guarded: bool = True,
    has_foreign_resolver: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Crawled:
    """Run one crawl that asks for each address once; ends within two minutes."""
    job = {
        "asks": [{"url": ask} if isinstance(ask, str) else dict(ask) for ask in asks],
        "allowed_networks": list(allowed_networks),
        "hosts": dict(hosts or {}),
        "settings": dict(settings or {}),
        "show_settings": list(show_settings),
        "is_guarded": is_guarded,
        "has_foreign_resolver": has_foreign_resolver,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.unit.crawler.fetch.crawl_child"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    assert ended.returncode == 0, ended.stderr
    return Crawled(**json.loads(ended.stdout), log=ended.stderr)


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as hostile:
        yield hostile


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusting(authority: Authority) -> dict[str, str]:
    return {"SSL_CERT_FILE": str(authority.path)}
