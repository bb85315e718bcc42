"""The reactor's name resolver: gives only addresses that may be dialled.

What is checked here is what is dialled, so a name that answers differently the second time gains nothing. Names of the
``hosts`` setting are answered from it and never looked up. Literal addresses pass through here too.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from twisted.internet._idna import _idnaBytes
from twisted.internet._resolver import GAIResolver, HostResolution
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetch.guard import AddressPolicy
from domain.errors import ConfigError

ALLOWED_NETWORKS_SETTING = "PARALLAX_ALLOWED_NETWORKS"
HOSTS_SETTING = "PARALLAX_HOSTS"
PUBLIC_SETTING = "PARALLAX_ALLOWS_PUBLIC"
PROXIES_SETTING = "PARALLAX_PROXIES"

MAX_ADDRESSES = 8  # of one name; a hostile zone can list thousands, and each would be dialled in turn
_CACHE_TTL_S = 60.0
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?")


def policy_of(settings: BaseSettings) -> AddressPolicy:
    """The policy that a crawl's settings ask for."""
    return AddressPolicy.parse(
        settings.getlist(ALLOWED_NETWORKS_SETTING), allows_public=settings.getbool(PUBLIC_SETTING, True)
    )


def checked_hosts(hosts: Mapping[str, str], policy: AddressPolicy) -> dict[str, str]:
    """``hosts`` with its names in lower case. Raises ConfigError("hosts") where an address is in no allowed network."""
    for name, address in hosts.items():
        if not policy.is_allowed_network(address):
            raise ConfigError("hosts", f"{name} = {address!r} lies in none of the allowed networks")
    return {name.rstrip(".").lower(): address for name, address in hosts.items()}


@dataclass(slots=True)
class _Recent:
    """A small map that forgets its oldest key."""

    size: int
    entries: OrderedDict[str, Any] = field(default_factory=OrderedDict)

    def put(self, key: str, value: Any) -> None:
        self.entries[key] = value
        self.entries.move_to_end(key)
        if len(self.entries) > self.size:
            self.entries.popitem(last=False)


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names with getaddrinfo in the reactor's threads and passes on what ``policy`` lets be dialled.

    A name with no such address gives none (the request ends in a look-up error); ``refusal_of`` tells why.
    """

    def __init__(
        self,
        reactor: Any,
        policy: AddressPolicy,
        hosts: Mapping[str, str],
        *,
        timeout_s: float,
        cache_size: int,
        system: Any = None,
    ) -> None:
        self._reactor = reactor
        self._policy = policy
        self._hosts = checked_hosts(hosts, policy)
        self._timeout_s = timeout_s
        self._system = system or GAIResolver(reactor)
        self._answers = _Recent(cache_size)
        self._refusals = _Recent(cache_size)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """Built by Scrapy when the reactor starts (``TWISTED_DNS_RESOLVER``)."""
        settings = crawler.settings
        return cls(
            reactor,
            policy_of(settings),
            settings.getdict(HOSTS_SETTING),
            timeout_s=settings.getfloat("DNS_TIMEOUT"),
            cache_size=max(1, settings.getint("DNSCACHE_SIZE")),
        )

    def install_on_reactor(self) -> None:
        """Make every connection of the reactor ask here."""
        self._reactor.installNameResolver(self)

    def refusal_of(self, host: str) -> str | None:
        """Why the last look-up of ``host`` gave nothing that may be dialled; None when that was not the reason."""
        refusal: str | None = self._refusals.entries.get(_ascii_name(host) or host)
        return refusal

    def resolveHostName(  # noqa: N802 - the interface's name
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """See IHostnameResolver: the allowed addresses of ``hostName``, at most 8, in the system's order."""
        name = _ascii_name(hostName)
        receiver: Any = _Receiver(self, resolutionReceiver, name or hostName, portNumber)
        resolution: Any = HostResolution(hostName)
        if name is None:
            receiver.finish([], refusal=f"{hostName!r} is no host name")
        elif name in self._hosts:
            receiver.finish([self._hosts[name]])
        elif not self._policy.allows_public and not _is_at_home(name):
            receiver.finish([], refusal=f"{name} is not looked up: only the allowed networks may be reached")
        elif (cached := self._fresh_answer(name)) is not None:
            receiver.finish(cached)
        else:
            receiver.start_clock(self._reactor.callLater(self._timeout_s, receiver.finish, []))
            self._system.resolveHostName(receiver, name, portNumber, addressTypes, transportSemantics)
        return resolution  # type: ignore[no-any-return]

    def remember(self, name: str, addresses: Sequence[str]) -> None:
        """Keep an answer for a minute; it is checked again each time it is used."""
        if addresses and name not in self._hosts:
            self._answers.put(name, (self._reactor.seconds(), tuple(addresses)))

    def dialable(self, name: str, addresses: Sequence[str], refusal: str | None) -> list[str]:
        """The addresses that may be dialled; notes why there are none where they were refused."""
        allowed: list[str] = []
        for address in addresses:
            why = self._policy.refusal(address)
            if why is None:
                allowed.append(address)
            refusal = refusal or why
        if refusal is not None and not allowed:
            self._refusals.put(name, refusal)
        else:
            self._refusals.entries.pop(name, None)
        return allowed[:MAX_ADDRESSES]

    def _fresh_answer(self, name: str) -> Sequence[str] | None:
        looked_up_at, addresses = self._answers.entries.get(name, (float("-inf"), ()))
        return addresses if self._reactor.seconds() - looked_up_at < _CACHE_TTL_S else None


@implementer(IResolutionReceiver)
class _Receiver:
    """Collects the system's answer to one look-up and passes on what may be dialled, once."""

    def __init__(self, resolver: GuardedResolver, target: Any, name: str, port: int) -> None:
        self._resolver = resolver
        self._target = target
        self._name = name
        self._port = port
        self._addresses: list[str] = []
        self._deadline: Any = None
        self._finished = False

    def start_clock(self, deadline: Any) -> None:
        self._deadline = deadline

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        """Nothing to do: the resolution that our caller holds is our own."""

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        """Collect one address of the answer."""
        if isinstance(address, IPv4Address | IPv6Address) and address.host not in self._addresses:
            self._addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """The system's answer is whole."""
        self._resolver.remember(self._name, self._addresses)
        self.finish(self._addresses)

    def finish(self, addresses: Sequence[str], *, refusal: str | None = None) -> None:
        """Pass on what may be dialled. A second call (the answer after the deadline) does nothing."""
        if self._finished:
            return
        self._finished = True
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        for address in self._resolver.dialable(self._name, addresses, refusal):
            family = IPv6Address if ":" in address else IPv4Address
            self._target.addressResolved(family("TCP", address, self._port))
        self._target.resolutionComplete()


def _is_at_home(name: str) -> bool:
    """Whether ``name`` is an address, or this machine's own name: neither is asked of a name server."""
    return name == "localhost" or isIPAddress(name) or isIPv6Address(name)


def _ascii_name(host: str) -> str | None:
    """``host`` in the ASCII form that is looked up, lower case; None when it is neither a name nor an address."""
    if ":" in host:
        return host.lower() if re.fullmatch(r"[0-9a-fA-F:.]+(%[0-9A-Za-z]+)?", host) else None
    try:
        name = host if host.isascii() else _idnaBytes(host).decode("ascii")
    except UnicodeError:
        return None
    name = name.rstrip(".").lower()
    fits = _NAME.fullmatch(name) and all(0 < len(label) < 64 for label in name.split("."))
    return name if fits else None
