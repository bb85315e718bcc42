"""A text as it was read, on its way into the store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from domain.extraction import Extraction
from domain.intents import ArrivedText


@dataclass(frozen=True, slots=True)
class Address:
    """One address of an article and how it is known: listed, redirect, canonical or part."""

    url_key: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as it was read from one fetch. ``addresses``: the one read first, then those that led to it."""

    outlet: str
    addresses: tuple[Address, ...]
    extraction: Extraction
    extractor_hash: str
    fetch_id: int
    seen_at: datetime
    external_id: str | None = None
    parts: tuple[int, ...] = ()  # fetches of all parts in order, where the text stands at several addresses

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
