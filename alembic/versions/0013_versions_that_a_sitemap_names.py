"""Versions in other languages that a sitemap names of what it lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_BEFORE = (
    "What an article's page says of its versions in other languages (hreflang). It is a translation where an article "
    "of the same outlet is known at that address."
)
_AFTER = (
    "What an article's page, or a sitemap that lists it, says of its versions in other languages (hreflang). It is a "
    "translation where an article of the same outlet is known at that address."
)
_BEFORE_ARTICLE, _AFTER_ARTICLE = "the article whose page says so", "the article of which it is said"


def upgrade() -> None:
    op.add_column(
        "entry",
        sa.Column(
            "alternates",
            JSON,
            nullable=True,
            comment="its versions in other languages by a sitemap (hreflang), each as language, normalised address "
            "and address; null: the channel names none",
        ),
    )
    _explain(_AFTER, _AFTER_ARTICLE)


def downgrade() -> None:
    _explain(_BEFORE, _BEFORE_ARTICLE)
    op.drop_column("entry", "alternates")


def _explain(table: str, article: str) -> None:
    """SQLite keeps no comments, and altering a table there would copy it."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.create_table_comment("alternate", table)
    op.alter_column("alternate", "article_id", existing_type=sa.BigInteger(), existing_nullable=False, comment=article)
