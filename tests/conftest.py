"""Fixtures of all tests. Nothing here lets a test reach beyond loopback."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from storage import Store
from tests.databases import migrated_store, postgres_database, postgres_server, sqlite_url

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")  # a busy machine is no fault of the code

_connect = socket.socket.connect


class _NotLoopbackError(AssertionError):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not ipaddress.ip_address(address[0]).is_loopback:
            raise _NotLoopbackError(f"a test tried to connect to {address}")
        _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """Name of a migrated database that others are copied from."""
    with postgres_database(postgres) as url:
        with migrated_store(url):
            pass
        yield url.rpartition("/")[2].partition("?")[0]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a migrated, empty database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path)
        with migrated_store(url):
            pass
        yield url
        return
    server = request.getfixturevalue("postgres")
    template = request.getfixturevalue("postgres_template")
    with postgres_database(server, template=template) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store at the newest revision: once SQLite, once PostgreSQL."""
    with migrated_store(database_url) as opened:
        yield opened
