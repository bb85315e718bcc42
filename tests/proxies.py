"""HTTP proxies on loopback, honest and broken ones: real sockets, one thread a connection.

An honest one knows where names lead by itself (``names``) and dials from an address of its own, so that a server sees
by the peer's address which way it was asked.
"""

from __future__ import annotations

import base64
import contextlib
import selectors
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.hostile_server import Asked, Behaviour, answer, head, read_request

SOURCE = "127.0.0.2"


@dataclass
class LoopbackProxy:
    """A proxy on a free port. ``names``: where ``host:port`` leads, as ``(address, port)``.

    ``credentials`` (``user:password``) are asked for where given. ``instead`` answers everything in its place, CONNECT
    too; ``after_connect`` are bytes that it sends behind its 200 instead of opening a way. ``is_named`` says that it
    names itself in Via.
    """

    names: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    credentials: str | None = None
    instead: Behaviour | None = None
    after_connect: bytes | None = None
    is_named: bool = True
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> LoopbackProxy:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def die(self) -> None:
        """Close everything, as a process that is killed does."""
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def address(self, credentials: str | None = None) -> str:
        """As it stands in the settings."""
        named = f"{credentials}@" if credentials else ""
        return f"http://{named}127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(30)
            asked = read_request(connection)
            if asked is None:
                return
            self.asked.append(asked)
            if self.instead is not None:
                self.instead(connection, asked)
            elif not self._knows(asked):
                challenge = [("Proxy-Authenticate", 'Basic realm="proxy"')]
                answer(b"who are you?", status="407 Proxy Authentication Required", headers=challenge)(
                    connection, asked
                )
            elif asked.method == "CONNECT":
                self._tunnel(connection, asked)
            else:
                self._ask(connection, asked)
        self._open.discard(connection)

    def _knows(self, asked: Asked) -> bool:
        if self.credentials is None:
            return True
        return asked.header("Proxy-Authorization") == "Basic " + base64.b64encode(self.credentials.encode()).decode()

    def _dial(self, authority: str) -> socket.socket | None:
        if authority not in self.names:
            return None
        try:
            dialled = socket.create_connection(self.names[authority], timeout=5, source_address=(SOURCE, 0))
        except OSError:
            return None
        self._open.add(dialled)
        return dialled

    def _tunnel(self, connection: socket.socket, asked: Asked) -> None:
        if self.after_connect is not None:
            connection.sendall(head("200 Connection established") + self.after_connect)
            connection.recv(65536)
            return
        dialled = self._dial(asked.path)
        if dialled is None:
            answer(b"<h1>No way</h1>", status="502 Bad Gateway")(connection, asked)
            return
        with dialled:
            connection.sendall(head("200 Connection established", [("Proxy-Agent", "loopback"), ("X-Of-Proxy", "yes")]))
            _relay(connection, dialled)

    def _ask(self, connection: socket.socket, asked: Asked) -> None:
        parts = urlsplit(asked.path)
        dialled = self._dial(f"{parts.hostname}:{parts.port or 80}")
        if dialled is None:
            answer(b"<h1>No way</h1>", status="502 Bad Gateway")(connection, asked)
            return
        path = parts._replace(scheme="", netloc="").geturl() or "/"
        passed = [(name, value) for name, value in asked.headers if not name.lower().startswith("proxy-")]
        with dialled:
            dialled.sendall(f"{asked.method} {path} HTTP/1.1\r\n".encode() + _lines(passed))
            received = b""
            while piece := dialled.recv(65536):
                received += piece
            first, _, rest = received.partition(b"\r\n")
            via = b"Via: 1.1 loopback\r\n" if self.is_named else b""
            connection.sendall(first + b"\r\n" + via + rest)


def _lines(headers: list[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1") + b"\r\n"


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes on both ways until one side ends."""
    with selectors.DefaultSelector() as ready:
        ready.register(one, selectors.EVENT_READ, other)
        ready.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in ready.select():
                source = key.fileobj
                assert isinstance(source, socket.socket)
                data = source.recv(65536)
                if not data:
                    return
                key.data.sendall(data)
