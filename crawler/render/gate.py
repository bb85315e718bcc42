"""The only way out of the browser: an HTTP proxy on loopback that looks into what it is asked for.

It ends the browser's TLS itself, with a certificate that nobody else trusts; outside, each part goes the way of every
request of ours, certificate checks and all. What it is asked for is decided by its ``answer``.
"""

from __future__ import annotations

import contextlib
import ssl
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.render.rules import PartAsked, destination_of


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """What the browser gets: a status, the few headers that it needs, and the body as it is."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


Answering = Callable[[PartAsked], PartAnswer]


class Gate:
    """A proxy on a free port of loopback while its block lasts."""

    def __init__(self, answer: Answering) -> None:
        self._server = _Server(("127.0.0.1", 0), _handler(answer, _tls()))
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="gate", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that is killed leaves its connections as they are."""


def _handler(answer: Answering, tls: ssl.SSLContext) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        authority: str | None = None  # of the tunnel that this connection became

        def do_CONNECT(self) -> None:
            self.send_response_only(200, "Connection established")
            self.end_headers()
            self.connection = tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb", self.rbufsize)
            self.wfile = _Writer(self.connection)  # type: ignore[assignment]
            self.authority = self.path
            self.close_connection = False

        def _give(self) -> None:
            url = self.path if self.authority is None else f"https://{_without_default(self.authority)}{self.path}"
            headers = {name.lower(): value for name, value in self.headers.items()}
            given = answer(PartAsked(self.command, url, destination_of(headers, url)))
            self.send_response_only(given.status)
            for name, value in given.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(given.body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: addresses are no matter of a log."""

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        setattr(Handler, f"do_{method}", Handler._give)
    return Handler


class _Writer:
    """What the handler writes to, unbuffered."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._connection = connection
        self.closed = False

    def write(self, data: bytes) -> int:
        self._connection.sendall(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True


def _without_default(authority: str) -> str:
    return authority.removesuffix(":443")


def _tls() -> ssl.SSLContext:
    """TLS with a certificate made for the occasion; the browser is told not to look at it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gate")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(FileNotFoundError):
        path = Path(folder) / "gate.pem"
        path.touch(mode=0o600)
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(path)
    return context
