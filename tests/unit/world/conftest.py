"""A served world for each test, and a plain client that says what came over the wire."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.world import World, WorldServer, moment


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as the client read it; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def server(world: World) -> Iterator[WorldServer]:
    with WorldServer(world, pace=0.01, stall_s=5.0) as served:
        yield served


@pytest.fixture
def ask(world: World, server: WorldServer) -> Ask:
    """``ask(host, path, at="0 09:05", headers={…}, timeout_s=…)`` over a connection of its own."""

    def asked(
        host: str,
        path: str,
        *,
        at: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 5.0,
        method: str = "GET",
        body: str | None = None,
    ) -> Answer:
        if at is not None:
            world.at(moment(world.script.day0, at))
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout_s)
        try:
            named = {"Host": f"{host}:{server.port}", "User-Agent": "test/1", **(headers or {})}
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, lowered, response.read())
        finally:
            connection.close()

    return asked


def path_of(world: World, outlet: str, slug: str) -> str:
    """The path of the article of ``outlet`` whose slug is ``slug``."""
    return next(a.path for a in world.script.articles if (a.outlet, a.slug) == (outlet, slug))
