"""Every way to write an address that must not be dialled: 300 and more hosts for a URL, generated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

LOOPBACK = "127.0.0.1"

V4 = {
    LOOPBACK: "loopback",
    "127.255.255.254": "loopback",
    "0.0.0.0": "this host",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.254": "private",
    "192.168.1.1": "private",
    "169.254.169.254": "link-local",
    "100.64.0.1": "carrier-grade NAT",
    "192.0.0.192": "protocol assignments",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay",
    "198.18.0.1": "benchmarking",
    "203.0.113.1": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
}
V6 = {
    "::": "unspecified",
    "::1": "loopback",
    "0:0:0:0:0:0:0:1": "loopback",
    "fe80::1": "link-local",
    "fec0::1": "site-local",
    "fc00::1": "unique local",
    "fd12:3456:789a::1": "unique local",
    "fd00:ec2::254": "unique local",
    "ff02::1": "multicast",
    "ff0e::1": "multicast",
    "100::1": "discard",
    "2001::1": "Teredo",
    "2001:2::1": "benchmarking",
    "2001:10::1": "ORCHID",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation",
    "5f00::1": "segment routing",
    "64:ff9b:1::1": "local NAT64",
    "4000::1": "not assigned",
}


@dataclass(frozen=True, slots=True)
class AddressForm:
    """A host as it is written in a URL (an IPv6 address in brackets), and what it means."""

    host: str
    means: str
    spelling: str

    def url(self, port: int, path: str = "/page") -> str:
        return f"http://{self.host}:{port}{path}"

    @property
    def id(self) -> str:
        return f"{self.spelling} {self.host.encode('unicode_escape').decode()}"


def address_forms() -> tuple[AddressForm, ...]:
    """All forms, each host once, in a fixed order."""
    forms = [form for address, means in V4.items() for form in _v4_forms(address, means)]
    forms += [form for address, means in V6.items() for form in _v6_forms(address, means)]
    forms += [AddressForm(name, "loopback", "name") for name in ("localhost", "LOCALHOST", "localhost.", "a.localhost")]
    return tuple({form.host: form for form in forms}.values())


def loopback_forms() -> tuple[AddressForm, ...]:
    """The forms that lead to this machine."""
    return tuple(form for form in address_forms() if form.means in {"loopback", "this host", "unspecified"})


def _v4_forms(address: str, means: str) -> Iterator[AddressForm]:
    packed = int(IPv4Address(address))
    a, b, c, d = IPv4Address(address).packed
    hexes = f"{a:02x}{b:02x}:{c:02x}{d:02x}"
    spellings = {
        "dotted": address,
        "trailing dot": f"{address}.",
        "decimal": str(packed),
        "hexadecimal": f"0x{packed:08x}",
        "upper hexadecimal": f"0X{packed:08X}",
        "long hexadecimal": f"0x{packed:016x}",
        "octal": f"0{packed:o}",
        "dotted octal": f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        "padded octal": f"{a:05o}.{b:04o}.{c:04o}.{d:04o}",
        "dotted hexadecimal": f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        "two parts": f"{a}.{packed & 0xFFFFFF}",
        "three parts": f"{a}.{b}.{packed & 0xFFFF}",
        "mixed": f"0x{a:x}.0{b:o}.{packed & 0xFFFF}",
        "percent": "".join(f"%{ord(c):02x}" for c in address),
        "percent dots": address.replace(".", "%2e"),
        "fullwidth": address.translate({ord(str(n)): 0xFF10 + n for n in range(10)}),
        "ideographic dots": address.replace(".", "。"),
        "circled": address.replace("1", "①").replace("2", "②"),
        "soft hyphen": address.replace(".", ".\u00ad", 1),
        "mapped": f"[::ffff:{address}]",
        "mapped hexadecimal": f"[::ffff:{hexes}]",
        "mapped whole": f"[0:0:0:0:0:ffff:{hexes}]",
        "compatible": f"[::{hexes}]",
        "NAT64": f"[64:ff9b::{hexes}]",
        "local NAT64": f"[64:ff9b:1::{hexes}]",
        "6to4": f"[2002:{hexes}::1]",
        "Teredo": f"[2001:0:{hexes}::1]",
        "ISATAP": f"[2a00:1450::5efe:{hexes}]",
    }
    for spelling, host in spellings.items():
        yield AddressForm(host, means if spelling in _SAME_HOST else f"{means} ({spelling})", spelling)


_SAME_HOST = frozenset(
    "dotted|trailing dot|decimal|hexadecimal|upper hexadecimal|long hexadecimal|octal|dotted octal|padded octal|"
    "dotted hexadecimal|two parts|three parts|mixed|percent|percent dots|fullwidth|ideographic dots|circled|"
    "soft hyphen|mapped|mapped hexadecimal|mapped whole".split("|")
)


def _v6_forms(address: str, means: str) -> Iterator[AddressForm]:
    yield AddressForm(f"[{address}]", means, "short")
    yield AddressForm(f"[{IPv6Address(address).exploded}]", means, "long")
    yield AddressForm(f"[{address.upper()}]", means, "upper case")
