"""The proxies that outlets may be asked through, and what of an answer is the proxy's own. Pure.

An outlet names its proxy; the address and its credentials stand in the settings alone and are never shown. Whatever is
not proven to come from the outlet is not put down to it: no answer at all is the proxy's, for nobody here sees what
lies behind.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from crawler.fetch.outcome import FetchVerdict, one_line
from domain.fetch import FetchOutcome, Response

MAX_REPLY_BYTES = 16 * 1024  # of a proxy to CONNECT

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: |\r|$)")
_NO_ANSWER = frozenset({FetchOutcome.TIMEOUT, FetchOutcome.CONNECT_ERROR, FetchOutcome.DNS_ERROR})
_OF_ANY_GATEWAY = frozenset({400, 403, 405, 501, 502, 503, 504})  # what proxies answer by themselves, and outlets too
_OF_PROXIES_ALONE = frozenset({407, 511})
_SIGNS = frozenset({"proxy-authenticate", "x-squid-error"})
_PROXY_SERVER = re.compile(r"\s*(squid|tinyproxy|privoxy|3proxy|mikrotik|mitmproxy|polipo|gost|ccproxy)", re.IGNORECASE)
_NOT_TLS = (
    "wrong version number",
    "packet length too long",
    "record layer failure",
    "unknown protocol",
    "http request",
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. ``authorization`` is the value of Proxy-Authorization; only the name is ever shown."""

    name: str
    host: str = field(repr=False)
    port: int = field(repr=False)
    authorization: bytes | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, name: str, address: str) -> Proxy:
        """The proxy at ``http://[USER:PASSWORD@]HOST:PORT``. Raises ValueError without repeating any of it."""
        if not _NAME.fullmatch(name) or len(name) > 60:
            raise ValueError("a proxy's name has small letters, digits and single hyphens, such as tbilisi")
        if address.strip().lower().startswith("socks"):
            raise ValueError(f"the proxy {name} is a SOCKS one: put a local HTTP proxy before it (docs/OPERATIONS.md)")
        try:
            return cls(name, *_read(address.strip()))
        except ValueError:
            problem = f"the address of the proxy {name} is not of the form http://USER:PASSWORD@HOST:PORT"
        raise ValueError(problem)  # outside: what was raised holds the address


def _read(address: str) -> tuple[str, int, bytes | None]:
    """(host, port, authorization). Raises ValueError."""
    parts = urlsplit(address)
    host, port = parts.hostname, parts.port
    is_plain = parts.scheme == "http" and parts.path in {"", "/"} and not parts.query and not parts.fragment
    if not is_plain or host is None or not port or re.search(r"[\x00-\x20\x7f]", address):
        raise ValueError
    if not _HOST.fullmatch(host):
        ip_address(host)
    return host.rstrip("."), port, _authorization(parts.username, parts.password)


def _authorization(user: str | None, password: str | None) -> bytes | None:
    """RFC 7617, in UTF-8; both parts are percent-decoded."""
    if user is None:
        return None
    return b"Basic " + b64encode(f"{unquote(user)}:{unquote(password or '')}".encode())


def parsed_proxies(addresses: Mapping[str, str]) -> dict[str, Proxy]:
    """The proxies by name. Raises ValueError."""
    return {name: Proxy.parse(name, address) for name, address in addresses.items()}


def connect_request(proxy: Proxy, authority: bytes) -> bytes:
    """What asks ``proxy`` for a way to ``authority`` (``host:port``)."""
    lines = [b"CONNECT " + authority + b" HTTP/1.1", b"Host: " + authority]
    if proxy.authorization is not None:
        lines.append(b"Proxy-Authorization: " + proxy.authorization)
    return b"\r\n".join([*lines, b"", b""])


def tunnel_refusal(reply: bytes) -> str | None:
    """Why ``reply`` to CONNECT, head and all that came with it, opens no way; None where it does.

    A server that speaks first is no TLS server, so bytes behind the head are the proxy's own.
    """
    head, _, rest = reply.partition(b"\r\n\r\n")
    status = _STATUS_LINE.match(head)
    if status is None:
        return "does not answer in HTTP"
    if not 200 <= int(status[1]) <= 299:
        return f"answers {_named(int(status[1]))}"
    return "answers with a page of its own" if rest else None


def seen_through(
    proxy: str, verdict: FetchVerdict, response: Response | None, *, is_tunnelled: bool, has_begun: bool
) -> FetchVerdict:
    """``verdict`` on a request through ``proxy``, or that nothing of the outlet's came.

    ``is_tunnelled``: the proxy passes bytes on and can't answer in the outlet's name. ``has_begun``: the headers of an
    answer were received, whatever became of its body.
    """
    if response is not None:
        own = None if is_tunnelled else _own_answer(response.status, response.headers)
        return verdict if own is None else of_proxy(proxy, own)
    error = verdict.error or ""
    if not has_begun and verdict.outcome in _NO_ANSWER:
        return of_proxy(proxy, f"brought no answer ({error})")
    if not has_begun and not is_tunnelled and verdict.outcome is FetchOutcome.BAD_RESPONSE:
        return of_proxy(proxy, f"brought nothing that can be read ({error})")
    if is_tunnelled and verdict.outcome is FetchOutcome.TLS_ERROR and any(reason in error for reason in _NOT_TLS):
        return of_proxy(proxy, f"brought something else than TLS ({error})")
    return verdict


def of_proxy(proxy: str, problem: str) -> FetchVerdict:
    """That nothing came through the proxy, in words."""
    return FetchVerdict(FetchOutcome.PROXY_ERROR, error=one_line(f"the proxy {proxy} {problem}"))


def _own_answer(status: int, headers: Iterable[tuple[str, str]]) -> str | None:
    """What the proxy answers in the outlet's place; None where the answer is the outlet's.

    A proxy names itself in Via in all that it passes on (RFC 9110, 7.6.3): an error that both may give counts as the
    outlet's where something says that it was passed on.
    """
    named = {name.lower(): value for name, value in headers}
    if status in _OF_PROXIES_ALONE:
        return f"answers {_named(status)}"
    if status >= 400 and (_SIGNS & named.keys() or _PROXY_SERVER.match(named.get("server", ""))):
        return f"answers {_named(status)} itself"
    if status >= 400 and "error=" in named.get("proxy-status", "").rpartition(",")[2]:  # the last is the nearest
        return f"answers {_named(status)} itself"
    if status in _OF_ANY_GATEWAY and "via" not in named:
        return f"answers {_named(status)}, and nothing says that the outlet did"
    return None


def _named(status: int) -> str:
    hint = ": its user or password is missing or wrong" if status == 407 else ""
    try:
        return f"{status} {HTTPStatus(status).phrase}{hint}"
    except ValueError:
        return str(status)
