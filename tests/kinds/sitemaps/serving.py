"""Serves this world on loopback, in a process of its own: ``python -m tests.kinds.sitemaps.serving``.

Prints its port. A number by ``POST /`` sets the moment.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.kinds.sitemaps.world import answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    moment = 0

    def do_GET(self) -> None:
        reply = answer(self.headers.get("Host", ""), self.path, self.moment)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def do_POST(self) -> None:
        type(self).moment = int(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
