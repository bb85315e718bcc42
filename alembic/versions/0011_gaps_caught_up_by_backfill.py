"""Gaps that a backfill caught up: when it was proven that nothing the channel still listed was missed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "gap",
        sa.Column(
            "caught_up_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when a backfill had walked over all that was listed in it; null: none has",
        ),
    )


def downgrade() -> None:
    op.drop_column("gap", "caught_up_at")
