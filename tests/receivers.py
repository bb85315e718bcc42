"""What alerts are sent to in tests, on loopback: a receiver of webhooks and a mail server that keep what they get."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Hook:
    """A receiver: answers each post with ``status`` and keeps (path, headers, document)."""

    port: int = 0
    status: int = 200
    location: str | None = None
    got: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)


@contextmanager
def webhook_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """A receiver on any free port."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    hook.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class MailBox:
    """A mail server: ``login`` is what it takes (None: it offers none), ``refused`` whom it has no box for."""

    port: int = 0
    login: tuple[str, str] | None = None
    offers_tls: bool = False
    refused: frozenset[str] = frozenset()
    greeting: str = "220 loopback"
    got: list[tuple[str, list[str], str]] = field(default_factory=list)
    was_secure: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@contextmanager
def mail_server(box: MailBox, tls: ssl.SSLContext | None = None) -> Iterator[MailBox]:
    """A mail server on any free port; it speaks as much SMTP (RFC 5321) as a sender needs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _Talk(self, box, tls).run()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()


class _Talk:
    def __init__(self, handler: socketserver.StreamRequestHandler, box: MailBox, tls: ssl.SSLContext | None) -> None:
        self._connection: Any = handler.request
        self._file: Any = handler.rfile
        self._box, self._tls = box, tls
        self._is_secure = False
        self._sender, self._to = "", list[str]()

    def run(self) -> None:
        self._say(self._box.greeting)
        while line := self._line().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            getattr(self, f"_{verb.lower()}", self._unknown)(rest)

    def _line(self) -> str:
        """The next line, whatever bytes it holds."""
        return str(self._file.readline(), "utf-8", "surrogateescape")

    def _say(self, line: str) -> None:
        self._connection.sendall(f"{line}\r\n".encode())

    def _unknown(self, _rest: str) -> None:
        self._say("502 unknown")

    def _ehlo(self, name: str) -> None:
        self._box.names.append(name)
        self._say("250-loopback")
        if self._tls is not None and not self._is_secure:
            self._say("250-STARTTLS")
        if self._box.login is not None:
            self._say("250-AUTH PLAIN")
        self._say("250 SMTPUTF8")

    def _starttls(self, _rest: str) -> None:
        assert self._tls is not None
        self._say("220 go on")
        self._connection = self._tls.wrap_socket(self._connection, server_side=True)
        self._file = self._connection.makefile("rb")
        self._is_secure = True

    def _auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        self._say("235 welcome" if (user, password) == self._box.login else f"535 wrong password {password}")

    def _mail(self, rest: str) -> None:
        self._sender, self._to = rest.partition("<")[2].partition(">")[0], []
        self._say("250 ok")

    def _rcpt(self, rest: str) -> None:
        to = rest.partition("<")[2].partition(">")[0]
        if to in self._box.refused:
            self._say("550 no such box")
            return
        self._to.append(to)
        self._say("250 ok")

    def _rset(self, _rest: str) -> None:
        self._say("250 ok")

    def _data(self, _rest: str) -> None:
        self._say("354 go on")
        lines = []
        while (line := self._line()) != ".\r\n":
            lines.append(line.removeprefix(".") if line.startswith("..") else line)
        self._box.got.append((self._sender, self._to, "".join(lines)))
        self._box.was_secure.append(self._is_secure)
        self._say("250 taken")
