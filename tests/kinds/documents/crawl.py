"""``python -m tests.kinds.documents.crawl HOME DATABASE_URL``: serves the documents' world and crawls it, twice.

The second pass is of the next day: nothing changed, so nothing may be told as an edit.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.kinds.documents.world import MEDIA, WATCH, answer, catalogue_files
from tests.world_run import crawl_once, import_everything

MOMENTS = ("2026-02-21T09:05:00+04:00", "2026-02-22T09:05:00+04:00")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer by host and path."""
        found = answer((self.headers["Host"] or "").partition(":")[0], self.path)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", found.kind if found else "text/plain")
        body = found.body if found else b"nothing here"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def main(home: Path, database_url: str) -> int:
    """Crawl the world at each of the moments; it is served by a fork of this process, so that this one may fork."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    serving = os.fork()
    if serving == 0:
        server.serve_forever()
    try:
        catalogue = home / "catalogue"
        (catalogue / "topics").mkdir(parents=True)
        for name, content in catalogue_files(server.server_address[1]).items():
            (catalogue / name).write_text(content, encoding="utf-8")
        environ = {
            "PARALLAX_HOME": str(home),
            "PARALLAX_DATABASE_URL": database_url,
            "PARALLAX_CATALOGUE": str(catalogue),
            "PARALLAX_CATALOGUE_MODE": "only",
            "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8",
            "PARALLAX_HOSTS": f"{MEDIA}=127.0.0.1,{WATCH}=127.0.0.1",
            "PARALLAX_CONTACT": "operator@sample.example",
        }
        import_everything()
        for moment in MOMENTS:
            tally = crawl_once(environ, datetime.fromisoformat(moment))
            print(f"{moment}: {tally}", flush=True)
    finally:
        os.kill(serving, signal.SIGKILL)
        os.waitpid(serving, 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
