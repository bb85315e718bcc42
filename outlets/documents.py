"""What the address of an outlet's document says of it: its number, year and language. Never its date.

An address holds the month of the upload as well, often years later, which is why only named groups count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from domain.outlet import Outlet

MAX_MATCHED_CHARS = 2048
_LANGUAGES = {
    "english": "en", "russian": "ru", "azerbaijani": "az", "azeri": "az", "turkish": "tr", "french": "fr",
    "spanish": "es", "arabic": "ar", "german": "de", "ukrainian": "uk", "georgian": "ka", "armenian": "hy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentName:
    """What an address names of a document; None where it does not."""

    external_id: str | None = None
    year: int | None = None
    language: str | None = None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def is_document_url(outlet: Outlet, url: str) -> bool:
    """Whether ``url`` looks like a PDF's: it matches the outlet's ``pdf_url``, or its path ends in .pdf."""
    return is_named_document(outlet, url) or urlsplit(url).path.lower().endswith(".pdf")


def is_named_document(outlet: Outlet, url: str) -> bool:
    """Whether ``url`` matches the outlet's ``pdf_url``."""
    return _named(outlet, url) is not None


def document_name(outlet: Outlet, url: str) -> DocumentName:
    """What the address says by the outlet's ``pdf_url``: its groups ``year``, ``language`` and those of ``pdf_id``."""
    found = _named(outlet, url)
    if found is None:
        return DocumentName()
    groups = {name: value for name, value in found.groupdict().items() if value}
    year, language = groups.get("year", ""), groups.get("language", "").lower()
    return DocumentName(
        external_id=_number(outlet.pdf_id, groups),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        language=_LANGUAGES.get(language) or (language if len(language) == 2 else None),
    )


def _named(outlet: Outlet, url: str) -> re.Match[str] | None:
    if outlet.pdf_url is None or len(url) > MAX_MATCHED_CHARS:
        return None
    return _compiled(outlet.pdf_url).search(url.split("#", 1)[0].split("?", 1)[0])


def _number(template: str | None, groups: dict[str, str]) -> str | None:
    try:
        return template.format_map({name: value.upper() for name, value in groups.items()}) if template else None
    except KeyError:  # a group that did not take part
        return None
