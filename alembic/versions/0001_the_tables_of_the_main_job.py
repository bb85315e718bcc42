"""The tables of the main job: catalogue, frontier, fetches, articles, topics and digests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "catalogue_state",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column(
            "catalogue_hash", sa.Text(), nullable=False, comment="sha256 of all outlets and topics in canonical form"
        ),
        sa.Column(
            "first_used_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it was first read into this store",
        ),
        sa.Column("outlets", BIG, nullable=False, comment="number of outlets in it"),
        sa.Column("topics", BIG, nullable=False, comment="number of topics in it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_state")),
        sa.UniqueConstraint("catalogue_hash", name=op.f("uq_catalogue_state_catalogue_hash")),
        comment="Each catalogue that was ever in force, by hash: what a digest or a run was made under.",
    )
    op.create_table(
        "digest",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("name", sa.Text(), nullable=False, comment="which digest: `daily`, or with `/` and a topic's slug"),
        sa.Column("day", sa.Date(), nullable=False, comment="the local day it tells of"),
        sa.Column("zone", sa.Text(), nullable=False, comment="IANA zone of that day"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when it was published"),
        sa.Column("catalogue_hash", sa.Text(), nullable=False, comment="the catalogue it was made under"),
        sa.Column("versions", JSON, nullable=False, comment="versions of what made it"),
        sa.Column("content", sa.Text(), nullable=False, comment="the digest as JSON, as published"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("name", "day", name=op.f("uq_digest_name_day")),
        comment="What was published for a local day; kept as published.",
    )
    op.create_table(
        "host",
        sa.Column("key", sa.Text(), nullable=False, comment="host name, with its port where it is not the default"),
        sa.Column(
            "delay_s",
            sa.Float(),
            nullable=False,
            comment="seconds between two requests, of catalogue and robots the longer",
        ),
        sa.Column("concurrency", BIG, nullable=False, comment="requests at one time"),
        sa.Column("timeout_s", sa.Float(), nullable=False, comment="seconds one request may take"),
        sa.Column(
            "next_allowed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="not asked before; null: may be asked now",
        ),
        sa.Column(
            "paused_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="it asked us to wait until then (Retry-After; plan time); null: it did not",
        ),
        sa.Column(
            "owner",
            sa.Text(),
            nullable=True,
            comment="who works on it: boot, process namespace, process, start; null: nobody",
        ),
        sa.Column(
            "token", BIG, nullable=False, comment="grows with each owner; a result under an older token is dropped"
        ),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True, comment="last sign of life of the owner"),
        sa.Column("robots_status", BIG, nullable=True, comment="HTTP status of robots.txt; null: never answered"),
        sa.Column("robots_body", sa.Text(), nullable=True, comment="its text, at most 500 KiB; null: none"),
        sa.Column(
            "robots_outcome", sa.Text(), nullable=True, comment="how the last fetch of it ended; null: never fetched"
        ),
        sa.Column("robots_error", sa.Text(), nullable=True, comment="what was wrong with it, one line; null: nothing"),
        sa.Column(
            "robots_fetched_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was last asked for; null: never",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_host")),
        comment="The unit of politeness and of work. Delays and owners go by real time, never by the plan's.",
    )
    op.create_index("ix_host_owner", "host", ["owner"], unique=False)

    op.create_table(
        "outlet",
        sa.Column("slug", sa.Text(), nullable=False, comment="the outlet's identity: the name of its catalogue file"),
        sa.Column("name", sa.Text(), nullable=False, comment="as the outlet calls itself"),
        sa.Column("home", sa.Text(), nullable=True, comment="its front page; null: it has no site or none is known"),
        sa.Column("languages", JSON, nullable=False, comment="ISO 639-1 codes it publishes in, as the catalogue says"),
        sa.Column("zone", sa.Text(), nullable=False, comment="IANA time zone its printed times are read in"),
        sa.Column("enabled", sa.Boolean(), nullable=False, comment="whether the catalogue wants it crawled"),
        sa.Column(
            "page_fetch",
            sa.Boolean(),
            nullable=False,
            comment="false: its pages refuse us; only what its channels carry is kept",
        ),
        sa.Column(
            "first_recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when the catalogue first named it"
        ),
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the catalogue stopped naming it; null: it does",
        ),
        sa.Column(
            "last_ok_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last success on any of its channels; null: never yet",
        ),
        sa.Column(
            "refusing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when it refuses our honest user agent (401, 403, 451 …); null: it does not",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_outlet")),
        comment="Who publishes. One row for each outlet that was ever in the catalogue.",
    )
    op.create_table(
        "record",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("record_id", sa.Text(), nullable=False, comment="WARC-Record-ID, urn:uuid"),
        sa.Column("file", sa.Text(), nullable=False, comment="file name below the archive folder"),
        sa.Column("offset", BIG, nullable=False, comment="bytes: where its gzip member starts in that file"),
        sa.Column("length", BIG, nullable=False, comment="bytes of that member"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="response, or revisit (the payload stands in an earlier record)"
        ),
        sa.Column(
            "payload_sha256",
            sa.Text(),
            nullable=False,
            comment="digest of the body as received, content encoding and all",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("file", "offset", name=op.f("uq_record_file_offset")),
        sa.UniqueConstraint("record_id", name=op.f("uq_record_record_id")),
        comment="The bytes of one response in the archive (WARC). The archive is the authority for bytes.",
    )
    op.create_index("ix_record_payload_sha256", "record", ["payload_sha256"], unique=False)

    op.create_table(
        "text",
        sa.Column("sha256", sa.Text(), nullable=False, comment="hex sha256 of the text's UTF-8 bytes"),
        sa.Column("body", sa.Text(), nullable=False, comment="NFC text, paragraphs joined by an empty line"),
        sa.Column("chars", BIG, nullable=False, comment="characters (code points)"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_text")),
        comment="Each text once, by digest. Never changed.",
    )
    op.create_table(
        "todo",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="read (a fetch), index or mentions (a revision), match (a topic version)",
        ),
        sa.Column("subject_id", BIG, nullable=False, comment="id of that fetch, revision or topic version"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when it became necessary"),
        sa.Column("attempts", BIG, nullable=False, comment="times it was begun and failed"),
        sa.Column("error", sa.Text(), nullable=True, comment="what failed last, one line; null: nothing yet"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todo")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_todo_kind_subject_id")),
        comment="What must still happen, written in the transaction that made it so; done rows are deleted.",
    )
    op.create_table(
        "topic",
        sa.Column("slug", sa.Text(), nullable=False, comment="the topic's identity: the name of its catalogue file"),
        sa.Column("title", sa.Text(), nullable=False, comment="its name in the digest"),
        sa.Column(
            "current_version_id",
            BIG,
            nullable=True,
            comment="the version that counts now (no foreign key: the tables need each other); null: none yet",
        ),
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the catalogue stopped naming it; null: it does",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topic")),
        comment="An analyst's saved question. One row for each topic that was ever in the catalogue.",
    )
    op.create_table(
        "article",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet"),
        sa.Column("url", sa.Text(), nullable=False, comment="address it was first read at"),
        sa.Column("external_id", sa.Text(), nullable=True, comment="the outlet's own number of it; null: none known"),
        sa.Column("merged_into", BIG, nullable=True, comment="the article it turned out to be"),
        sa.Column(
            "absent_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last good look at its channel without it; null: it was there at the first look",
        ),
        sa.Column(
            "first_seen_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="first look with it: listed, or fetched where no channel listed it",
        ),
        sa.Column(
            "last_seen_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="last look that showed it, unchanged or not",
        ),
        sa.Column("title", sa.Text(), nullable=True, comment="headline of the latest revision; null: none found"),
        sa.Column("language", sa.Text(), nullable=True, comment="ISO 639-1 of the latest revision; null: undecided"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="UTC; null: nowhere stated. Never the day of collection",
        ),
        sa.Column("published_offset_min", BIG, nullable=True, comment="minutes: the source's offset from UTC"),
        sa.Column(
            "published_precision",
            sa.Text(),
            nullable=True,
            comment="second, minute or day (then only the date is known)",
        ),
        sa.Column("published_source", sa.Text(), nullable=True, comment="feed, structured_data, meta, url or text"),
        sa.Column("state", sa.Text(), nullable=False, comment="live, or suspected (its address answered 404 or 410)"),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False, comment="since when"),
        sa.Column("state_status", BIG, nullable=True, comment="HTTP status that made it suspected; null: live"),
        sa.Column("text_source", sa.Text(), nullable=False, comment="page, or feed: its texts are the feed's own"),
        sa.Column(
            "latest_revision_id",
            BIG,
            nullable=True,
            comment="the revision last seen (no foreign key: the tables need each other)",
        ),
        sa.Column("revisions", BIG, nullable=False, comment="number of revisions"),
        sa.ForeignKeyConstraint(["merged_into"], ["article.id"], name=op.f("fk_article_merged_into_article")),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_article_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        comment="The thing at one or more addresses of an outlet. Its identity never holds content, title or author. Title, dates and language here repeat the latest revision's for convenience.",
    )
    op.create_index("ix_article_first_seen_at", "article", ["first_seen_at"], unique=False)
    op.create_index("ix_article_latest_revision_id", "article", ["latest_revision_id"], unique=False)
    op.create_index("ix_article_outlet_first_seen_at", "article", ["outlet", "first_seen_at"], unique=False)

    op.create_table(
        "channel",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet"),
        sa.Column("slug", sa.Text(), nullable=False, comment="its name in the outlet's file, unique there"),
        sa.Column("kind", sa.Text(), nullable=False, comment="feed, sitemap, listing, youtube, telegram or manual"),
        sa.Column(
            "address", sa.Text(), nullable=False, comment="URL, or handle or id where the kind has one; may change"
        ),
        sa.Column("language", sa.Text(), nullable=True, comment="ISO 639-1; null: mixed or not known"),
        sa.Column(
            "body", sa.Text(), nullable=True, comment="how much of a text it carries: full, summary, truncated, none"
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False, comment="whether the catalogue wants it polled"),
        sa.Column("not_crawled", sa.Text(), nullable=True, comment="why this version can't poll it; null: it can"),
        sa.Column(
            "evidence",
            sa.Text(),
            nullable=False,
            comment="A fetched by a public project … D guess; see docs/OUTLETS.md",
        ),
        sa.Column("probed_on", sa.Date(), nullable=True, comment="day of that evidence; null: undated"),
        sa.Column("window_h", BIG, nullable=True, comment="hours its entries reach back, as measured; null: not known"),
        sa.Column(
            "first_recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when the catalogue first named it"
        ),
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the catalogue stopped naming it; null: it does",
        ),
        sa.Column(
            "last_polled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last poll, however it ended; null: never",
        ),
        sa.Column(
            "last_ok_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last poll that showed its state; null: never",
        ),
        sa.Column(
            "last_new_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last poll that brought an unknown entry; null: never",
        ),
        sa.Column("last_outcome", sa.Text(), nullable=True, comment="how the last poll ended; null: never polled"),
        sa.Column("failures", BIG, nullable=False, comment="polls failed in a row"),
        sa.Column("polls", BIG, nullable=False, comment="polls made; each tenth is made without conditions"),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_channel_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("outlet", "slug", name=op.f("uq_channel_outlet_slug")),
        comment="One place where an outlet lists what is new, and how it last answered.",
    )
    op.create_table(
        "digest_note",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("digest_id", BIG, nullable=False, comment="the digest"),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, comment="when it became known"),
        sa.Column("note", sa.Text(), nullable=False, comment="in words"),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_digest_note_digest_id_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_note")),
        comment="What became known after a digest was published.",
    )
    op.create_index("ix_digest_note_digest_id", "digest_note", ["digest_id"], unique=False)

    op.create_table(
        "outlet_group",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column(
            "scheme", sa.Text(), nullable=False, comment="name of the grouping, so that another can stand beside it"
        ),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet"),
        sa.Column(
            "group_name",
            sa.Text(),
            nullable=False,
            comment="official, pro-government, independent, exile, international or unknown",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="why, in words; a dispute is told here"),
        sa.Column("valid_from", sa.Date(), nullable=True, comment="first day it holds; null: since the outlet began"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="first day it no longer holds; null: it still does"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when we said so"),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when we stopped saying so; null: we still do",
        ),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_outlet_group_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_group")),
        comment="An outlet's place in the comparison: dated, with its reason, and recorded when we said so. Rows are only added; of several rows for one period the last recorded one counts.",
    )
    op.create_index("ix_outlet_group_outlet", "outlet_group", ["outlet", "scheme"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("host", sa.Text(), nullable=False, comment="the host"),
        sa.Column("owner", sa.Text(), nullable=False, comment="who did it"),
        sa.Column("token", BIG, nullable=False, comment="the host's token of that pass"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="start"),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="end; null: under way, or its process vanished",
        ),
        sa.Column(
            "outcome", sa.Text(), nullable=True, comment="done, budget (more is due), stopped, lost; null: under way"
        ),
        sa.Column("counts", JSON, nullable=False, comment="fetches by outcome"),
        sa.ForeignKeyConstraint(["host"], ["host.key"], name=op.f("fk_run_host_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        comment="One pass over one host by one owner.",
    )
    op.create_index("ix_run_host_started_at", "run", ["host", "started_at"], unique=False)

    op.create_table(
        "topic_version",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("topic", sa.Text(), nullable=False, comment="the topic"),
        sa.Column("version", BIG, nullable=False, comment="1, 2, 3 … in the order in which they were recorded"),
        sa.Column("topic_hash", sa.Text(), nullable=False, comment="sha256 of the queries in canonical form"),
        sa.Column("title", sa.Text(), nullable=False, comment="name at that time"),
        sa.Column("queries", JSON, nullable=False, comment="query per language code; `any` is asked of every text"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was first read"),
        sa.ForeignKeyConstraint(["topic"], ["topic.slug"], name=op.f("fk_topic_version_topic_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_version")),
        sa.UniqueConstraint("topic", "topic_hash", name=op.f("uq_topic_version_topic_topic_hash")),
        comment="A topic's terms as they once stood. Never changed; a new wording is a new version.",
    )
    op.create_table(
        "article_url",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet"),
        sa.Column("url_key", sa.Text(), nullable=False, comment="normalised address"),
        sa.Column("key_version", BIG, nullable=False, comment="version of the normalisation"),
        sa.Column("article_id", BIG, nullable=False, comment="the article"),
        sa.Column("url", sa.Text(), nullable=False, comment="address as first seen"),
        sa.Column("kind", sa.Text(), nullable=False, comment="listed, redirect or canonical: how we know it"),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="when it was first known"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_url_article_id_article")),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_article_url_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_url")),
        sa.UniqueConstraint("outlet", "url_key", "key_version", name=op.f("uq_article_url_outlet_url_key_key_version")),
        comment="The addresses of an article. A stored key is never computed anew under another version.",
    )
    op.create_index("ix_article_url_article_id", "article_url", ["article_id"], unique=False)

    op.create_table(
        "gap",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("channel_id", BIG, nullable=False, comment="the channel"),
        sa.Column(
            "from_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="last good look before; or the first failed one if none was good",
        ),
        sa.Column(
            "to_at", sa.DateTime(timezone=True), nullable=True, comment="first good look after; null: still open"
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="outcome of the first look that failed"),
        sa.Column("detail", sa.Text(), nullable=True, comment="its error in one line; null: the outcome says it all"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_gap_channel_id_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
        sa.UniqueConstraint("channel_id", "from_at", name=op.f("uq_gap_channel_id_from_at")),
        comment="A span in which a channel was not, or not completely, seen. Stands beside every count and every claim of silence. What was published and gone inside a gap is not known.",
    )
    op.create_table(
        "target",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet it counts for"),
        sa.Column("url_key", sa.Text(), nullable=False, comment="normalised address; with the outlet, its identity"),
        sa.Column("url", sa.Text(), nullable=False, comment="address to be asked for"),
        sa.Column("host", sa.Text(), nullable=False, comment="unit of politeness it belongs to"),
        sa.Column("channel_id", BIG, nullable=True, comment="channel it polls; null: a page"),
        sa.Column("via_target_id", BIG, nullable=True, comment="the target whose redirect led here; null: listed"),
        sa.Column("redirects", BIG, nullable=False, comment="redirects on the way here"),
        sa.Column("reason", sa.Text(), nullable=False, comment="poll, new, retry, recheck or backfill"),
        sa.Column("priority", BIG, nullable=False, comment="order of work on a host, smaller first"),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="due (look at it at next_at), idle (nothing to do), dead (given up)",
        ),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), nullable=True, comment="when to look; null while idle or dead"
        ),
        sa.Column("attempts", BIG, nullable=False, comment="failed looks in a row"),
        sa.Column("etag", sa.Text(), nullable=True, comment="validator of the last whole body; null: none given"),
        sa.Column(
            "last_modified", sa.Text(), nullable=True, comment="validator of the last whole body; null: none given"
        ),
        sa.Column("body_sha256", sa.Text(), nullable=True, comment="digest of the last whole body; null: none yet"),
        sa.Column(
            "last_fetched_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last look, however it ended; null: never",
        ),
        sa.Column("last_outcome", sa.Text(), nullable=True, comment="how the last look ended; null: never looked at"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when it became a target"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_target_channel_id_channel")),
        sa.ForeignKeyConstraint(["host"], ["host.key"], name=op.f("fk_target_host_host")),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_target_outlet_outlet")),
        sa.ForeignKeyConstraint(["via_target_id"], ["target.id"], name=op.f("fk_target_via_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("outlet", "url_key", name=op.f("uq_target_outlet_url_key")),
        comment="The frontier: one address of an outlet to look at, whoever listed it.",
    )
    op.create_index("ix_target_due", "target", ["host", "state", "next_at"], unique=False)

    op.create_table(
        "fetch",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("target_id", BIG, nullable=False, comment="what was looked at"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet it counts for"),
        sa.Column("channel_id", BIG, nullable=True, comment="channel polled; null: a page"),
        sa.Column("run_id", BIG, nullable=True, comment="the pass; null: adopted from the archive"),
        sa.Column("record_id", BIG, nullable=True, comment="its bytes; null: nothing came"),
        sa.Column("url", sa.Text(), nullable=False, comment="address asked for"),
        sa.Column("reason", sa.Text(), nullable=False, comment="poll, new, retry, recheck or backfill"),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False, comment="when it was asked"),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the answer was complete or the attempt given up",
        ),
        sa.Column(
            "conditional",
            sa.Boolean(),
            nullable=False,
            comment="whether validators were sent, so that 304 was possible",
        ),
        sa.Column("status", BIG, nullable=True, comment="HTTP status; null: no answer"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="how the request ended; see docs/GLOSSARY.md"),
        sa.Column(
            "reading", sa.Text(), nullable=True, comment="what reading the body gave; null: no body, or not read yet"
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="what was wrong, one line; null: nothing"),
        sa.Column("content_type", sa.Text(), nullable=True, comment="as answered; null: not said"),
        sa.Column("etag", sa.Text(), nullable=True, comment="as answered; null: none"),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="as answered; null: none"),
        sa.Column("redirect_to", sa.Text(), nullable=True, comment="where a redirect leads; null: none"),
        sa.Column("retry_after_s", BIG, nullable=True, comment="seconds the host asked us to wait; null: it did not"),
        sa.Column(
            "body_sha256", sa.Text(), nullable=True, comment="digest of the body, content encoding undone; null: none"
        ),
        sa.Column("body_bytes", BIG, nullable=True, comment="bytes of that body; null: none"),
        sa.Column("listed", BIG, nullable=True, comment="entries a poll listed; null: no poll, or nothing was read"),
        sa.Column(
            "known",
            BIG,
            nullable=True,
            comment="of these, entries an earlier poll had listed: 0 of many means that some in between were missed",
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_fetch_channel_id_channel")),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_fetch_outlet_outlet")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_fetch_record_id_record")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_fetch_run_id_run")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_fetch_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
        sa.UniqueConstraint("record_id", name=op.f("uq_fetch_record_id")),
        comment="One HTTP request and what came of it: a status and a record, or a typed error.",
    )
    op.create_index("ix_fetch_channel_id_requested_at", "fetch", ["channel_id", "requested_at"], unique=False)
    op.create_index("ix_fetch_requested_at", "fetch", ["requested_at"], unique=False)
    op.create_index("ix_fetch_target_id_requested_at", "fetch", ["target_id", "requested_at"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("channel_id", BIG, nullable=False, comment="the channel that listed it"),
        sa.Column(
            "url_key",
            sa.Text(),
            nullable=False,
            comment="normalised link, or `guid:`/`title:` and a digest where it has no link that can be followed",
        ),
        sa.Column("url", sa.Text(), nullable=True, comment="link as given, absolute; null: none that can be followed"),
        sa.Column(
            "target_outlet",
            sa.Text(),
            nullable=False,
            comment="outlet whose host the link leads to; the channel's own where nobody claims it",
        ),
        sa.Column("guid", sa.Text(), nullable=True, comment="the item's id as given; not unique in the wild"),
        sa.Column("title", sa.Text(), nullable=True, comment="as last given; null: none"),
        sa.Column("summary", sa.Text(), nullable=True, comment="plain text, as last given; null: none"),
        sa.Column("content_sha256", sa.Text(), nullable=True, comment="digest of the full text it carried; null: none"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="UTC; null: not stated, unreadable or impossible",
        ),
        sa.Column("published_offset_min", BIG, nullable=True, comment="minutes: the source's offset from UTC"),
        sa.Column("published_precision", sa.Text(), nullable=True, comment="second, minute or day"),
        sa.Column("published_source", sa.Text(), nullable=True, comment="feed, or text: beside the link on a page"),
        sa.Column("published_raw", sa.Text(), nullable=True, comment="the date as given; null: none"),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="UTC; null: not stated, unreadable or impossible",
        ),
        sa.Column("updated_raw", sa.Text(), nullable=True, comment="the update's date as given; null: none"),
        sa.Column("authors", JSON, nullable=False, comment="names as given"),
        sa.Column("categories", JSON, nullable=False, comment="categories as given"),
        sa.Column(
            "absent_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last good look at the channel without it; null: it was there at the first look",
        ),
        sa.Column(
            "first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="first look at the channel with it"
        ),
        sa.Column(
            "last_seen_at", sa.DateTime(timezone=True), nullable=False, comment="last look at the channel with it"
        ),
        sa.Column("first_fetch_id", BIG, nullable=False, comment="the fetch that showed it first"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_entry_channel_id_channel")),
        sa.ForeignKeyConstraint(["first_fetch_id"], ["fetch.id"], name=op.f("fk_entry_first_fetch_id_fetch")),
        sa.ForeignKeyConstraint(["target_outlet"], ["outlet.slug"], name=op.f("fk_entry_target_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("channel_id", "url_key", name=op.f("uq_entry_channel_id_url_key")),
        comment="What a channel listed: link, titles, dates and texts as given, latest state.",
    )
    op.create_index("ix_entry_target_outlet_url_key", "entry", ["target_outlet", "url_key"], unique=False)

    op.create_table(
        "extraction",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("fetch_id", BIG, nullable=False, comment="the fetch it reads"),
        sa.Column("article_id", BIG, nullable=False, comment="the article it is of"),
        sa.Column("extractor_hash", sa.Text(), nullable=False, comment="digest of extractor and settings"),
        sa.Column("extractor", sa.Text(), nullable=False, comment="name and version"),
        sa.Column("settings", sa.Text(), nullable=False, comment="canonical JSON of what changes its result"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when it was read"),
        sa.Column("text_sha256", sa.Text(), nullable=False, comment="the text"),
        sa.Column("text_source", sa.Text(), nullable=False, comment="page, or feed: the text is the feed's own"),
        sa.Column("title", sa.Text(), nullable=True, comment="headline; null: none found"),
        sa.Column("authors", JSON, nullable=False, comment="names"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="UTC; null: not stated, unreadable or impossible",
        ),
        sa.Column("published_offset_min", BIG, nullable=True, comment="minutes: the source's offset from UTC"),
        sa.Column("published_precision", sa.Text(), nullable=True, comment="second, minute or day"),
        sa.Column("published_source", sa.Text(), nullable=True, comment="feed, structured_data, meta, url or text"),
        sa.Column("published_raw", sa.Text(), nullable=True, comment="the date as given; null: none"),
        sa.Column(
            "modified_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="UTC, as the page states; null: it does not",
        ),
        sa.Column("language", sa.Text(), nullable=True, comment="ISO 639-1, detected from the text; null: undecided"),
        sa.Column("declared_language", sa.Text(), nullable=True, comment="as the page declares; null: it does not"),
        sa.Column("canonical_url", sa.Text(), nullable=True, comment="rel=canonical; null: none"),
        sa.Column("section", sa.Text(), nullable=True, comment="section as the page states; null: none"),
        sa.Column("links", JSON, nullable=False, comment="outgoing links of the text"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_extraction_article_id_article")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_extraction_fetch_id_fetch")),
        sa.ForeignKeyConstraint(["text_sha256"], ["text.sha256"], name=op.f("fk_extraction_text_sha256_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction")),
        sa.UniqueConstraint(
            "fetch_id", "article_id", "extractor_hash", name=op.f("uq_extraction_fetch_id_article_id_extractor_hash")
        ),
        comment="What one extractor read from one fetch for one article. Re-reading adds rows, never an edit.",
    )
    op.create_index("ix_extraction_article_id", "extraction", ["article_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("article_id", BIG, nullable=False, comment="the article"),
        sa.Column("number", BIG, nullable=False, comment="1, 2, 3 … for display; not an identity"),
        sa.Column("extraction_id", BIG, nullable=False, comment="the reading it cites"),
        sa.Column("fetch_id", BIG, nullable=False, comment="the fetch that showed it first"),
        sa.Column("text_sha256", sa.Text(), nullable=False, comment="the text"),
        sa.Column("title", sa.Text(), nullable=True, comment="headline; null: none found"),
        sa.Column("language", sa.Text(), nullable=True, comment="ISO 639-1, detected; null: undecided"),
        sa.Column(
            "absent_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last look that did not show it yet: it was published between then and first_seen_at; null: unknown",
        ),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="the look that showed it first"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_revision_article_id_article")),
        sa.ForeignKeyConstraint(
            ["extraction_id"], ["extraction.id"], name=op.f("fk_revision_extraction_id_extraction")
        ),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_revision_fetch_id_fetch")),
        sa.ForeignKeyConstraint(["text_sha256"], ["text.sha256"], name=op.f("fk_revision_text_sha256_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint(
            "article_id", "text_sha256", "fetch_id", name=op.f("uq_revision_article_id_text_sha256_fetch_id")
        ),
        comment="One text of an article as published. Only ever added. The last good text outlives any 404, block page or empty extraction.",
    )
    op.create_index("ix_revision_first_seen_at", "revision", ["first_seen_at"], unique=False)

    op.create_table(
        "mention",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("topic_version_id", BIG, nullable=False, comment="the topic as it then stood"),
        sa.Column("revision_id", BIG, nullable=False, comment="the revision"),
        sa.Column("field", sa.Text(), nullable=False, comment="title or text: where the span counts"),
        sa.Column("start", BIG, nullable=False, comment="characters (code points) from the start of that field"),
        sa.Column("end", BIG, nullable=False, comment="end of the span, exclusive"),
        sa.Column("surface", sa.Text(), nullable=False, comment="the words as printed"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_mention_revision_id_revision")),
        sa.ForeignKeyConstraint(
            ["topic_version_id"], ["topic_version.id"], name=op.f("fk_mention_topic_version_id_topic_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint(
            "topic_version_id",
            "revision_id",
            "field",
            "start",
            name=op.f("uq_mention_topic_version_id_revision_id_field_start"),
        ),
        comment="A topic found in a revision, with the span that proves it.",
    )
    op.create_index("ix_mention_revision_id", "mention", ["revision_id"], unique=False)

    op.create_table(
        "search_document",
        sa.Column("article_id", BIG, nullable=False, comment="the article"),
        sa.Column("revision_id", BIG, nullable=False, comment="the revision it was made from"),
        sa.Column("title_terms", sa.Text(), nullable=False, comment="folded words of the headline"),
        sa.Column("text_terms", sa.Text(), nullable=False, comment="folded words of the text"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_search_document_article_id_article")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_search_document_revision_id_revision")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_search_document")),
        comment="What full-text search looks in: the latest revision as folded words. Derived. The index beside it is `search_index` (FTS5) on SQLite and the column `terms` on PostgreSQL.",
    )


def downgrade() -> None:
    op.drop_table("search_document")
    op.drop_index("ix_mention_revision_id", table_name="mention")

    op.drop_table("mention")
    op.drop_index("ix_revision_first_seen_at", table_name="revision")

    op.drop_table("revision")
    op.drop_index("ix_extraction_article_id", table_name="extraction")

    op.drop_table("extraction")
    op.drop_index("ix_entry_target_outlet_url_key", table_name="entry")

    op.drop_table("entry")
    op.drop_index("ix_fetch_target_id_requested_at", table_name="fetch")
    op.drop_index("ix_fetch_requested_at", table_name="fetch")
    op.drop_index("ix_fetch_channel_id_requested_at", table_name="fetch")

    op.drop_table("fetch")
    op.drop_index("ix_target_due", table_name="target")

    op.drop_table("target")
    op.drop_table("gap")
    op.drop_index("ix_article_url_article_id", table_name="article_url")

    op.drop_table("article_url")
    op.drop_table("topic_version")
    op.drop_index("ix_run_host_started_at", table_name="run")

    op.drop_table("run")
    op.drop_index("ix_outlet_group_outlet", table_name="outlet_group")

    op.drop_table("outlet_group")
    op.drop_index("ix_digest_note_digest_id", table_name="digest_note")

    op.drop_table("digest_note")
    op.drop_table("channel")
    op.drop_index("ix_article_outlet_first_seen_at", table_name="article")
    op.drop_index("ix_article_latest_revision_id", table_name="article")
    op.drop_index("ix_article_first_seen_at", table_name="article")

    op.drop_table("article")
    op.drop_table("topic")
    op.drop_table("todo")
    op.drop_table("text")
    op.drop_index("ix_record_payload_sha256", table_name="record")

    op.drop_table("record")
    op.drop_table("outlet")
    op.drop_index("ix_host_owner", table_name="host")

    op.drop_table("host")
    op.drop_table("digest")
    op.drop_table("catalogue_state")
