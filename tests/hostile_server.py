"""A loopback web server that misbehaves on purpose: redirects, stalls, truncates, lies about length, sends bombs.

Raw sockets and one thread a connection, so that it can send what no HTTP library would. Every path has a ``Behaviour``;
``HostileServer`` comes with all of ``BEHAVIOURS`` and takes more. It stops by itself when its ``with`` block ends.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import brotli

try:
    from compression import zstd
except ModuleNotFoundError:
    from backports import zstd

PAGE = "<!doctype html><title>Körpü açıldı</title><p>Şəhərdə yeni körpü açıldı.</p>".encode()
LONG_PAGE = PAGE + b"<p>" + b"Yol baglidir. " * 20_000 + b"</p>"
BOMB_BYTES = 64 * 1024 * 1024
_COMMENT = b"#" + b"x" * 1022 + b"\n"
_FAR_DATE = "Wed, 01 Jan 2098 00:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server read it."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    at: float  # monotonic

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Behaviour = Callable[[socket.socket, Asked], None]


def head(status: str = "200 OK", headers: Iterable[tuple[str, str]] = (), *, version: str = "HTTP/1.1") -> bytes:
    lines = [f"{version} {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def answer(
    body: bytes = PAGE, *, status: str = "200 OK", headers: Iterable[tuple[str, str]] = (), length: int | None = None
) -> Behaviour:
    """An answer with a Content-Length (the true one unless ``length`` is given), then the connection closes."""

    def behave(connection: socket.socket, _: Asked) -> None:
        stated = len(body) if length is None else length
        connection.sendall(head(status, [*headers, ("Content-Length", str(stated)), ("Connection", "close")]) + body)

    return behave


def page(body: bytes = PAGE, *headers: tuple[str, str]) -> Behaviour:
    return answer(body, headers=[("Content-Type", "text/html; charset=utf-8"), *headers])


def coded(coding: str, body: bytes) -> Behaviour:
    return page(body, ("Content-Encoding", coding))


def redirect(location: str | None, status: str = "302 Found") -> Behaviour:
    return answer(b"", status=status, headers=[("Location", location)] if location is not None else [])


def raw(*pieces: bytes, pause_s: float = 0.0, reset: bool = False) -> Behaviour:
    """These very bytes; with ``reset`` the connection ends in a TCP reset."""

    def behave(connection: socket.socket, _: Asked) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause_s)
        if reset:
            time.sleep(0.2)  # lets the client read what was sent
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def drip(first: bytes, piece: bytes, *, every_s: float = 0.2, for_s: float = 30.0) -> Behaviour:
    """``first``, then ``piece`` again and again: never idle, never done."""

    def behave(connection: socket.socket, _: Asked) -> None:
        ends = time.monotonic() + for_s
        connection.sendall(first)
        while time.monotonic() < ends:
            connection.sendall(piece)
            time.sleep(every_s)

    return behave


def flood(first: bytes, piece: bytes, *, times: int) -> Behaviour:
    """``first``, then ``piece`` as fast as it is read."""

    def behave(connection: socket.socket, _: Asked) -> None:
        connection.sendall(first)
        for _n in range(times):
            connection.sendall(piece)

    return behave


def stall(connection: socket.socket, _: Asked) -> None:
    """Read the request and say nothing."""
    connection.settimeout(30)
    connection.recv(1)


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def zeros_gzip(size: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0) as stream:
        for _ in range(size // 65536):
            stream.write(b"\0" * 65536)
    return out.getvalue()


def _raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body, wbits=-zlib.MAX_WBITS)


@cache
def _behaviours() -> Mapping[str, Behaviour]:
    bomb = zeros_gzip(BOMB_BYTES)
    zeros = b"\0" * BOMB_BYTES
    chunked = head("200 OK", [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")])
    whole = gzipped(LONG_PAGE)
    return {
        "/page": page(),
        "/gzip": coded("gzip", gzipped(PAGE)),
        "/x-gzip": coded("x-gzip", gzipped(PAGE)),
        "/deflate": coded("deflate", zlib.compress(PAGE)),
        "/deflate-raw": coded("deflate", _raw_deflate(PAGE)),
        "/br": coded("br", brotli.compress(PAGE)),
        "/zstd": coded("zstd", zstd.compress(PAGE)),
        "/stacked": coded("gzip, br", brotli.compress(gzipped(PAGE))),
        "/gzip-truncated": coded("gzip", whole[: len(whole) // 2]),
        "/gzip-damaged": coded("gzip", whole[:40] + b"\xff" * 40 + whole[80:]),
        "/bomb-gzip": coded("gzip", bomb),
        "/bomb-deflate": coded("deflate", zlib.compress(zeros, 9)),
        "/bomb-br": coded("br", brotli.compress(zeros, quality=5)),
        "/bomb-zstd": coded("zstd", zstd.compress(zeros)),
        "/bomb-double": coded("gzip, gzip", gzipped(bomb)),
        "/length-too-long": answer(PAGE, length=len(PAGE) + 1000),
        "/length-too-short": answer(PAGE, length=10),
        "/length-huge": answer(PAGE, length=10**12),
        "/length-garbage": raw(head("200 OK", [("Content-Length", "many")]) + PAGE),
        "/length-twice": raw(head("200 OK", [("Content-Length", "5"), ("Content-Length", "7")]) + PAGE),
        "/chunks": raw(chunked + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n"),
        "/chunks-bad": raw(chunked + b"zz\r\n" + PAGE),
        "/chunks-cut": raw(chunked + b"%x\r\n" % (len(PAGE) * 2) + PAGE),
        "/chunks-unending": raw(chunked + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n"),
        "/transfer-unknown": raw(head("200 OK", [("Transfer-Encoding", "gzip")]) + whole),
        "/http09": raw(PAGE),
        "/not-http": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        "/icy": raw(b"ICY 200 OK\r\n\r\n" + PAGE),
        "/status-word": raw(b"HTTP/1.1 fine OK\r\n\r\n"),
        "/close-at-once": raw(),
        "/close-in-headers": raw(b"HTTP/1.1 200 OK\r\nContent-Type: te"),
        "/reset-in-body": raw(head("200 OK", [("Content-Type", "text/html")]) + PAGE, reset=True),
        "/until-close": raw(head("200 OK", [("Content-Type", "text/html")]) + PAGE),
        "/stall": stall,
        "/drip-headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n"),
        "/drip-body": drip(head("200 OK", [("Content-Type", "text/html")]), b"<p>"),
        "/drip-chunks": drip(chunked, b"1\r\nx\r\n"),
        "/chunks-tiny": flood(chunked, b"1\r\nx\r\n" * 10_000, times=1_100),
        "/continues": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n", times=100_000),
        "/headers-many": flood(b"HTTP/1.1 200 OK\r\n", b"X-H: 1\r\n" * 1000, times=200),
        "/header-endless": flood(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a" * 65536, times=1000),
        "/body-endless": flood(head("200 OK", [("Content-Type", "text/html")]), b"a" * 65536, times=4000),
        "/redirect": redirect("/page"),
        "/redirect-self": redirect("/redirect-self"),
        "/redirect-nowhere": redirect(None),
        "/redirect-mailto": redirect("mailto:red@example.org"),
        "/redirect-letters": redirect("/х/səhifə".encode().decode("latin-1")),
        "/too-many": answer(b"", status="429 Too Many Requests", headers=[("Retry-After", "30")]),
        "/busy": answer(b"", status="503 Service Unavailable", headers=[("Retry-After", _FAR_DATE)]),
        "/forbidden": answer(b"", status="403 Forbidden"),
        "/missing": answer(b"", status="404 Not Found"),
        "/not-modified": raw(head("304 Not Modified", [("ETag", '"v1"')])),
        "/rot13": answer(PAGE, headers=[("Content-Type", "text/html; charset=rot13")]),
        "/cookies": page(PAGE, ("Set-Cookie", "a=1"), ("X-Two", "1"), ("x-two", "2"), ("Set-Cookie", "b=2")),
        "/robots-long": flood(head("200 OK", [("Content-Type", "text/plain")]), _COMMENT, times=20_000),
    }


@dataclass
class HostileServer:
    """Serves ``behaviours`` by path (without its query) on a free port of ``address``; unknown paths get 404."""

    address: str = "127.0.0.1"
    behaviours: Mapping[str, Behaviour] = field(default_factory=_behaviours)
    tls: ssl.SSLContext | None = None
    keeps_alive: bool = False  # serve one request after another on a connection
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    peers: list[str] = field(default_factory=list)  # the address each connection came from

    def __enter__(self) -> HostileServer:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((self.address, 0))
        self._listener.listen(64)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in list(self._threads):
            thread.join(timeout=5)

    def url(self, path: str, *, host: str | None = None) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{host or self.address}:{self.port}{path}"

    def _accept(self) -> None:
        while True:
            try:
                connection, peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self.peers.append(peer[0])
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        try:
            connection.settimeout(30)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            while (asked := read_request(connection)) is not None:
                self.asked.append(asked)
                behaviour = self.behaviours.get(asked.path.partition("?")[0], answer(b"", status="404 Not Found"))
                behaviour(connection, asked)
                if not self.keeps_alive:
                    return
        except (OSError, ValueError):
            pass  # the client went away, which is what many of its tests want
        finally:
            connection.close()
            self._open.discard(connection)


def read_request(connection: socket.socket) -> Asked | None:
    """The next request's head; None where the connection ends."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    first, *lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Asked(method, path, headers, time.monotonic())
