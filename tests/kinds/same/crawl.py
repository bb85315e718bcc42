"""``python -m tests.kinds.same.crawl HOME DATABASE_URL``: crawls this world at each of its moments, in real processes.

The world answers from a fork of its own, which reads the moment from a file: who forks crawls keeps no thread.
"""

from __future__ import annotations

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.kinds.same.catalogue import write_catalogue
from tests.kinds.same.world import HOSTS, MOMENTS, answer
from tests.world_run import crawl_once, import_everything


def main() -> int:
    """Crawl all moments."""
    home, database_url = Path(sys.argv[1]), sys.argv[2]
    told = home / "moment"
    told.write_text("0")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
    port = server.server_address[1]
    serving = os.fork()
    if serving == 0:
        server.serve_forever()
    server.server_close()
    try:
        environ = _environ(home, database_url, port)
        import_everything()
        for number, moment in enumerate(MOMENTS):
            told.write_text(str(number))
            crawl_once(environ, moment)
    finally:
        os.kill(serving, signal.SIGKILL)
        os.waitpid(serving, 0)
    (home / "port").write_text(str(port))
    return 0


def _environ(home: Path, database_url: str, port: int) -> dict[str, str]:
    return {
        "PARALLAX_HOME": str(home),
        "PARALLAX_DATABASE_URL": database_url,
        "PARALLAX_CATALOGUE": str(write_catalogue(home / "catalogue", port)),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8",
        "PARALLAX_HOSTS": ",".join(f"{host}=127.0.0.1" for host in HOSTS),
        "PARALLAX_CONTACT": "operator@sample.example",
        "PARALLAX_TARGETS_PER_SLOT": "1000",
    }


def _handler(told: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host, _, port = (self.headers.get("Host") or "").partition(":")
            status, kind, body = answer(host, self.path, int(told.read_text() or 0), int(port or 80))
            self.send_response(status)
            self.send_header("Location" if status == 301 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


if __name__ == "__main__":
    sys.exit(main())
