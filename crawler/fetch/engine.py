"""Scrapy as a fetching engine: one crawl that never ends by itself, fed one request at a time.

The crawl loop runs in threads of its own and knows no Twisted; ``FetchEngine.fetch`` hands a request over and the
answer comes back through a callback. What to ask, and when, is decided outside.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import DontCloseSpider
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler.fetch.failure import outcome_of_failure
from crawler.fetch.handler import HEADERS_META, PROXY_META
from crawler.fetch.keys import RequestKey, key_headers
from crawler.fetch.kinds import FetchKind
from crawler.fetch.outcome import FetchVerdict, outcome_of_response
from crawler.fetch.proxies import seen_through
from crawler.fetch.request import build_request, is_conditional, to_response
from domain.clock import Clock
from domain.fetch import FetchOutcome, Response

HEARS_EVERY_S = 0.25  # signals: their handlers run in this thread, which those given to another don't wake


@dataclass(frozen=True, slots=True)
class Order:
    """One request to be made. ``host`` is the unit of politeness; ``body_sha256`` the digest of the last good body.

    ``asked_at`` is the clock's time (aware UTC): the look, its record and what is read from it all carry this one.
    ``proxy`` names the outlet's proxy, None means directly; it has no default, so that nobody goes directly unasked.
    """

    url: str
    host: str
    kind: FetchKind
    asked_at: datetime
    proxy: str | None
    timeout_s: float | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """That a response is a page as a browser showed it: what it was made of, and by which browser."""

    raw: Response
    renderer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an order; ``response`` is None when nothing came back."""

    order: Order
    verdict: FetchVerdict
    response: Response | None
    conditional: bool
    received_at: datetime
    rendering: Rendering | None = None  # None: as it came


class _IdleSpider(Spider):
    """Holds the crawl open; requests are given to the engine directly."""

    name = "parallax"

    async def start(self) -> Any:  # Scrapy wants an asynchronous generator
        for request in tuple[Request, ...]():
            yield request


class FetchEngine:
    """The one crawl of this process. ``run`` blocks in the main thread until ``stop``."""

    def __init__(self, settings: Mapping[str, Any], clock: Clock, *, keys: tuple[RequestKey, ...] = ()) -> None:
        self._process = CrawlerProcess({**settings, "LOG_INSTALL_ROOT_HANDLER": False})
        self._crawler: Crawler = self._process.create_crawler(_IdleSpider)
        self._crawler.signals.connect(self._keep_open, signal=signals.spider_idle)
        self._crawler.signals.connect(self._opened, signal=signals.spider_opened)
        self._clock = clock
        self._keys = keys
        self._is_stopping = threading.Event()
        self.is_open = threading.Event()

    def run(self) -> None:
        """Run the reactor until ``stop``. Signals are the caller's."""
        from twisted.internet.task import LoopingCall  # noqa: PLC0415 - needs the reactor that Scrapy installs

        self._process.crawl(self._crawler)
        LoopingCall(lambda: None).start(HEARS_EVERY_S, now=False)
        self._process.start(stop_after_crawl=True, install_signal_handlers=False)

    def stop(self) -> None:
        """End the crawl from any thread; running requests are waited for."""
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

        self._is_stopping.set()
        if self.is_open.is_set():
            reactor.callFromThread(deferred_from_coro, self._crawler.stop_async())

    def fetch(self, order: Order, done: Callable[[Answer], None]) -> None:
        """Make the request; ``done`` is called once, in the reactor's thread, whatever happens."""
        from twisted.internet import reactor  # noqa: PLC0415

        reactor.callFromThread(self._start, order, done)

    def _start(self, order: Order, done: Callable[[Answer], None]) -> None:
        try:
            request = _request(order, key_headers(order.url, self._keys))
            engine = self._crawler.engine
            assert engine is not None
            deferred: Deferred[Any] = deferred_from_coro(engine.download_async(request))
        except Exception as error:  # the border of one request: it becomes a stored outcome
            verdict = outcome_of_failure(error)
            done(Answer(order, verdict, None, conditional=False, received_at=self._clock.now()))
            return
        deferred.addCallbacks(
            lambda response: done(self._answered(order, request, response)),
            lambda failure: done(self._failed(order, request, failure)),
        )

    def _answered(self, order: Order, request: Request, raw: Any) -> Answer:
        conditional = is_conditional(request)
        received_at = self._clock.now()
        response = to_response(raw, requested_at=order.asked_at, received_at=received_at)
        verdict = outcome_of_response(
            response, kind=order.kind, previous_sha256=order.body_sha256, was_conditional=conditional
        )
        if order.proxy is not None:
            verdict = seen_through(order.proxy, verdict, response, is_tunnelled=_is_tunnelled(order), has_begun=True)
        is_own = verdict.outcome is not FetchOutcome.PROXY_ERROR
        return Answer(order, verdict, response if is_own else None, conditional, received_at)

    def _failed(self, order: Order, request: Request, failure: Failure) -> Answer:
        verdict = outcome_of_failure(failure)
        if order.proxy is not None:
            begun = HEADERS_META in request.meta
            verdict = seen_through(order.proxy, verdict, None, is_tunnelled=_is_tunnelled(order), has_begun=begun)
        return Answer(order, verdict, None, is_conditional(request), self._clock.now())

    def _keep_open(self) -> None:
        if not self._is_stopping.is_set():
            raise DontCloseSpider

    def _opened(self) -> None:
        self.is_open.set()


def _request(order: Order, keys: Mapping[str, str]) -> Request:
    request = build_request(
        order.url,
        kind=order.kind,
        callback=_unused,
        errback=_unused,
        etag=order.etag,
        last_modified=order.last_modified,
        timeout_s=order.timeout_s,
    )
    request.meta["download_slot"] = order.host
    for name, value in keys.items():
        request.headers[name] = value
    if order.proxy is not None:
        request.meta[PROXY_META] = order.proxy
    return request


def _is_tunnelled(order: Order) -> bool:
    return order.url.startswith("https:")


def _unused(_result: object) -> None:
    """Scrapy's own callbacks are not used: the answer comes from the engine's coroutine."""
