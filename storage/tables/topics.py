"""Topics, where they were found, and the digests made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table, identity


class TopicRow(Table):
    __tablename__ = "topic"
    __table_args__ = (
        {"comment": "An analyst's saved question. One row for each topic that was ever in the catalogue."},
    )
    slug: Mapped[str] = mapped_column(primary_key=True, comment="the topic's identity: the name of its catalogue file")
    title: Mapped[str] = mapped_column(comment="its name in the digest")
    current_version_id: Mapped[int | None] = mapped_column(
        comment="the version that counts now (no foreign key: the tables need each other); null: none yet"
    )
    removed_at: Mapped[datetime | None] = mapped_column(comment="when the catalogue stopped naming it; null: it does")


class TopicVersionRow(Table):
    __tablename__ = "topic_version"
    __table_args__ = (
        UniqueConstraint("topic", "topic_hash"),
        {"comment": "A topic's terms as they once stood. Never changed; a new wording is a new version."},
    )
    id: Mapped[int] = identity()
    topic: Mapped[str] = mapped_column(ForeignKey("topic.slug"), comment="the topic")
    version: Mapped[int] = mapped_column(comment="1, 2, 3 … in the order in which they were recorded")
    topic_hash: Mapped[str] = mapped_column(comment="sha256 of the queries in canonical form")
    title: Mapped[str] = mapped_column(comment="name at that time")
    queries: Mapped[Mapping[str, str]] = mapped_column(comment="query per language code; `any` is asked of every text")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was first read")


class MentionRow(Table):
    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("topic_version_id", "revision_id", "field", "start"),
        Index("ix_mention_revision_id", "revision_id"),
        {"comment": "A topic found in a revision, with the span that proves it."},
    )
    id: Mapped[int] = identity()
    topic_version_id: Mapped[int] = mapped_column(ForeignKey("topic_version.id"), comment="the topic as it then stood")
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), comment="the revision")
    field: Mapped[str] = mapped_column(comment="title or text: where the span counts")
    start: Mapped[int] = mapped_column(comment="characters (code points) from the start of that field")
    end: Mapped[int] = mapped_column(comment="end of the span, exclusive")
    surface: Mapped[str] = mapped_column(comment="the words as printed")


class DigestRow(Table):
    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("name", "day"),
        {"comment": "What was published for a local day; kept as published."},
    )
    id: Mapped[int] = identity()
    name: Mapped[str] = mapped_column(comment="which digest: `daily`, or with `/` and a topic's slug")
    day: Mapped[date] = mapped_column(comment="the local day it tells of")
    zone: Mapped[str] = mapped_column(comment="IANA zone of that day")
    made_at: Mapped[datetime] = mapped_column(comment="when it was published")
    catalogue_hash: Mapped[str] = mapped_column(comment="the catalogue it was made under")
    versions: Mapped[Mapping[str, str]] = mapped_column(comment="versions of what made it")
    content: Mapped[str] = mapped_column(comment="the digest as JSON, as published")


class DigestNoteRow(Table):
    __tablename__ = "digest_note"
    __table_args__ = (
        Index("ix_digest_note_digest_id", "digest_id"),
        {"comment": "What became known after a digest was published."},
    )
    id: Mapped[int] = identity()
    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id"), comment="the digest")
    noted_at: Mapped[datetime] = mapped_column(comment="when it became known")
    note: Mapped[str] = mapped_column(comment="in words")
