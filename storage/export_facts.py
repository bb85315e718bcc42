"""The rows of an export: one frozen dataclass a kind; the order of its fields is the order of the columns. Pure.

Times are aware UTC. Numbers of articles, revisions and fetches are those of the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ANY_TOPIC = "any"


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What to leave out. ``since`` is inclusive and ``until`` exclusive; both None means everything.

    ``outlets`` None means all; ``topic`` is a slug, or ``any`` for articles on any current topic.
    """

    since: datetime | None = None
    until: datetime | None = None
    outlets: frozenset[str] | None = None
    topic: str | None = None


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

    ``evidence``: ``shared_number``, ``hreflang`` (each page names the other) or ``hreflang_one_way``.
    """

    outlet: str
    article_id: int
    language: str | None
    other_article_id: int
    other_language: str | None
    evidence: str
    first_seen_at: datetime
