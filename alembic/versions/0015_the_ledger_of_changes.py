"""The ledger of changes: edits judged, states of articles, and what was taken down."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_COMMENTS = (  # table, column, null, before, after
    (
        "article",
        "state",
        False,
        "live, or suspected (its address answered 404 or 410)",
        "live, suspected (its address no longer shows it) or removed (confirmed)",
    ),
    (
        "article",
        "state_status",
        True,
        "HTTP status that made it suspected; null: live",
        "HTTP status of the look that made it so; null: live",
    ),
    (
        "todo",
        "kind",
        False,
        "read (a fetch), index or mentions (a revision), match (a topic version)",
        "read or drop (a fetch), index, mentions or changes (a revision), match (a topic version)",
    ),
)
_TEXT_COMMENTS = (
    (
        "sha256",
        "hex sha256 of the text's UTF-8 bytes",
        "hex sha256 of the text's UTF-8 bytes; behind `taken-down:` where it was taken down",
    ),
    (
        "body",
        "NFC text, paragraphs joined by an empty line",
        "NFC text, paragraphs joined by an empty line; empty: it was taken down",
    ),
    ("chars", "characters (code points)", "characters (code points) that it has, or had"),
)
_TYPES = {"state_status": BIG, "chars": BIG}


def upgrade() -> None:
    _edits()
    _states()
    _takedowns()
    _dropped_entries()
    _rechecks()
    _comment(lambda _before, after: after)
    # Every later revision is judged by whoever next works off what is due.
    op.execute(
        "INSERT INTO todo (kind, subject_id, created_at, attempts) "
        "SELECT 'changes', id, first_seen_at, 0 FROM revision WHERE number > 1"
    )
    op.execute(
        "INSERT INTO article_state (article_id, state, at, how, last_seen_at, looks) "
        "SELECT id, 'suspected', state_at, CASE WHEN state_status = 410 THEN 'gone' ELSE 'not_found' END, "
        "last_seen_at, 1 FROM article WHERE state = 'suspected'"
    )


def _edits() -> None:
    op.create_table(
        "edit",
        sa.Column("revision_id", BIG, nullable=False, comment="the later revision"),
        sa.Column("base_id", BIG, nullable=False, comment="the revision that it is compared with"),
        sa.Column(
            "standing",
            sa.Text(),
            nullable=False,
            comment="edit (the outlet's), flap (what went and came back), growth (a live blog goes on), template (what changed alike on other pages of that day, or stands around texts), ours (two extractors read the two) or same (no words differ)",
        ),
        sa.Column(
            "significance", sa.Float(), nullable=False, comment="from 0 to 1: the greatest of its changes; 0: none"
        ),
        sa.Column(
            "is_silent",
            sa.Boolean(),
            nullable=False,
            comment="an edit that changes something significant without a note of the outlet that says so",
        ),
        sa.Column("rules", sa.Text(), nullable=False, comment="version of the rules that judged it"),
        sa.ForeignKeyConstraint(["base_id"], ["revision.id"], name=op.f("fk_edit_base_id_revision")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_edit_revision_id_revision")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_edit")),
        comment="A revision beside the one before it at the same place, judged. Derived from the two: judged anew when the rules are, when a text comes back, or when other pages of the outlet change alike.",
    )
    op.create_index("ix_edit_base_id", "edit", ["base_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("revision_id", BIG, nullable=False, comment="the edit: its later revision"),
        sa.Column("number", BIG, nullable=False, comment="1, 2, 3 … in the order of the later text"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="its class: headline, lead, number, name … (docs/CHANGES.md)"
        ),
        sa.Column("also", JSON, nullable=False, comment="further classes, such as number of a headline"),
        sa.Column("before", sa.Text(), nullable=False, comment="the words before; empty: put in"),
        sa.Column("after", sa.Text(), nullable=False, comment="the words after; empty: left out"),
        sa.Column("before_start", BIG, nullable=False, comment="where they begin in the earlier text"),
        sa.Column("before_end", BIG, nullable=False, comment="where they end in it"),
        sa.Column("after_start", BIG, nullable=False, comment="where they begin in the later text"),
        sa.Column("after_end", BIG, nullable=False, comment="where they end in it"),
        sa.Column("significance", sa.Float(), nullable=False, comment="from 0 to 1; from 0.5 on it is significant"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it weighs so, in words"),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="digest of the words before and after, folded: equal changes share it",
        ),
        sa.Column("is_flap", sa.Boolean(), nullable=False, comment="whether it went and came back, or came back"),
        sa.ForeignKeyConstraint(["revision_id"], ["edit.revision_id"], name=op.f("fk_change_revision_id_edit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("revision_id", "number", name=op.f("uq_change_revision_id_number")),
        comment="One change of an edit, with its class and weight. Spans count code points in headline, authors and paragraphs joined by empty lines, end exclusive.",
    )
    op.create_index("ix_change_digest", "change", ["digest"], unique=False)


def _states() -> None:
    op.create_table(
        "article_state",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("article_id", BIG, nullable=False, comment="the article"),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="suspected, removed, back (served again), withdrawn (its channel dropped it before its time while its page lives) or listed (the channel lists it again)",
        ),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the look that made it so; of withdrawn that at the page",
        ),
        sa.Column(
            "fetch_id",
            BIG,
            nullable=True,
            comment="that look; of withdrawn the second poll without it; null: folded since",
        ),
        sa.Column(
            "how",
            sa.Text(),
            nullable=False,
            comment="not_found, gone, soft_404, front_page, section; served; dropped; listed: what the look showed",
        ),
        sa.Column(
            "last_seen_at", sa.DateTime(timezone=True), nullable=True, comment="last good look before it; null: none"
        ),
        sa.Column(
            "looks", BIG, nullable=False, comment="looks, or polls, in a row that showed it so, this one included"
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_state_article_id_article")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_article_state_fetch_id_fetch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_state")),
        sa.UniqueConstraint("article_id", "state", "at", name=op.f("uq_article_state_article_id_state_at")),
        comment="What became of articles after publication, each step with the look that showed it. Only ever added; one that was never missed has no row.",
    )
    op.create_index("ix_article_state_at", "article_state", ["at"], unique=False)
    op.create_index("ix_article_state_fetch_id", "article_state", ["fetch_id"], unique=False)


def _takedowns() -> None:
    op.create_table(
        "takedown",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet"),
        sa.Column(
            "article_id",
            BIG,
            nullable=True,
            comment="the article; null: none is known at its addresses in this database",
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="its first address"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why, in the words of who asked for it here"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False, comment="when it was decided"),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its bytes were gone from archive and database file; null: that is still to be done",
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_takedown_article_id_article")),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_takedown_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedown")),
        comment="Articles whose words and bytes had to be removed here. Identity, digests and dates stay; what arrives at their addresses is not kept. The list stands beside the archive too, and is applied again after a restore or a rebuild.",
    )
    op.create_index("ix_takedown_article_id", "takedown", ["article_id"], unique=False)
    op.create_table(
        "takedown_url",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("takedown_id", BIG, nullable=False, comment="the takedown"),
        sa.Column(
            "url_key",
            sa.Text(),
            nullable=False,
            comment="normalised address, or `text:` and the sha256 of one of its texts",
        ),
        sa.ForeignKeyConstraint(["takedown_id"], ["takedown.id"], name=op.f("fk_takedown_url_takedown_id_takedown")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedown_url")),
        sa.UniqueConstraint("takedown_id", "url_key", name=op.f("uq_takedown_url_takedown_id_url_key")),
        comment="The addresses of what was taken down: nothing that they answer is kept.",
    )
    op.create_index("ix_takedown_url_url_key", "takedown_url", ["url_key"], unique=False)
    _dropped_by_takedowns()


def _dropped_by_takedowns() -> None:
    op.add_column(
        "record",
        sa.Column(
            "is_taken_down",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="whether these bytes went with an article that was taken down",
        ),
    )


def _dropped_entries() -> None:
    op.add_column(
        "entry",
        sa.Column(
            "dropped_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the poll at which it was missing before its time for the second time in a row; null: it was not",
        ),
    )
    op.create_index("ix_entry_channel_id_first_seen_at", "entry", ["channel_id", "first_seen_at"], unique=False)


def _rechecks() -> None:
    is_recheck = sa.text("reason = 'recheck'")
    op.create_index("ix_fetch_rechecks", "fetch", ["due_at"], sqlite_where=is_recheck, postgresql_where=is_recheck)
    is_missing = sa.text("state <> 'live'")
    op.create_index("ix_article_missing", "article", ["state_at"], sqlite_where=is_missing, postgresql_where=is_missing)


def downgrade() -> None:
    op.drop_index("ix_entry_channel_id_first_seen_at", "entry")
    op.drop_column("entry", "dropped_at")
    _comment(lambda before, _after: before)
    op.drop_index("ix_article_missing", "article")
    op.drop_index("ix_fetch_rechecks", "fetch")
    op.execute("DELETE FROM todo WHERE kind = 'changes'")
    for table in ("takedown_url", "takedown", "article_state", "change", "edit"):
        op.drop_table(table)
    op.drop_column("record", "is_taken_down")


def _comment(chosen) -> None:  # type: ignore[no-untyped-def]
    """Comments are only PostgreSQL's."""
    if op.get_bind().dialect.name != "postgresql":
        return
    of_text = [("text", column, False, before, after) for column, before, after in _TEXT_COMMENTS]
    for table, column, null, before, after in (*_COMMENTS, *of_text):
        op.alter_column(
            table,
            column,
            existing_type=_TYPES.get(column, sa.Text()),
            existing_nullable=null,
            comment=chosen(before, after),
        )
    op.create_table_comment(
        "text",
        chosen(
            "Each text once, by digest. Never changed.",
            "Each text once, by digest. Never changed; taken down, an empty one stands for it.",
        ),
    )
