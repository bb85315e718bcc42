"""Has fetched pages rendered, one after the other, in a thread of its own.

A page's target stays in work meanwhile, so nobody else asks its host; the parts that the browser wants are asked for
here, each no sooner than the host's delay after the last answer. Scripts are kept for the pages that follow.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from urllib.parse import urldefrag

from crawler.fetch.engine import Answer, Order, Rendering
from crawler.fetch.kinds import FetchKind
from crawler.fetch.outcome import FetchVerdict, one_line
from crawler.render.chromium import BrowserLimits, BrowserRun, browser_version, found_browser
from crawler.render.gate import Gate, PartAnswer
from crawler.render.rules import FRAMES, SCRIPT, PageRules, PartAsked
from domain.clock import Clock
from domain.errors import RenderError
from domain.fetch import FetchOutcome, Response

HTML = ("Content-Type", "text/html; charset=utf-8")
_KEPT_PARTS = 64
_KEPT_BYTES = 1 << 20  # of one
_KEPT_S = 1800.0
_PASSED_ON = frozenset({"content-type", "location", "access-control-allow-origin"})

Fetch = Callable[[Order, Callable[[Answer], None]], None]


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A page that was fetched. ``allows``: what robots.txt lets us ask for. ``done`` gets None where it was stopped."""

    answer: Answer
    allows: Callable[[str], bool]
    delay_s: float
    answered_at: float  # monotonic
    done: Callable[[Answer | None], None]


class Renderer(threading.Thread):
    """One browser at a time. ``fetch`` is the engine's."""

    def __init__(self, fetch: Fetch, clock: Clock, limits: BrowserLimits, *, user_agent: str) -> None:
        super().__init__(name="renderer", daemon=True)
        self._fetch = fetch
        self._clock = clock
        self._limits = limits
        self._user_agent = user_agent
        self._inbox: queue.Queue[RenderJob | None] = queue.Queue()
        self._parts: OrderedDict[str, tuple[float, PartAnswer]] = OrderedDict()
        self._lock = threading.Lock()
        self._is_stopping = threading.Event()
        self._running: BrowserRun | None = None
        self._browser: tuple[str, str] | None = None  # program and version

    def render(self, job: RenderJob) -> None:
        """Have a page rendered; one that comes when it is over is let go."""
        with self._lock:
            if not self._is_stopping.is_set():
                self._inbox.put(job)
                return
        job.done(None)

    def stop(self) -> None:
        """Let the page in work go, and those that wait."""
        with self._lock:
            if self._is_stopping.is_set():
                return
            self._is_stopping.set()
            self._inbox.put(None)
        if self._running is not None:
            self._running.stop()

    def run(self) -> None:
        """Page after page, whatever goes wrong with one."""
        while (job := self._inbox.get()) is not None:
            rendered = None if self._is_stopping.is_set() else self._rendered(job)
            job.done(None if self._is_stopping.is_set() else rendered)

    def _rendered(self, job: RenderJob) -> Answer:
        try:
            page, renderer = self._page(job)
        except RenderError as error:
            return _failed(job.answer, error.problem)
        except Exception as error:  # the border of one page: it becomes its outcome
            return _failed(job.answer, f"a fault of ours: {type(error).__name__}")
        return _as_rendered(job.answer, page, renderer)

    def _page(self, job: RenderJob) -> tuple[bytes, str]:
        if self._browser is None:
            program = found_browser(self._limits)
            self._browser = program, browser_version(program)
        program, version = self._browser
        rules = PageRules(urldefrag(job.answer.order.url).url, job.allows)
        parts = _Parts(self, job, rules)
        with Gate(parts.answer) as gate, closing(parts):
            self._running = running = BrowserRun(program, self._limits)
            if self._is_stopping.is_set():  # it was told while there was nothing to be stopped yet
                running.stop()
            page = running.page(rules.page_url, gate_port=gate.port, user_agent=self._user_agent)
        return page, version

    def kept(self, url: str) -> PartAnswer | None:
        """A part that an earlier page had."""
        kept_at, part = self._parts.get(url, (float("-inf"), None))
        return part if time.monotonic() - kept_at < _KEPT_S else None

    def keep(self, url: str, part: PartAnswer) -> None:
        """Keep a script that is not too large for the pages that follow; the oldest goes."""
        if len(part.body) > _KEPT_BYTES:
            return
        self._parts[url] = (time.monotonic(), part)
        while len(self._parts) > _KEPT_PARTS:
            self._parts.popitem(last=False)

    def ask(self, page: Order, url: str) -> Answer:
        """Ask for a part, the way that its page went."""
        told: queue.Queue[Answer] = queue.Queue()
        self._fetch(Order(url, page.host, FetchKind.PART, self._clock.now(), page.proxy), told.put)
        return told.get()


class _Parts:
    """What the gate answers while one page is shown. Its threads come one at a time, so that the delay is kept."""

    def __init__(self, renderer: Renderer, job: RenderJob, rules: PageRules) -> None:
        self._renderer = renderer
        self._job = job
        self._rules = rules
        self._turn = threading.Lock()
        self._is_over = threading.Event()
        self._last = job.answered_at

    def answer(self, part: PartAsked) -> PartAnswer:
        """The page as it came, a part, or a refusal."""
        if self._rules.is_page(part):
            response = self._job.answer.response
            assert response is not None
            return PartAnswer(200, _passed_on(response), self._job.answer.verdict.body)
        with self._turn:
            if self._rules.refusal(part) is not None:  # 204 leaves a browser where it is
                return PartAnswer(204 if part.destination in FRAMES else 403)
            return self._renderer.kept(part.url) or self._asked(part)

    def close(self) -> None:
        """Ask for nothing more; a request that is under way is waited for, so that the host's next one keeps off it."""
        self._is_over.set()
        with self._turn:
            pass

    def _asked(self, part: PartAsked) -> PartAnswer:
        if self._is_over.wait(max(0.0, self._last + self._job.delay_s - time.monotonic())):
            return PartAnswer(403)
        answer = self._renderer.ask(self._job.answer.order, part.url)
        self._last = time.monotonic()
        given = _part_answer(answer)
        if part.destination == SCRIPT and answer.verdict.outcome is FetchOutcome.OK:
            self._renderer.keep(part.url, given)
        return given


def _part_answer(answer: Answer) -> PartAnswer:
    if answer.response is None:
        return PartAnswer(502)
    return PartAnswer(answer.response.status, _passed_on(answer.response), answer.verdict.body)


def _passed_on(response: Response) -> tuple[tuple[str, str], ...]:
    """What the browser needs to know: no cookies, no policies, no codings."""
    return tuple((name, " ".join(value.split())) for name, value in response.headers if name.lower() in _PASSED_ON)


def _as_rendered(answer: Answer, page: bytes, renderer: str) -> Answer:
    """``answer`` with the page as the browser showed it; its digest is what the next one is compared with."""
    raw = answer.response
    assert raw is not None
    digest = hashlib.sha256(page).hexdigest()
    same = digest == answer.order.body_sha256
    verdict = FetchVerdict(FetchOutcome.SAME_CONTENT if same else FetchOutcome.OK, body_sha256=digest, body=page)
    shown = replace(raw, status=200, headers=(HTML,), body=page, http_version="HTTP/1.1", ip_address=None)
    return replace(answer, verdict=verdict, response=shown, rendering=Rendering(raw, renderer))


def _failed(answer: Answer, problem: str) -> Answer:
    verdict = FetchVerdict(FetchOutcome.RENDER_ERROR, error=one_line(problem))
    return replace(answer, verdict=verdict, rendering=None)
