"""What is to happen to an article: decided by ``crawler.decide`` (pure), applied by ``storage.articles``."""

from __future__ import annotations

from dataclasses import dataclass

from domain.extraction import TextSource
from domain.fetch import PageReading


@dataclass(frozen=True, slots=True)
class StoredText:
    """The text an article is known by: its latest revision, as ``extractor_hash`` reads it."""

    text_sha256: str
    title: str | None
    text_source: TextSource
    extractor_hash: str


@dataclass(frozen=True, slots=True)
class ArrivedText:
    """A text that was just read."""

    text_sha256: str
    title: str | None
    text_source: TextSource
    extractor_hash: str


@dataclass(frozen=True, slots=True)
class InsertArticle:
    """Nothing is known under these addresses: an article and its first revision."""


@dataclass(frozen=True, slots=True)
class AddRevision:
    """The outlet changed its title, its text or both."""

    title_changed: bool
    text_changed: bool


@dataclass(frozen=True, slots=True)
class Touch:
    """Seen again, unchanged."""


@dataclass(frozen=True, slots=True)
class KeepReading:
    """Read from another kind of source than the article's text, or at an address that is out of step: kept beside it.

    No edit is claimed.
    """


@dataclass(frozen=True, slots=True)
class ReadBaseAgain:
    """The stored text was read by another extractor: read its bytes with this one first, then decide again."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not a text of the article; what is stored stays."""

    reading: PageReading
    reason: str


Intent = InsertArticle | AddRevision | Touch | KeepReading | ReadBaseAgain | Refuse
