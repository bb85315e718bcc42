"""Serves this world on loopback, in a process of its own: ``python -m tests.kinds.backfill.serving``.

Prints its port. ``GET /_asked`` gives (host, path) of each request so far, one a line.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.kinds.backfill.replies import Reply
from tests.kinds.backfill.world import answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[str] = []  # noqa: RUF012 - of all handlers

    def do_GET(self) -> None:
        host = self.headers.get("Host", "")
        if self.path == "/_asked":
            reply = Reply(200, "text/plain", "\n".join(self.asked).encode())
        else:
            self.asked.append(f"{host.partition(':')[0]} {self.path}")
            reply = answer(host, self.path)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
