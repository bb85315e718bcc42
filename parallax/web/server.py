"""Serves /healthz and /metrics on 127.0.0.1, each request in a thread of its own. PARALLAX_WEB_PORT 0: not at all."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from crawler.owner import this_owner
from domain.errors import ConfigError, StorageError
from parallax.bootstrap import Parallax
from parallax.metrics import Recorder
from parallax.statuses import folder_bytes, free_bytes
from parallax.web.exposition import Moment, metrics_of, store_up
from parallax.web.health import health_report
from storage.backup_folder import last_made_at
from storage.metric_queries import FetchCounter, metric_facts
from storage.probe import ask

log = structlog.get_logger()

LOOPBACK = "127.0.0.1"
_ANSWER_WITHIN_S = 10.0


class StoreCollector(Collector):
    """Computes the store's metrics when they are asked for; one scrape at a time."""

    def __init__(self, parallax: Parallax) -> None:
        self._parallax = parallax
        self._counter = FetchCounter()
        self._scraping = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        with self._scraping:
            yield from self._metrics()

    def _metrics(self) -> list[Metric]:
        parallax = self._parallax
        folder = parallax.settings.archive_folder
        try:
            facts = ask(parallax.store, lambda s: metric_facts(s, self._counter, now=parallax.clock.now()))
        except StorageError as error:
            log.warning("scrape.failed", error=str(error))
            return [store_up(False)]
        last_backup_at = last_made_at(parallax.settings.backup_folder)
        moment = Moment(datetime.now(UTC), this_owner(), folder_bytes(folder), free_bytes(folder), last_backup_at)
        return [store_up(True), *metrics_of(facts, moment)]


class _Web(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, parallax: Parallax, recorder: Recorder) -> None:
        self.parallax = parallax
        self.recorder = recorder
        self.store_registry = CollectorRegistry(auto_describe=False)
        self.store_registry.register(StoreCollector(parallax))
        super().__init__((LOOPBACK, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Web
    timeout = _ANSWER_WITHIN_S

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/healthz":
            report = health_report(self.server.parallax.store)
            body = json.dumps(asdict(report) | {"at": report.at.isoformat()}, ensure_ascii=False).encode()
            self._answer(200 if report.is_well else 503, "application/json", body)
        elif path == "/metrics":
            body = generate_latest(self.server.recorder.registry) + generate_latest(self.server.store_registry)
            self._answer(200, CONTENT_TYPE_PLAIN_0_0_4, body)
        else:
            self._answer(404, "text/plain; charset=utf-8", b"Here are /healthz and /metrics.\n")

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug("web.asked", request=format % args)


@contextlib.contextmanager
def serving(parallax: Parallax, recorder: Recorder) -> Iterator[int | None]:
    """Serve while the block runs, on the port of the settings; gives it, or None where that is 0: off.

    Raises ConfigError where the port can't be used.
    """
    port = parallax.settings.web_port
    if port == 0:
        yield None
        return
    try:
        web = _Web(port, parallax, recorder)
    except OSError as error:
        raise ConfigError(
            "PARALLAX_WEB_PORT",
            f"{LOOPBACK}:{port} can't be used: {error.strerror}; allowed: a free port, or 0 for none",
        ) from error
    thread = threading.Thread(target=web.serve_forever, name="web", daemon=True)
    thread.start()
    log.info("web.opened", address=f"http://{LOOPBACK}:{port}")
    try:
        yield port
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
