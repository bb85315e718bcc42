"""The rows of an export: one frozen dataclass a kind; the order of its fields is the order of the columns. Pure.

Times are aware UTC. Numbers of articles, revisions and fetches are those of the tables. What a column means stands
beside its type, from where docs/EXPORTS.md has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
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

    article_id: Annotated[int, "number of the article; what merged into another stands in no row"]
    outlet: Annotated[str, "slug of the outlet"]
    url: Annotated[str, "address it was first read at"]
    absent_at: Annotated[
        datetime | None, "last good look at its channel without it; null: it was there at the first look"
    ]
    first_seen_at: Annotated[datetime, "first look with it: it appeared between absent_at and this"]
    last_seen_at: Annotated[datetime, "last look that showed it, unchanged or not"]
    published: Annotated[
        str | None, "as the outlet dates it: ISO 8601 with its own offset, or a bare date where only the day is stated"
    ]
    published_precision: Annotated[str | None, "second, minute or day"]
    published_source: Annotated[str | None, "where that was stated: feed, structured_data, meta, url, text or file"]
    language: Annotated[str | None, "ISO 639-1, detected in the latest revision; null: undecided"]
    title: Annotated[str | None, "headline of the latest revision; null: none found, or taken down here"]
    state: Annotated[str, "live, suspected or removed; docs/REMOVALS.md"]
    state_at: Annotated[datetime, "since when"]
    state_status: Annotated[int | None, "HTTP status of the look that made it so; null: live"]
    revisions: Annotated[int, "number of revisions, those of articles merged into it included"]
    text_sha256: Annotated[str | None, "SHA-256 of the latest revision's text in UTF-8"]
    kind: Annotated[str, "article, report, document, live_blog or day_page: what the latest revision is"]
    report_id: Annotated[int | None, "article that is the report which this one announces"]


@dataclass(frozen=True, slots=True)
class RevisionExport:
    """A revision with its text; ``since`` and ``until`` count its first look."""

    revision_id: Annotated[int, "number of the revision"]
    article_id: Annotated[int, "number of the article it is of"]
    outlet: Annotated[str, "slug of the outlet"]
    url: Annotated[str, "address of the article"]
    number: Annotated[int, "1, 2, 3 … among the revisions of its article"]
    absent_at: Annotated[datetime | None, "last look that did not show it yet; null: unknown"]
    first_seen_at: Annotated[datetime, "the look that showed it first"]
    language: Annotated[str | None, "ISO 639-1, detected; null: undecided"]
    title: Annotated[str | None, "headline; null: none found, or taken down here"]
    text_sha256: Annotated[str, "SHA-256 of the text in UTF-8; behind taken-down: where it was taken down here"]
    extractor: Annotated[str, "name and version of what read it"]
    fetch_id: Annotated[int, "the fetch that showed it first"]
    text: Annotated[str, "Unicode NFC, paragraphs parted by an empty line; empty where it was taken down here"]
    kind: Annotated[str, "article, report, document, live_blog or day_page"]
    pages: Annotated[int | None, "pages of a PDF document; null: it is none"]
    scanned_pages: Annotated[int | None, "of these, pictures without text"]


@dataclass(frozen=True, slots=True)
class SectionExport:
    """A heading inside a revision's text; ``since`` and ``until`` count the revision's first look."""

    revision_id: Annotated[int, "number of the revision"]
    article_id: Annotated[int, "number of the article"]
    outlet: Annotated[str, "slug of the outlet"]
    number: Annotated[int, "number of the revision among those of its article"]
    level: Annotated[int, "level of the heading; 1 is the highest"]
    title: Annotated[str, "words of the heading"]
    start: Annotated[int, "where it stands in the text, in characters (code points)"]


@dataclass(frozen=True, slots=True)
class FootnoteExport:
    """A footnote of a revision's text; ``since`` and ``until`` count the revision's first look."""

    revision_id: Annotated[int, "number of the revision"]
    article_id: Annotated[int, "number of the article"]
    outlet: Annotated[str, "slug of the outlet"]
    number: Annotated[int, "number of the revision among those of its article"]
    footnote: Annotated[str, "the footnote, with its mark before it"]


@dataclass(frozen=True, slots=True)
class MentionExport:
    """A topic found in a revision, as it is worded now; ``since`` and ``until`` count the revision's first look."""

    topic: Annotated[str, "slug of the topic"]
    topic_version: Annotated[int, "version of its wording that found it"]
    article_id: Annotated[int, "number of the article"]
    outlet: Annotated[str, "slug of the outlet"]
    revision_id: Annotated[int, "number of the revision"]
    revision_number: Annotated[int, "number of the revision among those of its article"]
    revision_first_seen_at: Annotated[datetime, "the look that showed the revision first"]
    field: Annotated[str, "title or text: where the span counts"]
    start: Annotated[int, "characters (code points) from the start of that field"]
    end: Annotated[int, "end of the span, exclusive"]
    surface: Annotated[str, "the words as printed"]


@dataclass(frozen=True, slots=True)
class FetchExport:
    """A request and what came of it; ``since`` and ``until`` count when it was asked."""

    fetch_id: Annotated[int, "number of the fetch"]
    outlet: Annotated[str, "slug of the outlet it counts for"]
    channel: Annotated[str | None, "slug of the channel that was polled; null: a page"]
    url: Annotated[str, "address asked for"]
    reason: Annotated[str, "poll, new, retry, recheck or backfill"]
    requested_at: Annotated[datetime, "when it was asked"]
    received_at: Annotated[datetime, "when the answer was complete or the attempt given up"]
    status: Annotated[int | None, "HTTP status; null: no answer"]
    outcome: Annotated[str, "how the request ended; docs/GLOSSARY.md"]
    reading: Annotated[str | None, "what reading the body gave; null: no body, or not read yet"]
    error: Annotated[str | None, "what was wrong, one line; null: nothing"]
    body_sha256: Annotated[str | None, "digest of the body, content encoding undone; null: none"]
    body_bytes: Annotated[int | None, "bytes of that body; null: none"]
    archive_file: Annotated[str | None, "archive file that has the bytes; null: nothing came, or it was pruned"]
    archive_offset: Annotated[int | None, "where its record begins in that file, in bytes"]
    proxy: Annotated[str | None, "name of the proxy it was asked through; null: directly, or not noted"]


@dataclass(frozen=True, slots=True)
class ViewsExport:
    """How often a post or video was seen, by its platform's count; ``since`` and ``until`` count the look.

    A row where the count differs from the one before.
    """

    outlet: Annotated[str, "slug of the outlet"]
    channel: Annotated[str, "slug of the channel"]
    url: Annotated[str | None, "address of the post or video; null: none that can be followed"]
    published_at: Annotated[datetime | None, "as its platform dates it, as last told"]
    observed_at: Annotated[datetime, "the look that showed the count"]
    views: Annotated[int, "the count as shown; platforms round large ones (2.65K is 2650)"]
    duration_s: Annotated[int | None, "seconds a video lasts, as last told; null: no video, or not stated"]
    forwarded_from: Annotated[str | None, "who published it first, by the name that a forwarded post shows"]
    is_edited: Annotated[bool | None, "whether its platform marks it as edited; null: the channel's kind does not say"]


@dataclass(frozen=True, slots=True)
class GapExport:
    """A span in which a channel was not, or not completely, seen; those that touch ``since`` to ``until``."""

    outlet: Annotated[str, "slug of the outlet"]
    channel: Annotated[str, "slug of the channel"]
    from_at: Annotated[datetime, "last good look before; or the first failed one if none was good"]
    to_at: Annotated[datetime | None, "first good look after; null: still open"]
    reason: Annotated[
        str,
        "outcome of the first look that failed; rollover (a list without any entry of the one before); not_running "
        "(nobody looked)",
    ]
    detail: Annotated[str | None, "its error in one line"]
    caught_up: Annotated[
        bool | None,
        "true: nothing that stayed listed was missed in it; false: something may be missing for good; null: not "
        "known, for it is open, or no look ended it, or there is nothing to compare with",
    ]


@dataclass(frozen=True, slots=True)
class TranslationExport:
    """Two articles of one outlet, one text in two languages; ``since`` and ``until`` count when that was said."""

    outlet: Annotated[str, "slug of the outlet"]
    article_id: Annotated[int, "number of the article"]
    language: Annotated[str | None, "its language, ISO 639-1"]
    other_article_id: Annotated[int, "number of the other article"]
    other_language: Annotated[str | None, "that one's language"]
    evidence: Annotated[
        str,
        "shared_number, hreflang (each names the other, by its page or a sitemap) or hreflang_one_way (one does)",
    ]
    first_seen_at: Annotated[datetime, "the look that showed that first"]
