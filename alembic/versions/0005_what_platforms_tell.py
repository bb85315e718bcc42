"""What platforms tell of posts and videos beside their text, views over time, and the ids of channels known by a name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column(
        "channel",
        sa.Column(
            "platform_id",
            sa.Text(),
            nullable=True,
            comment="the id its platform knows it by, asked for once where the address is a name; null: not needed, or not known yet",
        ),
    )
    op.add_column(
        "entry",
        sa.Column("duration_s", BIG, nullable=True, comment="seconds a video lasts; null: no video, or not stated"),
    )
    op.add_column(
        "entry",
        sa.Column(
            "forwarded_from",
            sa.Text(),
            nullable=True,
            comment="who published it first, by the name that a forwarded post shows; null: not forwarded, or not stated",
        ),
    )
    op.add_column(
        "entry",
        sa.Column(
            "is_edited",
            sa.Boolean(),
            nullable=True,
            comment="whether its platform marks it as edited; null: the channel's kind does not say",
        ),
    )
    op.add_column(
        "entry",
        sa.Column(
            "links",
            JSON,
            nullable=True,
            comment="addresses that its text links to, in order; null: the channel's kind does not say",
        ),
    )
    op.create_table(
        "entry_views",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("entry_id", BIG, nullable=False, comment="the entry"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the look that showed this count first",
        ),
        sa.Column(
            "views",
            BIG,
            nullable=False,
            comment="the count as shown; platforms round large ones (2.65K is 2650)",
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_views_entry_id_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_views")),
        sa.UniqueConstraint("entry_id", "observed_at", name=op.f("uq_entry_views_entry_id_observed_at")),
        comment="How often a post or video was seen, by its platform's own count, as observed at a time. A row only where the count differs from the one before. An article has those of the entries at its address.",
    )


def downgrade() -> None:
    op.drop_table("entry_views")
    op.drop_column("entry", "links")
    op.drop_column("entry", "is_edited")
    op.drop_column("entry", "forwarded_from")
    op.drop_column("entry", "duration_s")
    op.drop_column("channel", "platform_id")
