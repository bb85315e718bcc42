"""``python -m bench.load_server``: serves the invented web on loopback, every host name by the Host header.

One asyncio process that builds each answer when it is asked for; what it costs is not Parallax's. It prints its port
once it listens and ends with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import sys
import zlib
from datetime import UTC
from zoneinfo import ZoneInfo

from bench.load_web import LoadWeb, article
from domain.clock import Clock
from parallax.clock import parse_clock, start_clock

_MOST_HEAD_BYTES = 16_384


class LoadServer:
    """Answers for every channel of ``web`` as it stands at ``clock``'s time."""

    def __init__(self, web: LoadWeb, clock: Clock, port: int) -> None:
        self._web = web
        self._clock = clock
        self._port = port

    async def serve(self) -> None:
        """Listen on loopback until standard input ends."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", self._port, limit=_MOST_HEAD_BYTES, backlog=512)
        for channel in range(4):  # one of each language: its sentences are put together before the first request
            article(channel, 0)
        print(self._port, flush=True)
        async with server:
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                writer.write(self._answer(head))
                await writer.drain()
        writer.close()

    def _answer(self, head: str) -> bytes:
        request, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if value}
        path = request.split(" ")[1]
        channel = int(headers.get("host", "c0000").partition(".")[0].lstrip("c") or 0)
        if path == "/feed.xml":
            body = self._web.feed(channel, self._clock.now(), port=self._port)
            return _response(body, "application/rss+xml", hashlib.sha1(body).hexdigest(), headers)
        if path.startswith("/news/"):
            number = int(path.removeprefix("/news/"))
            if _has(headers, etag := str(number)):
                return _response(b"", "text/html", etag, headers)
            return _response(self._web.page(channel, number, port=self._port), "text/html", etag, headers)
        return b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"


def _has(headers: dict[str, str], etag: str) -> bool:
    return headers.get("if-none-match") == f'"{etag}"'


def _response(body: bytes, kind: str, etag: str, headers: dict[str, str]) -> bytes:
    if _has(headers, etag):
        return f'HTTP/1.1 304 Not Modified\r\nETag: "{etag}"\r\n\r\n'.encode()
    encoding = ""
    if "gzip" in headers.get("accept-encoding", ""):
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        body, encoding = packer.compress(body) + packer.flush(), "Content-Encoding: gzip\r\n"
    return (
        f'HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nETag: "{etag}"\r\n{encoding}'
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def main() -> None:
    """Serve as asked."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--channels", type=int, required=True)
    arguments.add_argument("--articles-a-day", type=float, required=True)
    arguments.add_argument("--clock", required=True, help="TIME@RATE@SINCE, as Parallax is given it")
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--stored", type=int, default=0, help="articles of each channel before the clock's start")
    given = arguments.parse_args()
    setting = parse_clock(given.clock, ZoneInfo("UTC"))
    web = LoadWeb(given.channels, given.articles_a_day, setting.anchor.astimezone(UTC), given.stored)
    asyncio.run(LoadServer(web, start_clock(setting), given.port).serve())


if __name__ == "__main__":
    main()
