"""Requests, the archive records they left, and what was read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, identity


class RecordRow(Table):
    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("file", "offset"),
        UniqueConstraint("record_id"),
        Index("ix_record_payload_sha256", "payload_sha256"),
        {"comment": "The bytes of one response in the archive (WARC). The archive is the authority for bytes."},
    )
    id: Mapped[int] = identity()
    record_id: Mapped[str] = mapped_column(comment="WARC-Record-ID, urn:uuid")
    file: Mapped[str] = mapped_column(comment="file name below the archive folder")
    offset: Mapped[int] = mapped_column(comment="bytes: where its gzip member starts in that file")
    length: Mapped[int] = mapped_column(comment="bytes of that member")
    kind: Mapped[str] = mapped_column(comment="response, or revisit (the payload stands in an earlier record)")
    payload_sha256: Mapped[str] = mapped_column(comment="digest of the body as received, content encoding and all")
    dropped_at: Mapped[datetime | None] = mapped_column(
        comment="when retention dropped these bytes; file, offset and length say where they lay. null: they are there"
    )
    is_taken_down: Mapped[bool] = mapped_column(
        server_default=false(), comment="whether these bytes went with an article that was taken down"
    )


class FetchRow(Table):
    __tablename__ = "fetch"
    __table_args__ = (
        UniqueConstraint("record_id"),
        Index("ix_fetch_target_id_requested_at", "target_id", "requested_at"),
        Index("ix_fetch_channel_id_requested_at", "channel_id", "requested_at"),
        Index("ix_fetch_requested_at", "requested_at"),
        Index(
            "ix_fetch_part_of",
            "part_of",
            sqlite_where=text("part_of IS NOT NULL"),
            postgresql_where=text("part_of IS NOT NULL"),
        ),
        Index(
            "ix_fetch_page_looks",
            "outlet",
            "id",
            sqlite_where=text("channel_id IS NULL"),
            postgresql_where=text("channel_id IS NULL"),
        ),
        Index(
            "ix_fetch_backfill",
            "id",
            sqlite_where=text("reason = 'backfill'"),
            postgresql_where=text("reason = 'backfill'"),
        ),
        Index(
            "ix_fetch_rechecks",
            "due_at",
            sqlite_where=text("reason = 'recheck'"),
            postgresql_where=text("reason = 'recheck'"),
        ),
        {"comment": "One HTTP request and what came of it: a status and a record, or a typed error."},
    )
    id: Mapped[int] = identity()
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), comment="what was looked at")
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet it counts for")
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"), comment="channel polled; null: a page")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), comment="the pass; null: adopted from the archive")
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), comment="its bytes; null: nothing came")
    part_of: Mapped[int | None] = mapped_column(
        comment="poll (its first fetch) that this is a further document of; null: a page, or a poll itself"
    )
    url: Mapped[str] = mapped_column(comment="address asked for")
    reason: Mapped[str] = mapped_column(comment="poll, new, retry, recheck or backfill")
    requested_at: Mapped[datetime] = mapped_column(comment="when it was asked")
    received_at: Mapped[datetime] = mapped_column(comment="when the answer was complete or the attempt given up")
    due_at: Mapped[datetime | None] = mapped_column(
        comment="when the look was due: requested_at less this is the lag; null: adopted, or not noted"
    )
    proxy: Mapped[str | None] = mapped_column(
        comment="name of the proxy it was asked through, or would have been; null: directly, or not noted"
    )
    conditional: Mapped[bool] = mapped_column(comment="whether validators were sent, so that 304 was possible")
    status: Mapped[int | None] = mapped_column(comment="HTTP status; null: no answer")
    outcome: Mapped[str] = mapped_column(comment="how the request ended; see docs/GLOSSARY.md")
    reading: Mapped[str | None] = mapped_column(comment="what reading the body gave; null: no body, or not read yet")
    error: Mapped[str | None] = mapped_column(comment="what was wrong, one line; null: nothing")
    content_type: Mapped[str | None] = mapped_column(comment="as answered; null: not said")
    etag: Mapped[str | None] = mapped_column(comment="as answered; null: none")
    last_modified: Mapped[str | None] = mapped_column(comment="as answered; null: none")
    redirect_to: Mapped[str | None] = mapped_column(comment="where a redirect leads; null: none")
    retry_after_s: Mapped[int | None] = mapped_column(comment="seconds the host asked us to wait; null: it did not")
    max_age_s: Mapped[int | None] = mapped_column(comment="seconds of Cache-Control: max-age; null: not said")
    body_sha256: Mapped[str | None] = mapped_column(comment="digest of the body, content encoding undone; null: none")
    body_bytes: Mapped[int | None] = mapped_column(comment="bytes of that body; null: none")
    listed: Mapped[int | None] = mapped_column(comment="entries a poll listed; null: no poll, or nothing was read")
    known: Mapped[int | None] = mapped_column(
        comment="of these, entries an earlier poll had listed: 0 of many means that some in between were missed"
    )


class TextRow(Table):
    __tablename__ = "text"
    __table_args__ = ({"comment": "Each text once, by digest. Never changed; taken down, an empty one stands for it."},)
    sha256: Mapped[str] = mapped_column(
        primary_key=True, comment="hex sha256 of the text's UTF-8 bytes; behind `taken-down:` where it was taken down"
    )
    body: Mapped[str] = mapped_column(comment="NFC text, paragraphs joined by an empty line; empty: it was taken down")
    chars: Mapped[int] = mapped_column(comment="characters (code points) that it has, or had")


class ExtractionRow(Table):
    __tablename__ = "extraction"
    __table_args__ = (
        UniqueConstraint("fetch_id", "article_id", "extractor_hash"),
        Index("ix_extraction_article_id", "article_id"),
        {"comment": "What one extractor read from one fetch for one article. Re-reading adds rows, never an edit."},
    )
    id: Mapped[int] = identity()
    fetch_id: Mapped[int] = mapped_column(ForeignKey("fetch.id"), comment="the fetch it reads")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article it is of")
    extractor_hash: Mapped[str] = mapped_column(comment="digest of extractor and settings")
    extractor: Mapped[str] = mapped_column(comment="name and version")
    settings: Mapped[str] = mapped_column(comment="canonical JSON of what changes its result")
    made_at: Mapped[datetime] = mapped_column(comment="when it was read")
    text_sha256: Mapped[str] = mapped_column(ForeignKey("text.sha256"), comment="the text")
    text_source: Mapped[str] = mapped_column(comment="page, or feed: the text is the feed's own")
    title: Mapped[str | None] = mapped_column(comment="headline; null: none found")
    authors: Mapped[Sequence[str]] = mapped_column(comment="names")
    published_at: Mapped[datetime | None] = mapped_column(comment="UTC; null: not stated, unreadable or impossible")
    published_offset_min: Mapped[int | None] = mapped_column(comment="minutes: the source's offset from UTC")
    published_precision: Mapped[str | None] = mapped_column(comment="second, minute or day")
    published_source: Mapped[str | None] = mapped_column(comment="feed, structured_data, meta, url, text or file")
    published_raw: Mapped[str | None] = mapped_column(comment="the date as given; null: none")
    modified_at: Mapped[datetime | None] = mapped_column(comment="UTC, as the page states; null: it does not")
    language: Mapped[str | None] = mapped_column(comment="ISO 639-1, detected from the text; null: undecided")
    declared_language: Mapped[str | None] = mapped_column(comment="as the page declares; null: it does not")
    canonical_url: Mapped[str | None] = mapped_column(comment="rel=canonical; null: none")
    section: Mapped[str | None] = mapped_column(comment="section as the page states; null: none")
    links: Mapped[Sequence[str]] = mapped_column(comment="outgoing links of the text")
    kind: Mapped[str] = mapped_column(
        server_default="article", comment="article, report, document, live_blog or day_page"
    )
    sections: Mapped[Sequence[Mapping[str, str | int]] | None] = mapped_column(
        Json, comment="headings of the text: level (1 is the highest), title, start in characters; null: none"
    )
    footnotes: Mapped[Sequence[str] | None] = mapped_column(
        comment="notes apart from the text, each with its mark before it; null: none"
    )
    pages: Mapped[int | None] = mapped_column(comment="pages of a PDF document; null: it is none")
    scanned_pages: Mapped[int | None] = mapped_column(comment="of these, pictures without text; null: no PDF document")


class ExtractionPartRow(Table):
    __tablename__ = "extraction_part"
    __table_args__ = (
        UniqueConstraint("extraction_id", "number"),
        Index("ix_extraction_part_fetch_id", "fetch_id"),
        {
            "comment": "The parts of a text that its outlet spreads over several addresses, each with its fetch: the "
            "reading cites the look that completed it."
        },
    )
    id: Mapped[int] = identity()
    extraction_id: Mapped[int] = mapped_column(
        ForeignKey("extraction.id"), comment="the reading that the part went into"
    )
    number: Mapped[int] = mapped_column(comment="which part: 1, 2, 3 …")
    fetch_id: Mapped[int] = mapped_column(ForeignKey("fetch.id"), comment="the fetch that showed it")
