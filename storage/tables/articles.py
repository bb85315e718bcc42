"""Articles, their addresses and their revisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table, identity


class ArticleRow(Table):
    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_outlet_first_seen_at", "outlet", "first_seen_at"),
        Index("ix_article_first_seen_at", "first_seen_at"),
        Index("ix_article_outlet_published_at", "outlet", "published_at"),
        Index("ix_article_latest_revision_id", "latest_revision_id"),
        Index(
            "ix_article_missing",
            "state_at",
            sqlite_where=text("state <> 'live'"),
            postgresql_where=text("state <> 'live'"),
        ),
        Index(
            "ix_article_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        {
            "comment": "The thing at one or more addresses of an outlet. Its identity never holds content, title or "
            "author. Title, dates and language here repeat the latest revision's for convenience."
        },
    )
    id: Mapped[int] = identity()
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet")
    url: Mapped[str] = mapped_column(comment="address it was first read at")
    external_id: Mapped[str | None] = mapped_column(comment="the outlet's own number of it; null: none known")
    merged_into: Mapped[int | None] = mapped_column(
        ForeignKey("article.id"), comment="the article it turned out to be, itself never merged; null: it stands alone"
    )
    absent_at: Mapped[datetime | None] = mapped_column(
        comment="last good look at its channel without it; null: it was there at the first look"
    )
    first_seen_at: Mapped[datetime] = mapped_column(
        comment="first look with it: listed, or fetched where no channel listed it"
    )
    last_seen_at: Mapped[datetime] = mapped_column(comment="last look that showed it, unchanged or not")
    title: Mapped[str | None] = mapped_column(comment="headline of the latest revision; null: none found")
    language: Mapped[str | None] = mapped_column(comment="ISO 639-1 of the latest revision; null: undecided")
    published_at: Mapped[datetime | None] = mapped_column(
        comment="UTC; null: nowhere stated. Never the day of collection"
    )
    published_offset_min: Mapped[int | None] = mapped_column(comment="minutes: the source's offset from UTC")
    published_precision: Mapped[str | None] = mapped_column(
        comment="second, minute or day (then only the date is known)"
    )
    published_source: Mapped[str | None] = mapped_column(comment="feed, structured_data, meta, url, text or file")
    state: Mapped[str] = mapped_column(
        comment="live, suspected (its address no longer shows it) or removed (confirmed)"
    )
    state_at: Mapped[datetime] = mapped_column(comment="since when")
    state_status: Mapped[int | None] = mapped_column(comment="HTTP status of the look that made it so; null: live")
    text_source: Mapped[str] = mapped_column(comment="page, or feed: its texts are the feed's own")
    latest_revision_id: Mapped[int | None] = mapped_column(
        comment="the revision last seen, of this article or one merged into it (no foreign key: the tables need each "
        "other)"
    )
    revisions: Mapped[int] = mapped_column(comment="number of revisions, those of articles merged into it not counted")
    kind: Mapped[str] = mapped_column(
        server_default="article",
        comment="article, report, document, live_blog or day_page: what the latest revision is",
    )


class ArticleUrlRow(Table):
    __tablename__ = "article_url"
    __table_args__ = (
        UniqueConstraint("outlet", "url_key", "key_version"),
        Index("ix_article_url_article_id", "article_id"),
        {"comment": "The addresses of an article. A stored key is never computed anew under another version."},
    )
    id: Mapped[int] = identity()
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet")
    url_key: Mapped[str] = mapped_column(comment="normalised address")
    key_version: Mapped[int] = mapped_column(comment="version of the normalisation")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article")
    url: Mapped[str] = mapped_column(comment="address as first seen")
    kind: Mapped[str] = mapped_column(comment="listed, redirect, canonical, form or part: how we know it")
    first_seen_at: Mapped[datetime] = mapped_column(comment="when it was first known")


class ArticleNumberRow(Table):
    __tablename__ = "article_number"
    __table_args__ = (
        UniqueConstraint("outlet", "number", "numbering"),
        Index("ix_article_number_article_id", "article_id"),
        {
            "comment": "The outlet's own number of an article in one numbering: its addresses on any host meet. "
            "Equal numbers of two numberings are translations where is_shared says so."
        },
    )
    id: Mapped[int] = identity()
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet")
    number: Mapped[str] = mapped_column(comment="as the address gives it")
    numbering: Mapped[str] = mapped_column(comment="host and language it counts in: `turan.az/az`")
    is_shared: Mapped[bool] = mapped_column(comment="whether one number stands for an article in all its languages")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article")
    first_seen_at: Mapped[datetime] = mapped_column(comment="when it was first known")


class ArticleMergeRow(Table):
    __tablename__ = "article_merge"
    __table_args__ = (
        Index(
            "uq_article_merge_article_id",
            "article_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_article_merge_into_id", "into_id"),
        Index("ix_article_merge_fetch_id", "fetch_id"),
        {
            "comment": "Decisions that two articles are one, and those that a person took back. An article is merged "
            "by at most one decision in force; rows are never deleted."
        },
    )
    id: Mapped[int] = identity()
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article that was merged away")
    into_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the one it was merged into")
    evidence: Mapped[str] = mapped_column(comment="number, redirect, form, canonical or person")
    reason: Mapped[str] = mapped_column(comment="the address or number that joined them, or a person's words")
    fetch_id: Mapped[int | None] = mapped_column(ForeignKey("fetch.id"), comment="the look that showed it; null: none")
    decided_at: Mapped[datetime] = mapped_column(comment="when it was decided")
    undone_at: Mapped[datetime | None] = mapped_column(comment="when a person took it back; null: it is in force")
    undone_reason: Mapped[str | None] = mapped_column(comment="the person's words; null: it is in force")


class AlternateRow(Table):
    __tablename__ = "alternate"
    __table_args__ = (
        UniqueConstraint("article_id", "url_key"),
        Index("ix_alternate_url_key", "url_key"),
        {
            "comment": "What an article's page, or a sitemap that lists it, says of its versions in other languages "
            "(hreflang). It is a translation where an article of the same outlet is known at that address."
        },
    )
    id: Mapped[int] = identity()
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article of which it is said")
    url_key: Mapped[str] = mapped_column(comment="normalised address of the other version")
    url: Mapped[str] = mapped_column(comment="that address as given")
    language: Mapped[str] = mapped_column(comment="language as given, without region")
    first_seen_at: Mapped[datetime] = mapped_column(comment="when it was first said")


class RevisionRow(Table):
    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("article_id", "text_sha256", "fetch_id"),
        Index("ix_revision_first_seen_at", "first_seen_at"),
        Index("ix_revision_fetch_id", "fetch_id"),
        {
            "comment": "One text of an article as published. Only ever added. The last good text outlives any 404, "
            "block page or empty extraction."
        },
    )
    id: Mapped[int] = identity()
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for display; not an identity")
    extraction_id: Mapped[int] = mapped_column(ForeignKey("extraction.id"), comment="the reading it cites")
    fetch_id: Mapped[int] = mapped_column(ForeignKey("fetch.id"), comment="the fetch that showed it first")
    text_sha256: Mapped[str] = mapped_column(ForeignKey("text.sha256"), comment="the text")
    title: Mapped[str | None] = mapped_column(comment="headline; null: none found")
    language: Mapped[str | None] = mapped_column(comment="ISO 639-1, detected; null: undecided")
    absent_at: Mapped[datetime | None] = mapped_column(
        comment="last look that did not show it yet: it was published between then and first_seen_at; null: unknown"
    )
    first_seen_at: Mapped[datetime] = mapped_column(comment="the look that showed it first")


class ReportReleaseRow(Table):
    __tablename__ = "report_release"
    __table_args__ = (
        UniqueConstraint("report_id", "release_id"),
        Index("ix_report_release_release_id", "release_id"),
        {"comment": "A report and its press release: of one outlet, one links to the other, their dates are near."},
    )
    id: Mapped[int] = identity()
    report_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the report, or the document")
    release_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article that announces it")
    linked_in: Mapped[str] = mapped_column(comment="report or release: which of the two links to the other")
    noted_at: Mapped[datetime] = mapped_column(comment="when it was found")


class SearchDocumentRow(Table):
    __tablename__ = "search_document"
    __table_args__ = (
        {
            "comment": "What full-text search looks in: the latest revision as folded words. Derived. "
            "The index beside it is `search_index` (FTS5) on SQLite and the column `terms` on PostgreSQL."
        },
    )
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, comment="the article")
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), comment="the revision it was made from")
    title_terms: Mapped[str] = mapped_column(comment="folded words of the headline")
    text_terms: Mapped[str] = mapped_column(comment="folded words of the text")
