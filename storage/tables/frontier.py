"""What to look at, at which host, and by whom: entries, targets, hosts and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, identity


class EntryRow(Table):
    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("channel_id", "url_key"),
        Index("ix_entry_target_outlet_url_key", "target_outlet", "url_key"),
        Index("ix_entry_first_fetch_id", "first_fetch_id"),
        Index("ix_entry_channel_id_first_seen_at", "channel_id", "first_seen_at"),
        {"comment": "What a channel listed: link, titles, dates and texts as given, latest state."},
    )
    id: Mapped[int] = identity()
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), comment="the channel that listed it")
    url_key: Mapped[str] = mapped_column(
        comment="normalised link, or `guid:`/`title:` and a digest where it has no link that can be followed"
    )
    url: Mapped[str | None] = mapped_column(comment="link as given, absolute; null: none that can be followed")
    target_outlet: Mapped[str] = mapped_column(
        ForeignKey("outlet.slug"),
        comment="outlet whose host the link leads to; the channel's own where nobody claims it",
    )
    guid: Mapped[str | None] = mapped_column(comment="the item's id as given; not unique in the wild")
    title: Mapped[str | None] = mapped_column(comment="as last given; null: none")
    summary: Mapped[str | None] = mapped_column(comment="plain text, as last given; null: none")
    content_sha256: Mapped[str | None] = mapped_column(comment="digest of the full text it carried; null: none")
    published_at: Mapped[datetime | None] = mapped_column(comment="UTC; null: not stated, unreadable or impossible")
    published_offset_min: Mapped[int | None] = mapped_column(comment="minutes: the source's offset from UTC")
    published_precision: Mapped[str | None] = mapped_column(comment="second, minute or day")
    published_source: Mapped[str | None] = mapped_column(comment="feed, or text: beside the link on a page")
    published_raw: Mapped[str | None] = mapped_column(comment="the date as given; null: none")
    updated_at: Mapped[datetime | None] = mapped_column(comment="UTC; null: not stated, unreadable or impossible")
    updated_raw: Mapped[str | None] = mapped_column(comment="the update's date as given; null: none")
    authors: Mapped[Sequence[str]] = mapped_column(comment="names as given")
    categories: Mapped[Sequence[str]] = mapped_column(comment="categories as given")
    duration_s: Mapped[int | None] = mapped_column(comment="seconds a video lasts; null: no video, or not stated")
    forwarded_from: Mapped[str | None] = mapped_column(
        comment="who published it first, by the name that a forwarded post shows; null: not forwarded, or not stated"
    )
    is_edited: Mapped[bool | None] = mapped_column(
        comment="whether its platform marks it as edited; null: the channel's kind does not say"
    )
    links: Mapped[Sequence[str] | None] = mapped_column(
        comment="addresses that its text links to, in order; null: the channel's kind does not say"
    )
    alternates: Mapped[Sequence[Sequence[str]] | None] = mapped_column(
        Json,
        comment="its versions in other languages by a sitemap (hreflang), each as language, normalised address and "
        "address; null: the channel names none",
    )
    absent_at: Mapped[datetime | None] = mapped_column(
        comment="last good look at the channel without it; null: it was there at the first look"
    )
    first_seen_at: Mapped[datetime] = mapped_column(comment="first look at the channel with it")
    last_seen_at: Mapped[datetime] = mapped_column(comment="last look at the channel with it")
    first_fetch_id: Mapped[int | None] = mapped_column(
        ForeignKey("fetch.id"), comment="the fetch that showed it first; null: added by hand"
    )
    dropped_at: Mapped[datetime | None] = mapped_column(
        comment="the poll at which it was missing before its time for the second time in a row; null: it was not"
    )
    missed_at: Mapped[datetime | None] = mapped_column(
        comment="last look at its platform that showed others around it and not it; null: shown since, or never missed"
    )


class EntryViewsRow(Table):
    __tablename__ = "entry_views"
    __table_args__ = (
        UniqueConstraint("entry_id", "observed_at"),
        {
            "comment": "How often a post or video was seen, by its platform's own count, as observed at a time. A row "
            "only where the count differs from the one before. An article has those of the entries at its address."
        },
    )
    id: Mapped[int] = identity()
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), comment="the entry")
    observed_at: Mapped[datetime] = mapped_column(comment="the look that showed this count first")
    views: Mapped[int] = mapped_column(comment="the count as shown; platforms round large ones (2.65K is 2650)")


class TargetRow(Table):
    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("outlet", "url_key"),
        Index("ix_target_due", "host", "state", "next_at"),
        Index(
            "ix_target_next_of_host",
            "host",
            "priority",
            "next_at",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
        Index(
            "ix_target_channel_id",
            "channel_id",
            sqlite_where=text("channel_id IS NOT NULL"),
            postgresql_where=text("channel_id IS NOT NULL"),
        ),
        Index(
            "ix_target_pages_created_at",
            "created_at",
            sqlite_where=text("channel_id IS NULL"),
            postgresql_where=text("channel_id IS NULL"),
        ),
        {"comment": "The frontier: one address of an outlet to look at, whoever listed it."},
    )
    id: Mapped[int] = identity()
    outlet: Mapped[str] = mapped_column(ForeignKey("outlet.slug"), comment="the outlet it counts for")
    url_key: Mapped[str] = mapped_column(comment="normalised address; with the outlet, its identity")
    url: Mapped[str] = mapped_column(comment="address to be asked for")
    host: Mapped[str] = mapped_column(ForeignKey("host.key"), comment="unit of politeness it belongs to")
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"), comment="channel it polls; null: a page")
    via_target_id: Mapped[int | None] = mapped_column(
        ForeignKey("target.id"), comment="the target whose redirect or document led here; null: listed"
    )
    part_of: Mapped[int | None] = mapped_column(
        comment="poll (its first fetch) that last asked for it as a further document of a channel; null: no part"
    )
    mark: Mapped[str | None] = mapped_column(
        comment="of a part: what the document that led here said of its state (lastmod) at that time; null: nothing"
    )
    is_needed: Mapped[bool | None] = mapped_column(
        comment="of a part: whether its failure is a gap of its channel; null: no part"
    )
    redirects: Mapped[int] = mapped_column(comment="redirects on the way here")
    reason: Mapped[str] = mapped_column(comment="poll, new, retry, recheck or backfill")
    priority: Mapped[int] = mapped_column(comment="order of work on a host, smaller first")
    state: Mapped[str] = mapped_column(comment="due (look at it at next_at), idle (nothing to do), dead (given up)")
    next_at: Mapped[datetime | None] = mapped_column(comment="when to look; null while idle or dead")
    attempts: Mapped[int] = mapped_column(comment="failed looks in a row")
    etag: Mapped[str | None] = mapped_column(comment="validator of the last whole body; null: none given")
    last_modified: Mapped[str | None] = mapped_column(comment="validator of the last whole body; null: none given")
    body_sha256: Mapped[str | None] = mapped_column(comment="digest of the last whole body; null: none yet")
    last_fetched_at: Mapped[datetime | None] = mapped_column(comment="last look, however it ended; null: never")
    last_outcome: Mapped[str | None] = mapped_column(comment="how the last look ended; null: never looked at")
    created_at: Mapped[datetime] = mapped_column(comment="when it became a target")


class HostRow(Table):
    __tablename__ = "host"
    __table_args__ = (
        Index("ix_host_owner", "owner"),
        {"comment": "The unit of politeness and of work. Delays and owners go by real time, never by the plan's."},
    )
    key: Mapped[str] = mapped_column(primary_key=True, comment="host name, with its port where it is not the default")
    delay_s: Mapped[float] = mapped_column(
        Float, comment="seconds between two requests, of catalogue and robots the longer"
    )
    concurrency: Mapped[int] = mapped_column(comment="requests at one time")
    timeout_s: Mapped[float] = mapped_column(Float, comment="seconds one request may take")
    next_allowed_at: Mapped[datetime | None] = mapped_column(comment="not asked before; null: may be asked now")
    paused_until: Mapped[datetime | None] = mapped_column(
        comment="it asked us to wait until then (Retry-After; plan time); null: it did not"
    )
    owner: Mapped[str | None] = mapped_column(
        comment="who works on it: boot, process namespace, process, start; null: nobody"
    )
    token: Mapped[int] = mapped_column(comment="grows with each owner; a result under an older token is dropped")
    heartbeat_at: Mapped[datetime | None] = mapped_column(comment="last sign of life of the owner")
    robots_status: Mapped[int | None] = mapped_column(comment="HTTP status of robots.txt; null: never answered")
    robots_body: Mapped[str | None] = mapped_column(comment="its text, at most 500 KiB; null: none")
    robots_outcome: Mapped[str | None] = mapped_column(comment="how the last fetch of it ended; null: never fetched")
    robots_error: Mapped[str | None] = mapped_column(comment="what was wrong with it, one line; null: nothing")
    robots_fetched_at: Mapped[datetime | None] = mapped_column(comment="when it was last asked for; null: never")
    robots_changed_at: Mapped[datetime | None] = mapped_column(
        comment="when its text or outcome last differed from the one before; null: never seen to change"
    )
    certificate_sha256: Mapped[str | None] = mapped_column(comment="digest of its TLS certificate; null: none seen")
    certificate_changed_at: Mapped[datetime | None] = mapped_column(
        comment="when it last showed another certificate than before; null: never seen to change"
    )
    certificate_expires_at: Mapped[datetime | None] = mapped_column(comment="end of its validity; null: none seen")


class RunRow(Table):
    __tablename__ = "run"
    __table_args__ = (
        Index("ix_run_host_started_at", "host", "started_at"),
        {"comment": "One pass over one host by one owner."},
    )
    id: Mapped[int] = identity()
    host: Mapped[str] = mapped_column(ForeignKey("host.key"), comment="the host")
    owner: Mapped[str] = mapped_column(comment="who did it")
    token: Mapped[int] = mapped_column(comment="the host's token of that pass")
    started_at: Mapped[datetime] = mapped_column(comment="start")
    ended_at: Mapped[datetime | None] = mapped_column(comment="end; null: under way, or its process vanished")
    outcome: Mapped[str | None] = mapped_column(comment="done, budget (more is due), stopped, lost; null: under way")
    counts: Mapped[Mapping[str, int]] = mapped_column(comment="fetches by outcome")


class TodoRow(Table):
    __tablename__ = "todo"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        {"comment": "What must still happen, written in the transaction that made it so; done rows are deleted."},
    )
    id: Mapped[int] = identity()
    kind: Mapped[str] = mapped_column(
        comment="read or drop (a fetch), index, mentions or changes (a revision), match (a topic version)"
    )
    subject_id: Mapped[int] = mapped_column(comment="id of that fetch, revision or topic version")
    created_at: Mapped[datetime] = mapped_column(comment="when it became necessary")
    attempts: Mapped[int] = mapped_column(comment="times it was begun and failed")
    error: Mapped[str | None] = mapped_column(comment="what failed last, one line; null: nothing yet")
