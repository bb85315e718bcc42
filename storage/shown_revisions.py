"""The revisions of one article with their proof, and how later extractors read the same pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.families import is_of, place_in_history
from storage.tables import (
    ArticleRow,
    ExtractionPartRow,
    ExtractionRow,
    FetchRow,
    MentionRow,
    RecordRow,
    RevisionRow,
    TextRow,
    TopicRow,
)


@dataclass(frozen=True, slots=True)
class ShownReading:
    """What one extractor read from the page of a revision."""

    title: str | None
    authors: tuple[str, ...]
    text: str
    extractor_hash: str


@dataclass(frozen=True, slots=True)
class ShownRevision:
    """A revision with its proof. It was published after ``absent_at`` (None: not known) and by ``first_seen_at``."""

    number: int
    title: str | None
    authors: tuple[str, ...]
    absent_at: datetime | None
    first_seen_at: datetime
    text_source: str
    text_sha256: str
    text: str
    extractor: str
    extractor_hash: str
    fetch_id: int
    fetch_url: str
    status: int | None
    body_sha256: str | None
    file: str | None
    offset: int | None
    topics: tuple[str, ...]
    sections: tuple[Mapping[str, str | int], ...]  # level, title and start of each heading in the text
    footnotes: tuple[str, ...]
    pages: int | None  # of a PDF document
    scanned_pages: int | None
    parts: tuple[int, ...]  # fetches of a text at several addresses, in order
    readings: Mapping[str, ShownReading] = field(default_factory=dict)  # of the same look, by extractor hash

    def as_read_by(self, extractor_hash: str) -> ShownReading:
        """The text as this extractor reads the very page; as it was read first where that is not known."""
        return self.readings.get(extractor_hash) or ShownReading(
            self.title, self.authors, self.text, self.extractor_hash
        )


def shown_revisions(session: Session, article_id: int) -> tuple[ShownRevision, ...]:
    """The revisions of an article and of all that were merged into it, in the order of time."""
    query = (
        select(RevisionRow, place_in_history(RevisionRow, ArticleRow), TextRow.body, ExtractionRow, FetchRow, RecordRow)
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id, isouter=True)
        .where(is_of(RevisionRow.article_id, article_id))
        .order_by(place_in_history(RevisionRow, ArticleRow))
    )
    return tuple(
        ShownRevision(
            number=number,
            title=revision.title,
            authors=tuple(extraction.authors),
            absent_at=revision.absent_at,
            first_seen_at=revision.first_seen_at,
            text_source=extraction.text_source,
            text_sha256=revision.text_sha256,
            text=body,
            extractor=extraction.extractor,
            extractor_hash=extraction.extractor_hash,
            fetch_id=fetch.id,
            fetch_url=fetch.url,
            status=fetch.status,
            body_sha256=fetch.body_sha256,
            file=record.file if record else None,
            offset=record.offset if record else None,
            topics=_topics(session, revision.id),
            sections=tuple(extraction.sections or ()),
            footnotes=tuple(extraction.footnotes or ()),
            pages=extraction.pages,
            scanned_pages=extraction.scanned_pages,
            parts=parts_of(session, extraction.id),
            readings=_readings(session, revision),
        )
        for revision, number, body, extraction, fetch, record in session.execute(query)
    )


def _readings(session: Session, revision: RevisionRow) -> Mapping[str, ShownReading]:
    """How other extractors read the look that a revision is of, by their hash."""
    query = (
        select(ExtractionRow.title, ExtractionRow.authors, TextRow.body, ExtractionRow.extractor_hash)
        .join(TextRow, TextRow.sha256 == ExtractionRow.text_sha256)
        .where(ExtractionRow.fetch_id == revision.fetch_id, ExtractionRow.article_id == revision.article_id)
        .where(ExtractionRow.id != revision.extraction_id)
    )
    return {
        extractor_hash: ShownReading(title, tuple(authors), body, extractor_hash)
        for title, authors, body, extractor_hash in session.execute(query)
    }


def parts_of(session: Session, extraction_id: int) -> tuple[int, ...]:
    """The fetches of a text at several addresses, in the order of its parts."""
    query = (
        select(ExtractionPartRow.fetch_id)
        .where(ExtractionPartRow.extraction_id == extraction_id)
        .order_by(ExtractionPartRow.number)
    )
    return tuple(session.scalars(query))


def _topics(session: Session, revision_id: int) -> tuple[str, ...]:
    query = (
        select(TopicRow.slug)
        .join(MentionRow, MentionRow.topic_version_id == TopicRow.current_version_id)
        .where(MentionRow.revision_id == revision_id)
        .distinct()
        .order_by(TopicRow.slug)
    )
    return tuple(session.scalars(query))
