"""The ledger of changes: what was edited, what was no longer served, and what had to be taken down here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table, identity


class EditRow(Table):
    __tablename__ = "edit"
    __table_args__ = (
        Index("ix_edit_base_id", "base_id"),
        {
            "comment": "A revision beside the one before it at the same place, judged. Derived from the two: judged "
            "anew when the rules are, when a text comes back, or when other pages of the outlet change alike."
        },
    )
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True, comment="the later revision")
    base_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), comment="the revision that it is compared with")
    standing: Mapped[str] = mapped_column(
        comment="edit (the outlet's), flap (what went and came back), growth (a live blog goes on), template (what "
        "changed alike on other pages of that day, or stands around texts), ours (two extractors read the two) or same "
        "(no words differ)"
    )
    significance: Mapped[float] = mapped_column(Float, comment="from 0 to 1: the greatest of its changes; 0: none")
    is_silent: Mapped[bool] = mapped_column(
        comment="an edit that changes something significant without a note of the outlet that says so"
    )
    rules: Mapped[str] = mapped_column(comment="version of the rules that judged it")


class ChangeRow(Table):
    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("revision_id", "number"),
        Index("ix_change_digest", "digest"),
        {
            "comment": "One change of an edit, with its class and weight. Spans count code points in headline, authors "
            "and paragraphs joined by empty lines, end exclusive."
        },
    )
    id: Mapped[int] = identity()
    revision_id: Mapped[int] = mapped_column(ForeignKey("edit.revision_id"), comment="the edit: its later revision")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … in the order of the later text")
    kind: Mapped[str] = mapped_column(comment="its class: headline, lead, number, name … (docs/CHANGES.md)")
    also: Mapped[Sequence[str]] = mapped_column(comment="further classes, such as number of a headline")
    before: Mapped[str] = mapped_column(comment="the words before; empty: put in")
    after: Mapped[str] = mapped_column(comment="the words after; empty: left out")
    before_start: Mapped[int] = mapped_column(comment="where they begin in the earlier text")
    before_end: Mapped[int] = mapped_column(comment="where they end in it")
    after_start: Mapped[int] = mapped_column(comment="where they begin in the later text")
    after_end: Mapped[int] = mapped_column(comment="where they end in it")
    significance: Mapped[float] = mapped_column(Float, comment="from 0 to 1; from 0.5 on it is significant")
    reason: Mapped[str] = mapped_column(comment="why it weighs so, in words")
    digest: Mapped[str] = mapped_column(comment="digest of the words before and after, folded: equal changes share it")
    is_flap: Mapped[bool] = mapped_column(comment="whether it went and came back, or came back")


class ArticleStateRow(Table):
    __tablename__ = "article_state"
    __table_args__ = (
        UniqueConstraint("article_id", "state", "at"),
        Index("ix_article_state_at", "at"),
        Index("ix_article_state_fetch_id", "fetch_id"),
        {
            "comment": "What became of articles after publication, each step with the look that showed it. Only ever "
            "added; one that was never missed has no row."
        },
    )
    id: Mapped[int] = identity()
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="the article")
    state: Mapped[str] = mapped_column(
        comment="suspected, removed, back (served again), withdrawn (its channel dropped it before its time while its "
        "page lives) or listed (the channel lists it again)"
    )
    at: Mapped[datetime] = mapped_column(comment="the look that made it so; of withdrawn that at the page")
    fetch_id: Mapped[int | None] = mapped_column(
        ForeignKey("fetch.id"), comment="that look; of withdrawn the second poll without it; null: folded since"
    )
    how: Mapped[str] = mapped_column(
        comment="not_found, gone, soft_404, front_page, section, not_shown; served; dropped; listed: what the look "
        "showed"
    )
    last_seen_at: Mapped[datetime | None] = mapped_column(comment="last good look before it; null: none")
    looks: Mapped[int] = mapped_column(comment="looks, or polls, in a row that showed it so, this one included")


class TakedownRow(Table):
    __tablename__ = "takedown"
    __table_args__ = (
        Index("ix_takedown_article_id", "article_id"),
        {
            "comment": "Articles whose words and bytes had to be removed here. Identity, digests and dates stay; what "
            "arrives at their addresses is not kept. The list stands beside the archive too, and is applied again "
            "after a restore or a rebuild."
        },
    )
    id: Mapped[int] = identity()
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet")
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("article.id"), comment="the article; null: none is known at its addresses in this database"
    )
    url: Mapped[str] = mapped_column(comment="its first address")
    reason: Mapped[str] = mapped_column(comment="why, in the words of who asked for it here")
    decided_at: Mapped[datetime] = mapped_column(comment="when it was decided")
    finished_at: Mapped[datetime | None] = mapped_column(
        comment="when its bytes were gone from archive and database file; null: that is still to be done"
    )


class TakedownUrlRow(Table):
    __tablename__ = "takedown_url"
    __table_args__ = (
        UniqueConstraint("takedown_id", "url_key"),
        Index("ix_takedown_url_url_key", "url_key"),
        {"comment": "The addresses of what was taken down: nothing that they answer is kept."},
    )
    id: Mapped[int] = identity()
    takedown_id: Mapped[int] = mapped_column(ForeignKey("takedown.id"), comment="the takedown")
    url_key: Mapped[str] = mapped_column(comment="normalised address, or `text:` and the sha256 of one of its texts")
