"""The rows of an export: one frozen dataclass a kind; the order of its fields is the order of the columns. Pure.

Times are aware UTC. Numbers of articles, revisions and fetches are those of the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

ANY_TOPIC = "any"


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What to leave out. ``since`` is inclusive and ``until`` exclusive; both None means everything.

    ``outlets`` None means all; ``topic`` is a slug, or ``any`` for articles on any current topic. ``dated_before``
    a local day and its zone: only articles whose outlets date them earlier. ``edits``: only revisions after an
    article's first. ``channels``: only polls, as the digest counts them; ``outcomes``: only fetches that ended so,
    None means however.
    """

    since: datetime | None = None
    until: datetime | None = None
    outlets: frozenset[str] | None = None
    topic: str | None = None
    dated_before: tuple[date, ZoneInfo] | None = None
    edits: bool = False
    channels: bool = False
    outcomes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ArticleExport:
    """An article; ``since`` and ``until`` count its first look."""

    article_id: int
    outlet: str
    url: str
    absent_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    published: str | None  # ISO 8601 with the source's offset; a bare date where only the day is stated
    published_precision: str | None
    published_source: str | None
    language: str | None
    title: str | None
    state: str
    state_at: datetime
    state_status: int | None
    revisions: int
    text_sha256: str | None  # of the latest revision
    kind: str  # article, report, document, live_blog or day_page
    report_id: int | None  # the report that it announces


@dataclass(frozen=True, slots=True)
class RevisionExport:
    """A revision with its text; ``since`` and ``until`` count its first look."""

    revision_id: int
    article_id: int
    outlet: str
    url: str
    number: int
    absent_at: datetime | None
    first_seen_at: datetime
    language: str | None
    title: str | None
    text_sha256: str
    extractor: str
    fetch_id: int
    text: str
    kind: str
    pages: int | None  # of a PDF document
    scanned_pages: int | None


@dataclass(frozen=True, slots=True)
class SectionExport:
    """A heading inside a revision's text; ``since`` and ``until`` count the revision's first look.

    ``start`` is where it stands in the text, in characters; level 1 is the highest.
    """

    revision_id: int
    article_id: int
    outlet: str
    number: int
    level: int
    title: str
    start: int


@dataclass(frozen=True, slots=True)
class FootnoteExport:
    """A footnote of a revision's text, with its mark before it; counted like sections."""

    revision_id: int
    article_id: int
    outlet: str
    number: int
    footnote: str


@dataclass(frozen=True, slots=True)
class MentionExport:
    """A topic found in a revision; ``since`` and ``until`` count the revision's first look."""

    topic: str
    topic_version: int
    article_id: int
    outlet: str
    revision_id: int
    revision_number: int
    revision_first_seen_at: datetime
    field: str
    start: int
    end: int
    surface: str


@dataclass(frozen=True, slots=True)
class FetchExport:
    """A request and what came of it; ``since`` and ``until`` count when it was asked."""

    fetch_id: int
    outlet: str
    channel: str | None  # None: a page
    url: str
    reason: str
    requested_at: datetime
    received_at: datetime
    status: int | None
    outcome: str
    reading: str | None
    error: str | None
    body_sha256: str | None
    body_bytes: int | None
    archive_file: str | None
    archive_offset: int | None
    proxy: str | None  # None: directly, or not noted


@dataclass(frozen=True, slots=True)
class ViewsExport:
    """How often a post or video was seen, by its platform's count; ``since`` and ``until`` count the look.

    A row where the count differs from the one before. What stands behind ``views`` is as last told.
    """

    outlet: str
    channel: str
    url: str | None
    published_at: datetime | None
    observed_at: datetime
    views: int
    duration_s: int | None
    forwarded_from: str | None
    is_edited: bool | None


@dataclass(frozen=True, slots=True)
class GapExport:
    """A span in which a channel was not, or not completely, seen; those that touch ``since`` to ``until``.

    ``caught_up`` is true where nothing that stayed listed was missed in it, false where something may be missing for
    good, None where that is not known: it is still open, or no look ended it, or there is nothing to compare with.
    """

    outlet: str
    channel: str
    from_at: datetime
    to_at: datetime | None
    reason: str
    detail: str | None
    caught_up: bool | None


@dataclass(frozen=True, slots=True)
class TranslationExport:
    """Two articles of one outlet that are one text in two languages; ``since`` and ``until`` count when that was said.

    ``evidence``: ``shared_number``, ``hreflang`` (each names the other, by its page or a sitemap) or
    ``hreflang_one_way``.
    """

    outlet: str
    article_id: int
    language: str | None
    other_article_id: int
    other_language: str | None
    evidence: str
    first_seen_at: datetime
