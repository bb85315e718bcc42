"""The sample world, on loopback where nothing else is said: one threading server, every host name by the Host header.

It can do on the wire what real servers do: stall, cut a body short, promise more than comes, answer 304. The
simulated time of a server in another process is set by ``POST /_world/time`` with Host ``control.example``, and its
request log is read by ``GET /_world/requests`` there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Protocol, Self

from tests.world.world import Reply

CONTROL_HOST = "control.example"
STALL_S = 20.0
_CONDITIONS = ("if-none-match", "if-modified-since")


class Answering(Protocol):
    """A world: its simulated time, and what it answers."""

    @property
    def now(self) -> datetime: ...

    def at(self, moment: datetime) -> None: ...

    def reply(
        self, host: str, target: str, headers: Mapping[str, str], *, port: int, now: datetime | None = None
    ) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came. ``at_s`` is monotonic; ``moment`` is the simulated time; status 0: nothing was sent."""

    at_s: float
    moment: datetime
    host: str
    path: str
    status: int
    user_agent: str | None
    conditions: Mapping[str, str]


class WorldServer:
    """Serves a world on ``address`` from a thread of its own; a context manager.

    ``pace`` scales every delay (0 for none); a stalled request is let go after ``stall_s`` or when the server stops.
    """

    def __init__(
        self,
        world: Answering,
        port: int = 0,
        *,
        address: str = "127.0.0.1",
        pace: float = 1.0,
        stall_s: float = STALL_S,
    ) -> None:
        self.world = world
        self._pace = pace
        self._stall_s = stall_s
        self._stopping = Event()
        self._lock = Lock()
        self._requests: list[Request] = []
        self._http = _QuietServer((address, port), self._handler_class())
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._http.server_address[1]

    def start(self) -> Self:
        """Begin to answer; returns itself."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Let stalled requests go, close the port and wait for the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def requests(self, host: str | None = None, path: str | None = None) -> tuple[Request, ...]:
        """The requests so far, oldest first, of one host or path if named."""
        with self._lock:
            return tuple(r for r in self._requests if host in (None, r.host) and path in (None, r.path))

    def forget_requests(self) -> None:
        """Empty the request log."""
        with self._lock:
            self._requests.clear()

    def _note(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)

    def _handler_class(self) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            server_version = "world"
            sys_version = ""
            timeout = 30.0

            def do_GET(self) -> None:
                served._answer(self, with_body=True)

            def do_HEAD(self) -> None:
                served._answer(self, with_body=False)

            def do_POST(self) -> None:
                served._control(self)

            def log_message(self, format: str, *args: object) -> None:
                """The request log replaces lines on stderr."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, *, with_body: bool) -> None:
        host, headers = _asked(handler)
        if host == CONTROL_HOST:
            is_log = handler.path == "/_world/requests"
            _send_text(handler, 200, self._log_lines() if is_log else self.world.now.isoformat())
            return
        moment = self.world.now
        reply = self.world.reply(host, handler.path, headers, port=self.port, now=moment)
        conditions = {name: headers[name] for name in _CONDITIONS if name in headers}
        status = 0 if reply.stalls else reply.status
        agent = headers.get("user-agent")
        self._note(Request(time.monotonic(), moment, host, handler.path, status, agent, conditions))
        if reply.stalls:
            self._stopping.wait(self._stall_s)
            handler.close_connection = True
            return
        if reply.waits_s:
            self._stopping.wait(reply.waits_s * self._pace)
        _send(handler, reply, with_body=with_body)

    def _log_lines(self) -> str:
        """The requests so far: a line of monotonic seconds, host and path each."""
        return "".join(f"{one.at_s:.6f} {one.host} {one.path}\n" for one in self.requests())

    def _control(self, handler: BaseHTTPRequestHandler) -> None:
        """Set the simulated time to the request's body, an ISO 8601 time with an offset."""
        host, headers = _asked(handler)
        written = handler.rfile.read(int(headers.get("content-length", "0"))).decode()
        if host != CONTROL_HOST or handler.path != "/_world/time":
            _send_text(handler, 404, "POST /_world/time at control.example")
            return
        try:
            self.world.at(datetime.fromisoformat(written.strip()))
        except ValueError as error:
            _send_text(handler, 400, str(error))
            return
        _send_text(handler, 200, self.world.now.isoformat())


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


def _asked(handler: BaseHTTPRequestHandler) -> tuple[str, dict[str, str]]:
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return headers.get("host", "").rsplit(":", 1)[0].lower(), headers


def _send(handler: BaseHTTPRequestHandler, reply: Reply, *, with_body: bool) -> None:
    handler.send_response_only(reply.status)
    for name, value in reply.headers:
        handler.send_header(name, value)
    length = reply.declared_length if reply.declared_length is not None else len(reply.body)
    if reply.status != 304:
        handler.send_header("Content-Length", str(length))
    if length > len(reply.body):
        handler.close_connection = True  # the promise is broken by hanging up
    handler.end_headers()
    if with_body:
        handler.wfile.write(reply.body)


def _send_text(handler: BaseHTTPRequestHandler, status: int, text: str) -> None:
    _send(handler, Reply(status, (("Content-Type", "text/plain; charset=utf-8"),), text.encode()), with_body=True)
