"""Which addresses may be dialled. Pure: decides, never looks a name up.

Everything that is not plain public unicast is refused; ``ipaddress.is_global`` alone calls multicast, NAT64, 6to4 and
site-local addresses global (measured). The allow-list opens exactly the networks it names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import unquote_to_bytes, urlsplit

from domain.errors import ConfigError

Network = IPv4Network | IPv6Network

# IANA special-purpose registries (RFC 6890 and its successors); the first network that holds an address names it.
_REFUSED_V4 = tuple(
    (IPv4Network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_REFUSED_V6 = tuple(
    (IPv6Network(network), why)
    for network, why in (
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "unique local"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # upper half of the interface identifier (RFC 5214)

# Special-use and never delegated names (RFC 6761, 6762, 8375; ICANN's .internal and the names it will not give out).
_LOCAL_DOMAINS = "local localdomain internal intranet private corp home lan home.arpa".split()

_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_IGNORED = dict.fromkeys(map(ord, "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\ufeff"))  # UTS 46 drops these from a host


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Says which IP addresses may be dialled: public unicast, and the networks named in ``allowed_networks``.

    Without ``allows_public`` only the named networks are left.
    """

    allowed_networks: tuple[Network, ...] = ()
    allows_public: bool = True

    @classmethod
    def parse(cls, networks: Iterable[str], *, allows_public: bool = True) -> AddressPolicy:
        """A policy that also allows ``networks`` (``127.0.0.0/8``). Raises ConfigError("allowed_networks")."""
        try:
            return cls(tuple(ip_network(network) for network in networks), allows_public)
        except ValueError as error:
            raise ConfigError("allowed_networks", str(error)) from error

    def is_allowed_network(self, address: str) -> bool:
        """Whether ``address`` lies in a network that the allow-list names."""
        parsed = _parsed(address)
        return parsed is not None and self._is_named(parsed)

    def refusal(self, address: str) -> str | None:
        """Why ``address`` (an IP address as a resolver gives it) must not be dialled; None means that it may."""
        parsed = _parsed(address)
        if parsed is None:
            return f"{address!r} is no IP address"
        if self._is_named(parsed):
            return None
        if not self.allows_public:
            return f"{address}: only the allowed networks are asked while no contact is set"
        if isinstance(parsed, IPv4Address):
            return _refusal_v4(parsed)
        return self._refusal_v6(parsed)

    def literal_refusal(self, url: str) -> str | None:
        """Why ``url`` must not be asked for by what its host says; None where the host is a name or may be dialled.

        Reads every spelling of an address that some resolver understands (short, decimal, octal, hexadecimal, mixed,
        percent-encoded, fullwidth, IDNA dots, trailing dots), and ``localhost``. A host that ends in a number and is
        no address is refused too, as the web platform does (WHATWG URL, "ends in a number").
        """
        host = _host(url)
        if host is None:
            return "no host that can be read"
        if ":" in host:
            return self.refusal(host)
        if host == "localhost" or host.endswith(".localhost"):
            return None if self.is_allowed_network("127.0.0.1") else "localhost: loopback"
        if not _NUMBER.fullmatch(host.rpartition(".")[2]):
            return None
        address = _number_address(host)
        if address is None:
            return f"{host!r} ends in a number and is no address"
        return self.refusal(str(address))

    def unseen_refusal(self, url: str, *, own_names: Container[str] = ()) -> str | None:
        """Why ``url`` must not be asked of a proxy, which alone sees where a name leads; None where it may.

        Names that never lead to the public web are refused: without a dot, or below a domain of local use.
        ``own_names`` are those that the settings lead into the allowed networks.
        """
        refusal = self.literal_refusal(url)
        host = _host(url) or ""
        if refusal is not None or host in own_names or ":" in host or _parsed(host) is not None:
            return refusal
        if not self.allows_public:
            return f"{host}: only the allowed networks are asked while no contact is set"
        if host == "localhost" or host.endswith(".localhost"):
            return None  # the allow-list holds loopback
        if "." not in host or any(host.endswith(f".{domain}") for domain in _LOCAL_DOMAINS):
            return f"{host}: a name of local use"
        return None

    def _is_named(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address.version == network.version and address in network for network in self.allowed_networks)

    def _refusal_v6(self, address: IPv6Address) -> str | None:
        if address in _NAT64:  # with DNS64 every IPv4 host is reached through it, so its inner address decides
            inner = _refusal_v4(IPv4Address(int(address) & 0xFFFFFFFF))
            return inner and f"{inner} (through NAT64)"
        for network, why in _REFUSED_V6:
            if address in network:
                return f"{address}: {why}"
        if address not in _PUBLIC_V6:
            return f"{address}: not public"
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return f"{address}: ISATAP"
        return None if address.is_global else f"{address}: not public"


def _refusal_v4(address: IPv4Address) -> str | None:
    for network, why in _REFUSED_V4:
        if address in network:
            return f"{address}: {why}"
    return None if address.is_global else f"{address}: not public"


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        return IPv6Address(int(parsed))
    return parsed


def _host(url: str) -> str | None:
    """The host of ``url`` as a browser would read it, lower case, without brackets and trailing dots."""
    try:
        netloc = urlsplit(url).netloc
        if not netloc or "@" in netloc:
            return None
        raw = unquote_to_bytes(netloc).decode("utf-8")
        if raw.startswith("["):
            return raw[1:].partition("]")[0] or None
        host = unicodedata.normalize("NFKC", raw.translate(_IGNORED)).replace("。", ".").casefold()
    except ValueError:
        return None
    host = host.partition(":")[0].rstrip(".")
    return None if not host or re.search(r"[\x00-\x20\x7f#/<>?@\[\\\]^|%]", host) else host


def _number_address(host: str) -> IPv4Address | None:
    """The IPv4 address that ``host`` spells in up to four numbers of any base, the last filling what is left."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    *leading, last = numbers
    if any(number > 255 for number in leading) or last >= 256 ** (5 - len(parts)):
        return None
    return IPv4Address(last + sum(number << 8 * (3 - index) for index, number in enumerate(leading)))


def _number(part: str) -> int:
    if part[:2] == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if part[0] == "0" else int(part)
