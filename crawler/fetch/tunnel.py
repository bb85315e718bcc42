"""Ways through a proxy: connections to it, CONNECT for https, whole addresses for http.

Nothing here looks up what is asked for: its name goes to the proxy as it is. The proxy itself is dialled past the
address guard, for the operator named it; each proxy has a pool of connections of its own.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError, ConnectionRefusedError, TimeoutError
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent, HTTPConnectionPool, ProxyAgent
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgentEndpointFactory, IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetch.proxies import MAX_REPLY_BYTES, Proxy, connect_request, tunnel_refusal
from domain.errors import ProxyError

CONNECT_S = 10.0  # until a proxy takes a connection
_FIRST_BYTES = b"HTTP/1."


class ProxyRoute:
    """The ways through one proxy; their connections are in ``pool``, which nothing else uses."""

    def __init__(self, reactor: Any, proxy: Proxy, pool: HTTPConnectionPool, tls: IPolicyForHTTPS) -> None:
        endpoint = _ProxyEndpoint(reactor, proxy)
        self.pool = pool
        self._asking = _AskingAgent(endpoint, reactor, pool, proxy)
        self._tunnelling: Any = Agent.usingEndpointFactory(reactor, _Tunnels(endpoint, proxy, tls), pool)  # type: ignore[no-untyped-call]

    def agent(self, scheme: str) -> Any:
        """The agent for addresses of ``scheme``: one that tunnels https, or one that has the proxy ask."""
        return self._tunnelling if scheme == "https" else self._asking


class _AskingAgent(ProxyAgent):
    """Gives the proxy whole addresses, and our credentials there."""

    def __init__(self, endpoint: Any, reactor: Any, pool: HTTPConnectionPool, proxy: Proxy) -> None:
        super().__init__(endpoint, reactor, pool)  # type: ignore[no-untyped-call]
        self._authorization = proxy.authorization

    def request(self, method: bytes, uri: bytes, headers: Headers | None = None, bodyProducer: Any = None) -> Any:  # noqa: N803
        """See IAgent."""
        sent = headers.copy() if headers is not None else Headers()
        if self._authorization is not None:
            sent.setRawHeaders(b"Proxy-Authorization", [self._authorization])
        return super().request(method, uri, sent, bodyProducer)  # type: ignore[no-untyped-call]


@implementer(IAgentEndpointFactory)
class _Tunnels:
    """Gives each address an end of its own: TLS with the outlet, within a tunnel."""

    def __init__(self, endpoint: _ProxyEndpoint, proxy: Proxy, tls: IPolicyForHTTPS) -> None:
        self._endpoint = endpoint
        self._proxy = proxy
        self._tls = tls

    def endpointForURI(self, uri: URI) -> Any:  # noqa: N802 - the interface's name
        """See IAgentEndpointFactory."""
        host = b"[%b]" % uri.host if b":" in uri.host else uri.host
        tunnel: Any = _TunnelEndpoint(self._endpoint, self._proxy, b"%b:%d" % (host, uri.port))
        return wrapClientTLS(self._tls.creatorForNetloc(uri.host, uri.port), tunnel)  # type: ignore[call-arg, misc]


@implementer(IStreamClientEndpoint)
class _ProxyEndpoint:
    """Leads to the proxy itself. Fails with ProxyError."""

    def __init__(self, reactor: Any, proxy: Proxy) -> None:
        self._reactor = reactor
        self._proxy = proxy

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803
        """See IStreamClientEndpoint."""
        return Deferred.fromCoroutine(self._connect(protocolFactory))

    async def _connect(self, factory: Any) -> Any:
        problem = "can't be reached"
        for address in await self._addresses():
            kind = TCP6ClientEndpoint if isIPv6Address(address) else TCP4ClientEndpoint
            endpoint = kind(self._reactor, address, self._proxy.port, timeout=CONNECT_S)
            try:
                return await endpoint.connect(factory)
            except ConnectionRefusedError:
                problem = "refuses connections"
            except TimeoutError:
                problem = "does not take connections in time"
            except ConnectError:
                problem = "can't be reached"
        raise _error(self._proxy, problem)

    async def _addresses(self) -> Sequence[str]:
        host = self._proxy.host
        if isIPAddress(host) or isIPv6Address(host):
            return (host,)
        threads = self._reactor.getThreadPool()
        try:
            found = await deferToThreadPool(
                self._reactor, threads, socket.getaddrinfo, host, self._proxy.port, 0, socket.SOCK_STREAM
            )
        except OSError:
            raise _error(self._proxy, "has a name that leads nowhere") from None
        return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


@implementer(IStreamClientEndpoint)
class _TunnelEndpoint:
    """Leads through the proxy to ``authority``. Fails with ProxyError."""

    def __init__(self, endpoint: _ProxyEndpoint, proxy: Proxy, authority: bytes) -> None:
        self._endpoint = endpoint
        self._proxy = proxy
        self._authority = authority

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803
        """See IStreamClientEndpoint."""
        return Deferred.fromCoroutine(self._connect(protocolFactory))

    async def _connect(self, factory: Any) -> Any:
        asking = Factory.forProtocol(lambda: _Tunnel(self._proxy, self._authority, factory))
        asking.noisy = False
        tunnel = await self._endpoint.connect(asking)
        return await tunnel.opened


class _Tunnel(Protocol):
    """Asks for a way with CONNECT, then passes everything on to the protocol within.

    ``opened`` fires with that protocol, or fails with ProxyError; cancelled, it ends the connection.
    """

    def __init__(self, proxy: Proxy, authority: bytes, factory: Any) -> None:
        self._proxy = proxy
        self._authority = authority
        self._within_factory = factory
        self._within: Any = None
        self._reply = b""
        self._is_over = False
        self.opened: Deferred[Any] = Deferred(lambda _: self._end())

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's names
        """Ask."""
        self._wire.write(connect_request(self._proxy, self._authority))

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Read the reply, whatever its parts, then nothing more."""
        if self._within is not None:
            self._within.dataReceived(data)
            return
        if self._is_over:
            return
        self._reply += data
        if b"\r\n\r\n" in self._reply:
            refusal = tunnel_refusal(self._reply)
            self._open() if refusal is None else self._fail(refusal)
        elif not _FIRST_BYTES.startswith(self._reply[: len(_FIRST_BYTES)]) or len(self._reply) > MAX_REPLY_BYTES:
            self._fail("does not answer in HTTP")

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        """Tell the protocol within, or that there is no way."""
        if self._within is not None:
            self._within.connectionLost(reason)
        elif not self._is_over:
            self._fail("closed the connection")

    def _open(self) -> None:
        self._within = self._within_factory.buildProtocol(self._wire.getPeer())
        self._within.makeConnection(self._wire)
        self.opened.callback(self._within)

    def _fail(self, problem: str) -> None:
        self._end()
        self.opened.errback(Failure(_error(self._proxy, problem)))  # type: ignore[no-untyped-call]

    def _end(self) -> None:
        self._is_over = True
        self._wire.abortConnection()

    @property
    def _wire(self) -> Any:
        return self.transport


def _error(proxy: Proxy, problem: str) -> ProxyError:
    return ProxyError(proxy.name, f"the proxy {proxy.name} {problem}")
