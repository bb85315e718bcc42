"""Scrapy's HTTP/1.1 download handler with a guard in front, and the headers as received behind it.

What bounds the answer itself is in ``crawler.fetch.protocol``. Written against Scrapy 2.19, whose handler and agent
offer no public hooks.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, StopDownload
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.web.client import HTTPConnectionPool

from crawler.fetch.protocol import BoundedFactory
from crawler.fetch.proxies import Proxy
from crawler.fetch.resolver import HOSTS_SETTING, PROXIES_SETTING, GuardedResolver, policy_of
from crawler.fetch.tunnel import ProxyRoute
from domain.errors import AddressRefusedError, ProxyError

PROXY_META = "parallax_proxy"  # the name of the proxy to be asked through
HEADERS_META = "parallax_headers"
CUT_META = "parallax_cut_bytes"
KEEP_CONNECTION_S = 60  # a host asked every few seconds keeps its connection; others get theirs back
_RECEIVED_META = "parallax_received_bytes"


class _RecordingAgent(_ScrapyAgent):
    """Puts the headers as received into the request's meta. Asks through ``route`` where there is one."""

    def __init__(self, route: ProxyRoute | None, **how: Any) -> None:
        super().__init__(**how)
        self._route = route

    def _get_agent(self, request: Request, timeout: float) -> Any:
        if self._route is None:
            return super()._get_agent(request, timeout)
        return self._route.agent(urlsplit(request.url).scheme)

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        request.meta[HEADERS_META] = getattr(txresponse, "parallax_headers", ())
        return super()._cb_bodyready(txresponse, request)


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Downloads over HTTP/1.1 from addresses that may be dialled, with bounded headers.

    Raises AddressRefusedError before anything is dialled; other failures are Scrapy's and Twisted's own. Refuses to
    work on a reactor whose names are resolved by anything but GuardedResolver, and through Scrapy's own proxies.

    A request whose meta names a proxy of the settings goes through it or nowhere: ProxyError where it does not. Its
    name is looked up by the proxy, so that what it says itself is all that can be judged here.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._policy = policy_of(crawler.settings)
        self._hosts = frozenset(crawler.settings.getdict(HOSTS_SETTING))
        self._proxies: dict[str, Proxy] = {proxy.name: proxy for proxy in crawler.settings.getlist(PROXIES_SETTING)}
        self._routes: dict[str, ProxyRoute] = {}
        _bound(self._pool)
        # What it warns of is a stored outcome, and it writes whole addresses into the log.
        logging.getLogger(HTTP11DownloadHandler.__module__).setLevel(logging.ERROR)
        crawler.signals.connect(_cut, signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """The response to ``request``; its meta gets the headers as received."""
        resolver = _guarded_resolver()
        self._refuse(request)
        agent = _RecordingAgent(
            self._route(request),
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=0,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=False,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except CannotResolveHostError as error:
            refusal = resolver.refusal_of(urlsplit(request.url).hostname or "")
            if refusal is not None:
                raise AddressRefusedError(request.url, refusal) from error
            raise

    async def close(self) -> None:
        """Close what is kept open, of each pool."""
        for route in self._routes.values():
            route.pool.closeCachedConnections()  # type: ignore[no-untyped-call]
        await super().close()

    def _route(self, request: Request) -> ProxyRoute | None:
        name = request.meta.get(PROXY_META)
        if name is None:
            return None
        if name not in self._proxies:
            raise ProxyError(request.url, f"the proxy {name} stands in no setting (PARALLAX_PROXIES)")
        if name not in self._routes:
            from twisted.internet import reactor  # noqa: PLC0415 - importing it installs a reactor

            pool = HTTPConnectionPool(reactor, persistent=True)  # type: ignore[no-untyped-call]
            _bound(pool)
            self._routes[name] = ProxyRoute(reactor, self._proxies[name], pool, self._contextFactory)
        return self._routes[name]

    def _refuse(self, request: Request) -> None:
        if request.meta.get("proxy"):
            raise AddressRefusedError(request.url, "a proxy that is none of the settings")
        refusal = self._policy.literal_refusal(request.url)
        if refusal is None and request.meta.get(PROXY_META) is not None:
            refusal = self._policy.unseen_refusal(request.url, own_names=self._hosts)
        if refusal is not None:
            raise AddressRefusedError(request.url, refusal)


def _bound(pool: HTTPConnectionPool) -> None:
    pool._factory = BoundedFactory
    pool.cachedConnectionTimeout = KEEP_CONNECTION_S


def _guarded_resolver() -> GuardedResolver:
    """The reactor's resolver. Asked at each request: Scrapy installs it after the handlers are made."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs a reactor

    resolver = getattr(reactor, "nameResolver", None)
    if not isinstance(resolver, GuardedResolver):
        raise TypeError("the reactor's names are not resolved by the guarded resolver; nothing is fetched")
    return resolver


def _cut(data: bytes, request: Request, **_: object) -> None:
    """End a body that is only read up to a limit. Raises StopDownload, which Scrapy turns into a whole response."""
    limit = request.meta.get(CUT_META)
    if limit is None:
        return
    received = request.meta.get(_RECEIVED_META, 0) + len(data)
    request.meta[_RECEIVED_META] = received
    if received > limit:
        raise StopDownload(fail=False)
