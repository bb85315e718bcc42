"""The thread that has pages rendered: it ends when it is told to, whatever its browser is about."""

from __future__ import annotations

import queue
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.fetch.engine import Answer, Order
from crawler.fetch.kinds import FetchKind
from crawler.fetch.outcome import FetchVerdict
from crawler.render.chromium import BrowserLimits
from crawler.render.renderer import Renderer, RenderJob
from domain.clock import Clock
from domain.fetch import FetchOutcome, Response

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
URL = "https://xeber.example/a"
HTML = (("Content-Type", "text/html"),)


class StillClock(Clock):
    def now(self) -> datetime:
        return NOW


def job(done: queue.Queue[Answer | None]) -> RenderJob:
    response = Response(URL, 200, HTML, b"<p>x", NOW, NOW)
    verdict = FetchVerdict(FetchOutcome.OK, body_sha256="0", body=b"<p>x")
    order = Order(URL, "xeber.example", FetchKind.PAGE, NOW, None)
    answer = Answer(order, verdict, response, conditional=False, received_at=NOW)
    return RenderJob(answer, lambda _url: True, 0.0, time.monotonic(), done.put)


@pytest.mark.parametrize("busy_with", ["its version", "a page"])
def test_a_browser_is_killed_wherever_it_is_when_the_crawl_ends(tmp_path: Path, busy_with: str) -> None:
    browser = tmp_path / "browser"
    wait = "sleep 1" if busy_with == "its version" else ":"
    browser.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then {wait}; echo Some Browser; exit; fi\nsleep 60\n')
    browser.chmod(0o755)
    renderer = Renderer(lambda _order, _done: None, StillClock(), BrowserLimits(browser, most_s=50), user_agent="x")
    done: queue.Queue[Answer | None] = queue.Queue()
    renderer.start()
    renderer.render(job(done))
    time.sleep(0.5 if busy_with == "its version" else 2)
    renderer.stop()

    assert done.get(timeout=10) is None
    renderer.join(5)
    assert not renderer.is_alive()
