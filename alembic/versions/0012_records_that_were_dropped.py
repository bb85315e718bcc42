"""Records whose bytes retention dropped: what they were stays, with when they went."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "record",
        sa.Column(
            "dropped_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when retention dropped these bytes; file, offset and length say where they lay. null: they are "
            "there",
        ),
    )


def downgrade() -> None:
    op.drop_column("record", "dropped_at")
