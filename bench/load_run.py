"""One run of a real ``parallax run`` under load, and what was measured of it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.load_queries import ask_all, frozen
from bench.load_sampling import Sample, Sampler
from bench.load_setup import ANCHOR, ROOT, Load, configure, prepare
from domain.frontier import TargetState
from parallax.bootstrap import Parallax
from parallax.clock import ClockSetting, start_clock
from parallax.config import load_settings
from parallax.statuses import folder_bytes
from storage import Store
from storage.status_store import database_bytes
from storage.tables import ArticleRow, FetchRow, TargetRow

SCRAPE_EVERY_S = 15.0


@dataclass(slots=True)
class Result:
    """What was measured between the end of warming up and the run's."""

    load: Load
    articles_before: int
    samples: list[Sample]
    warm_s: float
    articles: int = 0
    fetches: dict[str, int] = field(default_factory=dict)  # by reason
    lags_s: list[tuple[float, float]] = field(default_factory=list)  # (wall seconds since the start, wall seconds late)
    unbegun: int = 0
    cpu_s: float = 0.0
    cpu_by_role: dict[str, float] = field(default_factory=dict)
    scrape_ms: list[float] = field(default_factory=list)
    means_ms: dict[str, float] = field(default_factory=dict)
    database_mb: float = 0.0
    archive_mb: float = 0.0
    problems: dict[str, int] = field(default_factory=dict)
    queries_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def window(self) -> list[Sample]:
        """Samples after warming up."""
        return [sample for sample in self.samples if sample.at_s >= self.warm_s]


def run(load: Load, folder: Path, *, database_url: str | None = None) -> Result:
    """Fill a store, run the service on it for ``load.minutes``, and ask what came of it."""
    folder.mkdir(parents=True)
    port, web_port = _free_port(), _free_port()
    config = configure(load, folder, port=port, web_port=web_port, database_url=database_url)
    store, before = prepare(load, config, port)
    bytes_before = _sizes(store, folder)
    environ = {"PARALLAX_CONFIG": str(config)}
    clock = ClockSetting(ANCHOR, load.rate, time.time())
    began = time.monotonic()
    with _server(load, clock, port), _service(environ, clock, folder) as service, Sampler(service.pid) as sampler:
        scraper = _Scraper(web_port)
        while time.monotonic() - began < load.minutes * 60 and service.poll() is None:
            scraper.look_when_due()
            time.sleep(0.2)
        last, told = sampler.take(), scraper.look()
        if service.poll() is not None or last is None:
            raise RuntimeError("the service ended:\n" + (folder / "run.log").read_text()[-3000:])
        ended_at = start_clock(clock).now()
    sampler.samples.append(last)
    result = Result(load, before, sampler.samples, load.warm_minutes * 60)
    _measure(result, store, clock, ended_at)
    result.cpu_by_role = dict(sampler.cpu_by_role)
    result.scrape_ms = scraper.took_ms
    result.means_ms = _means_ms(told)
    result.database_mb, result.archive_mb = (
        (after - before) / 1e6 for after, before in zip(_sizes(store, folder), bytes_before, strict=True)
    )
    result.problems = _problems(folder / "run.log")
    store.close()
    parallax = Parallax(load_settings(environ | {"PARALLAX_CLOCK": frozen(ended_at)}))
    result.queries_ms = ask_all(parallax)
    parallax.store.close()
    return result


@contextmanager
def _server(load: Load, clock: ClockSetting, port: int) -> Iterator[None]:
    arguments = ["--channels", load.channels, "--articles-a-day", load.articles_a_day, "--clock", clock, "--port", port]
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load_server", *map(str, arguments), "--stored", str(load.web.stored)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        if not server.stdout.readline():
            raise RuntimeError("the server of the invented web did not begin")
        try:
            yield
        finally:
            server.stdin.close()


@contextmanager
def _service(environ: Mapping[str, str], clock: ClockSetting, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    import os

    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    with (folder / "run.log").open("ab") as log:
        service = subprocess.Popen(
            [sys.executable, "-m", "parallax.cli", "run"],
            env=inherited | environ | {"PARALLAX_CLOCK": str(clock)},
            stdout=log,
            stderr=log,
        )
        try:
            yield service
        finally:
            service.send_signal(signal.SIGTERM)
            try:
                service.wait(20)
            except subprocess.TimeoutExpired:
                service.kill()
                service.wait()


class _Scraper:
    """Asks for the metrics as Prometheus would."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/metrics"
        self._next = time.monotonic() + SCRAPE_EVERY_S
        self.took_ms: list[float] = []

    def look_when_due(self) -> None:
        if time.monotonic() >= self._next:
            self._next += SCRAPE_EVERY_S
            threading.Thread(target=self.look, daemon=True).start()

    def look(self) -> str:
        """The metrics' page; empty where none came."""
        began = time.monotonic()
        try:
            with urllib.request.urlopen(self._address, timeout=60) as answer:
                told: str = answer.read().decode()
        except (OSError, urllib.error.URLError):
            return ""
        self.took_ms.append(1000 * (time.monotonic() - began))
        return told


# After


def _measure(result: Result, store: Store, clock: ClockSetting, ended_at: datetime) -> None:
    rate = result.load.rate
    begun_at = ANCHOR + timedelta(seconds=result.warm_s * rate)
    in_window = (FetchRow.requested_at >= begun_at, FetchRow.requested_at < ended_at)
    with store.read() as session:
        polls = session.execute(
            select(FetchRow.due_at, FetchRow.requested_at)
            .where(FetchRow.channel_id.is_not(None), FetchRow.due_at.is_not(None))
            .where(FetchRow.requested_at >= ANCHOR, FetchRow.requested_at < ended_at)
        )
        for due_at, asked_at in polls:
            result.lags_s.append(
                ((asked_at - ANCHOR).total_seconds() / rate, max(0.0, (asked_at - due_at).total_seconds()) / rate)
            )
        waiting = session.scalars(
            select(TargetRow.next_at)
            .where(TargetRow.channel_id.is_not(None), TargetRow.state == TargetState.DUE.value)
            .where(TargetRow.next_at < ended_at)
        )
        end_s = (ended_at - ANCHOR).total_seconds() / rate
        late = [(end_s, (ended_at - at).total_seconds() / rate) for at in waiting if at is not None]
        result.unbegun = len(late)
        result.lags_s += late
        result.fetches = dict(
            session.execute(select(FetchRow.reason, func.count()).where(*in_window).group_by(FetchRow.reason)).all()
        )
        result.articles = (
            session.scalar(
                select(func.count())
                .select_from(ArticleRow)
                .where(ArticleRow.first_seen_at >= begun_at, ArticleRow.first_seen_at < ended_at)
            )
            or 0
        )
    window = result.window
    result.cpu_s = window[-1].cpu_s - window[0].cpu_s
    result.articles = round(result.articles * _share(window, result.warm_s, end_s))
    result.fetches = {
        reason: round(count * _share(window, result.warm_s, end_s)) for reason, count in result.fetches.items()
    }


def _share(window: list[Sample], warm_s: float, end_s: float) -> float:
    """The part of the window that lies between its first and last sample, between which CPU was counted."""
    return (window[-1].at_s - window[0].at_s) / max(1e-9, end_s - warm_s)


def _means_ms(told: str) -> dict[str, float]:
    """Mean milliseconds of what the service itself measures."""
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if line and not line.startswith("#"))
    means = {}
    for name in ("parallax_extraction_seconds", "parallax_store_seconds"):
        count = float(figures.get(f"{name}_count", 0))
        if count:
            means[name] = 1000 * float(figures[f"{name}_sum"]) / count
    return means


def _problems(log: Path) -> dict[str, int]:
    """Warnings and errors in the log, by event."""
    found: dict[str, int] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            told = {"event": line[:60], "level": "error"}
        if told.get("level") in {"warning", "error", "critical"}:
            found[told["event"]] = found.get(told["event"], 0) + 1
    return found


def _sizes(store: Store, folder: Path) -> tuple[int, int]:
    with store.read() as session:
        return database_bytes(session), folder_bytes(folder / "archive")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
