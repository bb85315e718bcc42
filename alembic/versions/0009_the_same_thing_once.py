"""The same thing, once: numbers of articles, decisions that two are one, and what a page says of its translations."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MERGED = sa.text("merged_into IS NOT NULL")
IN_FORCE = sa.text("undone_at IS NULL")
_COMMENTS = (  # table, column, null, before, after
    (
        "article",
        "merged_into",
        True,
        "the article it turned out to be",
        "the article it turned out to be, itself never merged; null: it stands alone",
    ),
    (
        "article",
        "latest_revision_id",
        True,
        "the revision last seen (no foreign key: the tables need each other)",
        "the revision last seen, of this article or one merged into it (no foreign key: the tables need each other)",
    ),
    (
        "article",
        "revisions",
        False,
        "number of revisions",
        "number of revisions, those of articles merged into it not counted",
    ),
    (
        "article_url",
        "kind",
        False,
        "listed, redirect, canonical or part: how we know it",
        "listed, redirect, canonical, form or part: how we know it",
    ),
)


def upgrade() -> None:
    op.create_table(
        "article_number",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet"),
        sa.Column("number", sa.Text(), nullable=False, comment="as the address gives it"),
        sa.Column("numbering", sa.Text(), nullable=False, comment="host and language it counts in: `turan.az/az`"),
        sa.Column(
            "is_shared",
            sa.Boolean(),
            nullable=False,
            comment="whether one number stands for an article in all its languages",
        ),
        sa.Column("article_id", BIG, nullable=False, comment="the article"),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="when it was first known"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_number_article_id_article")),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_article_number_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_number")),
        sa.UniqueConstraint("outlet", "number", "numbering", name=op.f("uq_article_number_outlet_number_numbering")),
        comment="The outlet's own number of an article in one numbering: its addresses on any host meet. "
        "Equal numbers of two numberings are translations where is_shared says so.",
    )
    op.create_index("ix_article_number_article_id", "article_number", ["article_id"], unique=False)
    op.create_table(
        "article_merge",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("article_id", BIG, nullable=False, comment="the article that was merged away"),
        sa.Column("into_id", BIG, nullable=False, comment="the one it was merged into"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="number, redirect, form, canonical or person"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="the address or number that joined them, or a person's words",
        ),
        sa.Column("fetch_id", BIG, nullable=True, comment="the look that showed it; null: none"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False, comment="when it was decided"),
        sa.Column(
            "undone_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when a person took it back; null: it is in force",
        ),
        sa.Column("undone_reason", sa.Text(), nullable=True, comment="the person's words; null: it is in force"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_merge_article_id_article")),
        sa.ForeignKeyConstraint(["into_id"], ["article.id"], name=op.f("fk_article_merge_into_id_article")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_article_merge_fetch_id_fetch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_merge")),
        comment="Decisions that two articles are one, and those that a person took back. An article is merged "
        "by at most one decision in force; rows are never deleted.",
    )
    op.create_index("ix_article_merge_into_id", "article_merge", ["into_id"], unique=False)
    op.create_index("ix_article_merge_fetch_id", "article_merge", ["fetch_id"], unique=False)
    op.create_index(
        "uq_article_merge_article_id",
        "article_merge",
        ["article_id"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_table(
        "alternate",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("article_id", BIG, nullable=False, comment="the article whose page says so"),
        sa.Column("url_key", sa.Text(), nullable=False, comment="normalised address of the other version"),
        sa.Column("url", sa.Text(), nullable=False, comment="that address as given"),
        sa.Column("language", sa.Text(), nullable=False, comment="language as given, without region"),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="when it was first said"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_alternate_article_id_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alternate")),
        sa.UniqueConstraint("article_id", "url_key", name=op.f("uq_alternate_article_id_url_key")),
        comment="What an article's page says of its versions in other languages (hreflang). It is a translation "
        "where an article of the same outlet is known at that address.",
    )
    op.create_index("ix_alternate_url_key", "alternate", ["url_key"], unique=False)
    op.create_index(
        "ix_article_merged_into",
        "article",
        ["merged_into"],
        unique=False,
        sqlite_where=MERGED,
        postgresql_where=MERGED,
    )
    _explain(lambda before, after: after)


def downgrade() -> None:
    _explain(lambda before, after: before)
    op.drop_index("ix_article_merged_into", table_name="article")
    op.drop_table("alternate")
    op.drop_table("article_merge")
    op.drop_table("article_number")


def _explain(chosen) -> None:
    """SQLite keeps no comments, and altering a table there would copy it."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, column, null, before, after in _COMMENTS:
        op.alter_column(
            table,
            column,
            existing_type=sa.Text() if column == "kind" else BIG,
            existing_nullable=null,
            comment=chosen(before, after),
        )
