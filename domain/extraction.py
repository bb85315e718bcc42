"""What one extractor read from one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from domain.sameness import Alternate
from domain.times import StatedTime


class ExtractionOutcome(StrEnum):
    """How an extraction ended. The first seven are the words of ``parallax extract``."""

    OK = "ok"
    NO_ARTICLE = "no_article"
    PARTIAL = "partial"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


class Barrier(StrEnum):
    """A page that stands in front of the article; a success by its status code, a failure by what it is."""

    CHALLENGE = "challenge"
    LOGIN = "login"
    CONSENT = "consent"


class TextSource(StrEnum):
    """Where an extraction's text came from."""

    PAGE = "page"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one extractor (name, version, settings) read from one page. None means that the page does not say.

    ``text`` is plain: paragraphs are joined by an empty line. An ``outcome`` other than ok comes with ``error``, one
    line; text and title may still hold what was found.
    """

    outcome: ExtractionOutcome
    extractor: str  # name and version: "parallax-article/2"
    settings: str = ""  # canonical JSON of what changes the result
    error: str | None = None
    barrier: Barrier | None = None
    text: str | None = None
    text_source: TextSource = TextSource.PAGE
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: StatedTime | None = None
    published_raw: str | None = None  # kept when the date can't be read or is impossible
    modified: StatedTime | None = None
    language: str | None = None  # detected from the text
    declared_language: str | None = None
    canonical_url: str | None = None
    other_canonicals: tuple[str, ...] = ()  # further ones that contradict it
    alternates: tuple[Alternate, ...] = ()  # versions in other languages that the page names
    section: str | None = None
    links: tuple[str, ...] = field(default=())
