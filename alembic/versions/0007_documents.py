"""Documents and long texts: kinds of articles, sections, footnotes, pages, texts in several parts, reports and releases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
KINDS = "article, report, document, live_blog or day_page"
SOURCES_BEFORE = "feed, structured_data, meta, url or text"
SOURCES = "feed, structured_data, meta, url, text or file"


def upgrade() -> None:
    op.add_column(
        "article",
        sa.Column(
            "kind", sa.Text(), nullable=False, server_default="article", comment=f"{KINDS}: what the latest revision is"
        ),
    )
    op.add_column("extraction", sa.Column("kind", sa.Text(), nullable=False, server_default="article", comment=KINDS))
    op.add_column(
        "extraction",
        sa.Column(
            "sections",
            JSON,
            nullable=True,
            comment="headings of the text: level (1 is the highest), title, start in characters; null: none",
        ),
    )
    op.add_column(
        "extraction",
        sa.Column(
            "footnotes",
            JSON,
            nullable=True,
            comment="notes apart from the text, each with its mark before it; null: none",
        ),
    )
    op.add_column(
        "extraction", sa.Column("pages", BIG, nullable=True, comment="pages of a PDF document; null: it is none")
    )
    op.add_column(
        "extraction",
        sa.Column(
            "scanned_pages", BIG, nullable=True, comment="of these, pictures without text; null: no PDF document"
        ),
    )
    op.create_index("ix_article_outlet_published_at", "article", ["outlet", "published_at"], unique=False)
    op.create_table(
        "extraction_part",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("extraction_id", BIG, nullable=False, comment="the reading that the part went into"),
        sa.Column("number", BIG, nullable=False, comment="which part: 1, 2, 3 …"),
        sa.Column("fetch_id", BIG, nullable=False, comment="the fetch that showed it"),
        sa.ForeignKeyConstraint(
            ["extraction_id"], ["extraction.id"], name=op.f("fk_extraction_part_extraction_id_extraction")
        ),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_extraction_part_fetch_id_fetch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction_part")),
        sa.UniqueConstraint("extraction_id", "number", name=op.f("uq_extraction_part_extraction_id_number")),
        comment="The parts of a text that its outlet spreads over several addresses, each with its fetch: the reading cites the look that completed it.",
    )
    op.create_index("ix_extraction_part_fetch_id", "extraction_part", ["fetch_id"], unique=False)
    op.create_table(
        "report_release",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("report_id", BIG, nullable=False, comment="the report, or the document"),
        sa.Column("release_id", BIG, nullable=False, comment="the article that announces it"),
        sa.Column(
            "linked_in", sa.Text(), nullable=False, comment="report or release: which of the two links to the other"
        ),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, comment="when it was found"),
        sa.ForeignKeyConstraint(["release_id"], ["article.id"], name=op.f("fk_report_release_release_id_article")),
        sa.ForeignKeyConstraint(["report_id"], ["article.id"], name=op.f("fk_report_release_report_id_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_release")),
        sa.UniqueConstraint("report_id", "release_id", name=op.f("uq_report_release_report_id_release_id")),
        comment="A report and its press release: of one outlet, one links to the other, their dates are near.",
    )
    op.create_index("ix_report_release_release_id", "report_release", ["release_id"], unique=False)
    _comment_on_sources(SOURCES_BEFORE, SOURCES)
    _comment_on_kinds(
        "listed, redirect or canonical: how we know it", "listed, redirect, canonical or part: how we know it"
    )


def downgrade() -> None:
    _comment_on_kinds(
        "listed, redirect, canonical or part: how we know it", "listed, redirect or canonical: how we know it"
    )
    _comment_on_sources(SOURCES, SOURCES_BEFORE)
    op.drop_table("report_release")
    op.drop_table("extraction_part")
    op.drop_index("ix_article_outlet_published_at", table_name="article")
    for column in ("scanned_pages", "pages", "footnotes", "sections", "kind"):
        op.drop_column("extraction", column)
    op.drop_column("article", "kind")


def _comment_on_sources(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        for table in ("article", "extraction"):
            op.alter_column(
                table,
                "published_source",
                comment=after,
                existing_comment=before,
                existing_type=sa.Text(),
                existing_nullable=True,
            )


def _comment_on_kinds(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "article_url",
            "kind",
            comment=after,
            existing_comment=before,
            existing_type=sa.Text(),
            existing_nullable=False,
        )
