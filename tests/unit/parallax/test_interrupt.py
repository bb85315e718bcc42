"""Ctrl-C in `parallax crawl` while hosts are asked: its hosts are given back, as it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import func, select

from storage import Store, open_store
from storage.tables import FetchRow, HostRow, RunRow
from tests.databases import sqlite_url
from tests.unit.parallax.test_cli import OUTLET
from tests.world_run import ROOT


class _Feed(BaseHTTPRequestHandler):
    """No robots.txt; elsewhere a feed of pages, each of them answered, five seconds apart by our own delay."""

    def do_GET(self) -> None:
        links = "".join(
            f"<item><title>{n}</title><link>http://{self.headers['Host']}/{n}</link></item>" for n in range(9)
        )
        body = f'<rss version="2.0"><channel><title>t</title>{links}</channel></rss>'.encode()
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _within(seconds: float, is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.1)


def _count(store: Store, *conditions: object) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def test_an_interrupt_gives_the_hosts_back_before_it_says_so(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = tmp_path / "own"
    own.mkdir()
    (own / "liman-sesi.toml").write_text(OUTLET.replace("127.0.0.1:9", f"127.0.0.1:{server.server_port}"))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    environ |= {"PARALLAX_HOME": str(tmp_path), "PARALLAX_CATALOGUE": str(own), "PARALLAX_CATALOGUE_MODE": "only"}
    environ |= {"PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8", "PARALLAX_LOG_LEVEL": "error"}
    crawl = subprocess.Popen(
        [sys.executable, "-m", "parallax.cli", "crawl"],
        cwd=ROOT,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        _within(60, (tmp_path / "parallax.db").is_file)
        store = open_store(sqlite_url(tmp_path))
        _within(60, lambda: _tables_are_there(store) and _count(store, FetchRow.reason == "new") > 0)
        assert _count(store, HostRow.owner.is_not(None)) == 1
        os.killpg(crawl.pid, signal.SIGINT)  # as a terminal does
        said = crawl.communicate(timeout=60)[1]
    finally:
        crawl.kill()
        server.shutdown()
        server.server_close()

    assert (crawl.returncode, said) == (130, "stopped; the hosts were given back, the next crawl goes on from here\n")
    assert _count(store, HostRow.owner.is_not(None)) == 0
    assert _count(store, RunRow.outcome.is_(None)) == 0
    store.close()


def _tables_are_there(store: Store) -> bool:
    from storage import migrate

    return migrate.current_revision(store) == migrate.newest_revision()
