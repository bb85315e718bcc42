"""Further documents of a poll: which poll asks for a target or brought a fetch, and what was said of its state."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VIA = "the target whose redirect led here; null: listed"
VIA_NOW = "the target whose redirect or document led here; null: listed"


def upgrade() -> None:
    op.add_column(
        "target",
        sa.Column(
            "part_of",
            BIG,
            nullable=True,
            comment="poll (its first fetch) that last asked for it as a further document of a channel; null: no part",
        ),
    )
    op.add_column(
        "target",
        sa.Column(
            "mark",
            sa.Text(),
            nullable=True,
            comment="of a part: what the document that led here said of its state (lastmod) at that time; null: nothing",
        ),
    )
    op.add_column(
        "target",
        sa.Column(
            "is_needed",
            sa.Boolean(),
            nullable=True,
            comment="of a part: whether its failure is a gap of its channel; null: no part",
        ),
    )
    op.add_column(
        "fetch",
        sa.Column(
            "part_of",
            BIG,
            nullable=True,
            comment="poll (its first fetch) that this is a further document of; null: a page, or a poll itself",
        ),
    )
    op.create_index(
        "ix_fetch_part_of",
        "fetch",
        ["part_of"],
        unique=False,
        sqlite_where=sa.text("part_of IS NOT NULL"),
        postgresql_where=sa.text("part_of IS NOT NULL"),
    )
    _say_of_via(VIA_NOW, VIA)


def downgrade() -> None:
    _say_of_via(VIA, VIA_NOW)
    op.drop_index("ix_fetch_part_of", table_name="fetch")
    op.drop_column("fetch", "part_of")
    op.drop_column("target", "is_needed")
    op.drop_column("target", "mark")
    op.drop_column("target", "part_of")


def _say_of_via(comment: str, before: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("target", "via_target_id", existing_type=BIG, comment=comment, existing_comment=before)
