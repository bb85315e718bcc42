"""Addresses of channels with places for a day and a page: what fills them, and which nothing can. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

_PLACE = re.compile(r"\{([a-z]+)\}")
_DAY = {"yyyy": "{0:%Y}", "mm": "{0:%m}", "m": "{0.month}", "dd": "{0:%d}", "d": "{0.day}"}
_PAGE = "page"


def is_template(address: str) -> bool:
    """Whether an address has places in braces."""
    return _PLACE.search(address) is not None


def is_dated(address: str) -> bool:
    """Whether another day has another address."""
    return not _DAY.keys().isdisjoint(_PLACE.findall(address))


def unfillable(address: str) -> tuple[str, ...]:
    """The places that neither a day nor the number of a page fills, in their order."""
    return tuple(name for name in _PLACE.findall(address) if name not in _DAY and name != _PAGE)


def filled(address: str, day: date, *, page: int = 1) -> str:
    """``address`` for the outlet's local ``day`` and its n-th page, the first being 1."""
    values = {name: form.format(day) for name, form in _DAY.items()} | {_PAGE: str(page)}
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), address)


def page_of(address: str, url: str) -> int | None:
    """The number of the page that ``url`` is under the template; None where it has none or is not of it."""
    found = _form(address).fullmatch(url)
    return int(found[_PAGE]) if found and _PAGE in found.groupdict() else None


def is_of(address: str, url: str) -> bool:
    """Whether ``url`` is the template filled with some day and page."""
    return _form(address).fullmatch(url) is not None


@lru_cache(maxsize=512)
def _form(address: str) -> re.Pattern[str]:
    seen: Mapping[str, None] = {}
    pieces = []
    for index, piece in enumerate(_PLACE.split(address)):
        if index % 2 == 0:
            pieces.append(re.escape(piece))
        elif piece in seen:
            pieces.append(f"(?P={piece})")
        else:
            seen = {**seen, piece: None}
            pieces.append(f"(?P<{piece}>\\d{{1,6}})")
    return re.compile("".join(pieces))
