"""Outlets and channels as the catalogue stated them, with what the crawler learned since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table, identity


class CatalogueState(Table):
    __tablename__ = "catalogue_state"
    __table_args__ = (
        UniqueConstraint("catalogue_hash"),
        {"comment": "Each catalogue that was ever in force, by hash: what a digest or a run was made under."},
    )
    id: Mapped[int] = identity()
    catalogue_hash: Mapped[str] = mapped_column(comment="sha256 of all outlets and topics in canonical form")
    first_used_at: Mapped[datetime] = mapped_column(comment="when it was first read into this store")
    outlets: Mapped[int] = mapped_column(comment="number of outlets in it")
    topics: Mapped[int] = mapped_column(comment="number of topics in it")


class OutletRow(Table):
    __tablename__ = "outlet"
    __table_args__ = ({"comment": "Who publishes. One row for each outlet that was ever in the catalogue."},)
    slug: Mapped[str] = mapped_column(primary_key=True, comment="the outlet's identity: the name of its catalogue file")
    name: Mapped[str] = mapped_column(comment="as the outlet calls itself")
    home: Mapped[str | None] = mapped_column(comment="its front page; null: it has no site or none is known")
    languages: Mapped[Sequence[str]] = mapped_column(comment="ISO 639-1 codes it publishes in, as the catalogue says")
    zone: Mapped[str] = mapped_column(comment="IANA time zone its printed times are read in")
    enabled: Mapped[bool] = mapped_column(comment="whether the catalogue wants it crawled")
    page_fetch: Mapped[bool] = mapped_column(comment="false: its pages refuse us; only what its channels carry is kept")
    first_recorded_at: Mapped[datetime] = mapped_column(comment="when the catalogue first named it")
    removed_at: Mapped[datetime | None] = mapped_column(comment="when the catalogue stopped naming it; null: it does")
    last_ok_at: Mapped[datetime | None] = mapped_column(comment="last success on any of its channels; null: never yet")
    refusing_since: Mapped[datetime | None] = mapped_column(
        comment="since when it refuses our honest user agent (401, 403, 451 …); null: it does not"
    )


class OutletGroupRow(Table):
    __tablename__ = "outlet_group"
    __table_args__ = (
        Index("ix_outlet_group_outlet", "outlet", "scheme"),
        {
            "comment": "An outlet's place in the comparison: dated, with its reason, and recorded when we said so. "
            "Rows are only added; of several rows for one period the last recorded one counts."
        },
    )
    id: Mapped[int] = identity()
    scheme: Mapped[str] = mapped_column(comment="name of the grouping, so that another can stand beside it")
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet")
    group_name: Mapped[str] = mapped_column(
        comment="official, pro-government, independent, exile, international or unknown"
    )
    reason: Mapped[str] = mapped_column(comment="why, in words; a dispute is told here")
    valid_from: Mapped[date | None] = mapped_column(comment="first day it holds; null: since the outlet began")
    valid_to: Mapped[date | None] = mapped_column(comment="first day it no longer holds; null: it still does")
    recorded_at: Mapped[datetime] = mapped_column(comment="when we said so")
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="when we stopped saying so; null: we still do")


class ChannelRow(Table):
    __tablename__ = "channel"
    __table_args__ = (
        UniqueConstraint("outlet", "slug"),
        Index("ix_channel_next_poll_at", "next_poll_at"),
        {"comment": "One place where an outlet lists what is new, and how it last answered."},
    )
    id: Mapped[int] = identity()
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet")
    slug: Mapped[str] = mapped_column(comment="its name in the outlet's file, unique there")
    kind: Mapped[str] = mapped_column(comment="feed, sitemap, listing, youtube, telegram or manual")
    address: Mapped[str] = mapped_column(comment="URL, or handle or id where the kind has one; may change")
    language: Mapped[str | None] = mapped_column(comment="ISO 639-1; null: mixed or not known")
    body: Mapped[str | None] = mapped_column(comment="how much of a text it carries: full, summary, truncated, none")
    enabled: Mapped[bool] = mapped_column(comment="whether the catalogue wants it polled")
    not_crawled: Mapped[str | None] = mapped_column(comment="why this version can't poll it; null: it can")
    platform_id: Mapped[str | None] = mapped_column(
        comment="the id its platform knows it by, asked for once where the address is a name; null: not needed, or not "
        "known yet"
    )
    evidence: Mapped[str] = mapped_column(comment="A fetched by a public project … D guess; see docs/OUTLETS.md")
    probed_on: Mapped[date | None] = mapped_column(comment="day of that evidence; null: undated")
    window_h: Mapped[int | None] = mapped_column(comment="hours its entries reach back, as measured; null: not known")
    first_recorded_at: Mapped[datetime] = mapped_column(comment="when the catalogue first named it")
    removed_at: Mapped[datetime | None] = mapped_column(comment="when the catalogue stopped naming it; null: it does")
    last_polled_at: Mapped[datetime | None] = mapped_column(comment="last poll, however it ended; null: never")
    last_ok_at: Mapped[datetime | None] = mapped_column(comment="last poll that showed its state; null: never")
    last_new_at: Mapped[datetime | None] = mapped_column(comment="last poll that brought an unknown entry; null: never")
    last_outcome: Mapped[str | None] = mapped_column(comment="how the last poll ended; null: never polled")
    failures: Mapped[int] = mapped_column(comment="polls failed in a row")
    polls: Mapped[int] = mapped_column(comment="polls made; each tenth is made without conditions")
    next_poll_at: Mapped[datetime | None] = mapped_column(
        comment="when the service polls it next; null: to be planned, or not polled by the service"
    )
    interval_s: Mapped[int | None] = mapped_column(comment="seconds between polls as last planned; null: never planned")
    setback: Mapped[float | None] = mapped_column(
        Float, comment="failures in a row, each weighed by its kind (1, 0.5 or 0.25); null: none"
    )
    ttl_s: Mapped[int | None] = mapped_column(
        comment="seconds its last answer called itself fresh for (Cache-Control, ttl, sy:updatePeriod); null: unsaid"
    )
    depth_s: Mapped[int | None] = mapped_column(
        comment="seconds that the entries of its last listing reach back, by their own dates; null: undated"
    )


class GapRow(Table):
    __tablename__ = "gap"
    __table_args__ = (
        UniqueConstraint("channel_id", "from_at"),
        {
            "comment": "A span in which a channel was not, or not completely, seen. Stands beside every count and "
            "every claim of silence. What was published and gone inside a gap is not known."
        },
    )
    id: Mapped[int] = identity()
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), comment="the channel")
    from_at: Mapped[datetime] = mapped_column(comment="last good look before; or the first failed one if none was good")
    to_at: Mapped[datetime | None] = mapped_column(comment="first good look after; null: still open")
    reason: Mapped[str] = mapped_column(
        comment="outcome of the first look that failed; rollover (a list without any entry of the one before); "
        "not_running (nobody looked)"
    )
    detail: Mapped[str | None] = mapped_column(comment="its error in one line; null: the outcome says it all")
    caught_up_at: Mapped[datetime | None] = mapped_column(
        comment="when a backfill had walked over all that was listed in it; null: none has"
    )
