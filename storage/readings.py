"""A text as it was read, on its way into the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.extraction import Extraction
from domain.intents import ArrivedText
from domain.sameness import ArticleNumber


@dataclass(frozen=True, slots=True)
class Address:
    """One address of an article and how it is known: listed, redirect, canonical, form or part."""

    url_key: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class NamedAlternate:
    """A version in another language that a page or a sitemap names, with its key."""

    url_key: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as it was read from one fetch. ``addresses``: the one read first, then those that led to it.

    ``same_places`` are those (``storage.comparison``) that redirected to where it was looked at. ``is_main``: on the
    outlet's main host, in no form of the address; ``is_form``: at a form of it (AMP, print, a content network).
    """

    outlet: str
    addresses: tuple[Address, ...]
    extraction: Extraction
    extractor_hash: str
    fetch_id: int
    seen_at: datetime
    external_id: str | None = None
    parts: tuple[int, ...] = ()  # fetches of all parts in order, where the text stands at several addresses
    number: ArticleNumber | None = None
    alternates: tuple[NamedAlternate, ...] = ()
    same_places: tuple[str, ...] = ()
    is_main: bool = True
    is_form: bool = False
    host_aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> Address:
        """The address that it was read at."""
        return self.addresses[0]

    @property
    def names_another(self) -> bool:
        """Whether the page calls another address its canonical one."""
        return any(address.kind == "canonical" for address in self.addresses[1:])

    @property
    def text(self) -> str:
        """The text itself."""
        return self.extraction.text or ""

    @property
    def arrived(self) -> ArrivedText:
        """What is compared with the stored text."""
        return ArrivedText(
            sha256_of(self.text), self.extraction.title, self.extraction.text_source, self.extractor_hash
        )


def sha256_of(text: str) -> str:
    """Identity of a text: hex sha256 of its UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
