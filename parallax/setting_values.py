"""What the values of settings may be, where that takes more than a type and a range.

Each function takes what the user wrote, gives the value in its one form, and raises ValueError that says what is wrong
without repeating a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from crawler.fetch.proxies import parsed_proxies
from crawler.fetch.user_agent import user_agent
from domain.errors import ConfigError
from schedules.calendar import parse_time

_MACHINE = re.compile(r"[a-z][a-z0-9]{0,15}")
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_POSTGRES_SCHEMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_SECRET_WORDS = ("password", "passwd", "secret", "token", "key", "webhook_url", "proxy", "proxies")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_PRINTABLE = re.compile(r"[!-~]+")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HIDDEN = "***"


def database_url(text: str) -> str:
    """``sqlite:///FILE`` as it is, any spelling of PostgreSQL with the psycopg driver."""
    scheme, _, rest = text.strip().partition("://")
    if scheme == "sqlite":
        if not rest.startswith("/") or rest in {"/", "/:memory:"} or rest.startswith("/?"):
            raise ValueError("SQLite needs a file: sqlite:///FILE, with four slashes when it is absolute")
        return f"sqlite://{rest}"
    if scheme not in _POSTGRES_SCHEMES or not rest:
        raise ValueError("neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/DATABASE")
    try:
        _ = urlsplit(f"postgresql://{rest.rpartition('@')[2]}").port  # what is before is the user's own affair
    except ValueError as e:
        raise ValueError("the port or the host of the database can't be read") from e
    return f"postgresql+psycopg://{rest}"


def without_password(url: str) -> str:
    """``url`` with any password in it replaced by ``***``, for eyes and logs."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return HIDDEN if "@" in url else url
    address, at, host = rest.rpartition("@")  # a password may hold anything, slashes and question marks among it
    user = address.partition(":")[0] + (f":{HIDDEN}" if ":" in address else "")
    path, question_mark, query = host.partition("?")
    hidden = [(name, HIDDEN if is_secret_name(name) else value) for name, value in parse_qsl(query, True)]
    return f"{scheme}://{user}{at}{path}{question_mark}{urlencode(hidden, safe='*/:,')}"


def is_secret_name(name: str) -> bool:
    """Whether what goes by ``name`` is not for eyes."""
    return any(word in name.lower() for word in _SECRET_WORDS)


def folder(path: Path) -> Path:
    """A folder, or a path where one can be made: nothing on the way is a file."""
    for place in (path, *path.parents):
        try:
            if place.is_dir():
                break
            if place.exists():
                raise ValueError(f"{place} is a file")
        except OSError:  # what can't be looked at is told of by whoever makes the folder
            break
    return path


def time_of_day(text: str) -> str:
    """HH:MM or ``off``."""
    written = text.strip().lower()
    if written != "off":
        parse_time(written)
    return written


def zone(name: str) -> ZoneInfo:
    """The time zone of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        by_lower = {known.lower(): known for known in available_timezones()}
        near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
        hint = f", did you mean {by_lower[near[0]]}?" if near else ""
        raise ValueError(f"no such time zone{hint}") from e


def executor(name: str, database: str) -> str:
    """The executor, where the database is one that it can work on."""
    if name == "procrastinate" and not database.startswith("postgresql"):
        raise ValueError("needs a PostgreSQL database, and PARALLAX_DATABASE_URL names none")
    return name


def machine(text: str) -> str:
    """A machine's name that can stand in a file's name and is no number of a writer's slot."""
    name = text.strip().lower()
    if not _MACHINE.fullmatch(name):
        raise ValueError("not a name that can stand in a file's name")
    return name


def contact(text: str) -> str:
    """An e-mail or http(s) address that may stand in the user agent."""
    try:
        user_agent("0", text)
    except ConfigError as e:
        raise ValueError("neither an e-mail address nor an http(s) address") from e
    return text


def networks(given: object) -> tuple[str, ...]:
    """Networks in CIDR form, from a comma separated text or a list."""
    return tuple(str(_network(text)) for text in _texts(given))


def hosts(given: object, allowed_networks: Iterable[str]) -> dict[str, str]:
    """Addresses by lower-case host name, from ``name=address`` texts or a table; all in ``allowed_networks``."""
    if isinstance(given, Mapping):
        pairs = [(str(name), str(address)) for name, address in given.items()]
    else:
        pairs = [_pair(text) for text in _texts(given)]
    allowed = [ip_network(network) for network in allowed_networks]
    found: dict[str, str] = {}
    for raw_name, raw_address in pairs:
        name = raw_name.strip().rstrip(".").lower()
        if not _HOST_NAME.fullmatch(name):
            raise ValueError(f"{raw_name!r} is no host name")
        if name in found:
            raise ValueError(f"{name} is named twice")
        address = _address(raw_address)
        if not any(address in network for network in allowed):
            named = ", ".join(map(str, allowed)) or "none is named"
            raise ValueError(f"{name}={address} lies in none of the allowed networks ({named})")
        found[name] = str(address)
    return found


def proxies(given: object) -> dict[str, str]:
    """Addresses of HTTP proxies by name, from ``name=address`` texts or a table; the message repeats no address."""
    if isinstance(given, Mapping):
        pairs = [(str(name).strip(), str(address).strip()) for name, address in given.items()]
    else:
        pairs = [(name.strip(), address.strip()) for name, _, address in (t.partition("=") for t in _texts(given))]
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a proxy is named twice")
    parsed_proxies(dict(pairs))
    return dict(pairs)


def webhook_url(text: str) -> str:
    """An http or https address with a host; the message repeats nothing of it."""
    try:
        parts = urlsplit(text.strip())
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:
        is_usable = False
    if not is_usable or not text.strip().isascii() or re.search(r"[\s\x00-\x1f]", text.strip()):
        raise ValueError("no http(s) address")
    return text.strip()


def platform_url(text: str) -> str:
    """An http or https address of a platform, without a query: paths are added to it."""
    try:
        parts = urlsplit(text.strip())
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.query or parts.fragment or "@" in parts.netloc or not _PRINTABLE.fullmatch(text.strip()):
        raise ValueError("no plain http(s) address")
    return text.strip().rstrip("/")


def api_key(text: str) -> str:
    """A key that can stand in a header; the message repeats nothing of it."""
    if not re.fullmatch(r"[!-~]{8,200}", text.strip()):
        raise ValueError("no key: 8 to 200 printable characters without blanks")
    return text.strip()


def youtube_api_url(text: str, beside: Mapping[str, object]) -> str:
    """An address to which a key may be sent: over TLS, or to a host that is answered from here."""
    host = urlsplit(text).hostname or ""
    hosts = beside.get("hosts")
    is_here = host in _LOOPBACK or (isinstance(hosts, Mapping) and host in hosts)
    if beside.get("youtube_api_key") and not text.startswith("https://") and not is_here:
        raise ValueError("http would send the key in the clear")
    return text


def smtp_password(text: str, beside: Mapping[str, object]) -> str:
    """A password beside a user, over a connection that nobody listens to."""
    if not beside.get("smtp_user"):
        raise ValueError("a password without smtp_user")
    if beside.get("smtp_security") == "none" and beside.get("smtp_host") not in _LOOPBACK:
        raise ValueError("smtp_security none would send it in the clear")
    return text


def mail_address(text: str) -> str:
    """One bare e-mail address."""
    if not _MAIL_ADDRESS.fullmatch(text.strip()):
        raise ValueError("no e-mail address")
    return text.strip()


def mail_to(given: object, beside: Mapping[str, object]) -> tuple[str, ...]:
    """Addressees; with any of them there must be a server and a sender."""
    addresses = tuple(mail_address(text) for text in _texts(given))
    for needed in ("smtp_host", "alert_mail_from") if addresses else ():
        if not beside.get(needed):
            raise ValueError(f"{needed} is not set, so no mail can be sent")
    return addresses


def _texts(given: object) -> list[str]:
    if isinstance(given, str):
        return [text.strip() for text in given.split(",") if text.strip()]
    if isinstance(given, Iterable) and not isinstance(given, bytes | Mapping):
        return [str(text).strip() for text in given]
    raise ValueError("neither a text nor a list")


def _pair(text: str) -> tuple[str, str]:
    name, equals, address = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r} is not of the form name=address")
    return name, address


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as e:
        raise ValueError(f"{text!r} is no network: {e}") from e


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text.strip())
    except ValueError as e:
        raise ValueError(f"{text!r} is no IP address") from e
