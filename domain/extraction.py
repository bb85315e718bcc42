"""What one extractor read from one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from domain.sameness import Alternate
from domain.times import StatedTime


class ExtractionOutcome(StrEnum):
    """How an extraction ended, in the words of ``parallax extract``."""

    OK = "ok"
    NO_ARTICLE = "no_article"
    PARTIAL = "partial"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    SCANNED = "scanned"  # a document whose pages are pictures: there is no text to read
    ENCRYPTED = "encrypted"  # a document that asks for a password


class Barrier(StrEnum):
    """A page that stands in front of the article; a success by its status code, a failure by what it is."""

    CHALLENGE = "challenge"
    LOGIN = "login"
    CONSENT = "consent"


class StandIn(StrEnum):
    """What a page that holds no article shows in its place."""

    NOT_FOUND = "not_found"  # that nothing is at the address
    FRONT_PAGE = "front_page"


class TextSource(StrEnum):
    """Where an extraction's text came from."""

    PAGE = "page"
    FEED = "feed"


class ArticleKind(StrEnum):
    """What sort of text it is, as far as that changes how it is counted and read."""

    ARTICLE = "article"
    REPORT = "report"  # long, with sections
    DOCUMENT = "document"  # a PDF that is no report
    LIVE_BLOG = "live_blog"  # one address that entries are added to while something goes on
    DAY_PAGE = "day_page"  # one address for all short news of a day


@dataclass(frozen=True, slots=True)
class Section:
    """A heading inside a text: ``start`` is where it stands in the text, in characters; level 1 is the highest."""

    level: int
    title: str
    start: int


@dataclass(frozen=True, slots=True)
class TextPart:
    """That a page is one part, counted from 1, of a text at several addresses. ``first_url`` is None on the first."""

    number: int
    next_url: str | None
    first_url: str | None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one extractor (name, version, settings) read from one page. None means that the page does not say.

    ``text`` is plain: paragraphs are joined by an empty line. An ``outcome`` other than ok comes with ``error``, one
    line; text and title may still hold what was found.
    """

    outcome: ExtractionOutcome
    extractor: str  # name and version: "parallax-article/3"
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
    kind: ArticleKind = ArticleKind.ARTICLE
    sections: tuple[Section, ...] = ()  # headings of the text, in its order
    footnotes: tuple[str, ...] = ()  # apart from the text, each with its mark before it
    pages: int | None = None  # of a PDF document; None: no such document
    scanned_pages: int | None = None  # of these, pages that are pictures without text
    part: TextPart | None = None  # None: the text stands at one address
    stand_in: StandIn | None = None  # None: it does not say
