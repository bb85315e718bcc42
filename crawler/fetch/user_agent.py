"""The one honest name under which everything is fetched. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from domain.errors import ConfigError

PRODUCT = "Parallax"

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,63}")
_EMAIL = re.compile(r"[0-9A-Za-z.!#$%&'*+/=?^_`{|}~-]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+")
_URL_CHARS = re.compile(r"[!-'*-~]+")  # visible ASCII without the parentheses that end a comment
_MAX_CONTACT_CHARS = 256


def user_agent(version: str, contact: str) -> str:
    """``Parallax/VERSION (+CONTACT)``; the contact is an e-mail address or an http(s) address of a page about us.

    Raises ConfigError naming ``user_agent_version`` or ``contact``. Neither can carry a line break, a space or a
    parenthesis, so neither can add a header or end the comment early (RFC 9110, 5.6.5 and 10.1.5).
    """
    if not _VERSION.fullmatch(version):
        raise ConfigError("user_agent_version", f"{version!r} is no version number")
    if not _is_contact(contact):
        raise ConfigError("contact", f"{contact!r} is neither an e-mail address nor an http(s) address")
    return f"{PRODUCT}/{version} (+{contact})"


def product_token(name: str) -> str:
    """The product token of a user agent, as robots.txt knows it: ``Parallax/0.1 (+…)`` → ``parallax``."""
    return re.split(r"[/\s(;]", name.strip(), maxsplit=1)[0].lower()


def _is_contact(contact: str) -> bool:
    if len(contact) > _MAX_CONTACT_CHARS:
        return False
    if _EMAIL.fullmatch(contact):
        return "(" not in contact and ")" not in contact
    if not _URL_CHARS.fullmatch(contact):
        return False
    try:
        parts = urlsplit(contact)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
