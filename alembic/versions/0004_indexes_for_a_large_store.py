"""Indexes without which work grows with what is stored.

A channel's target; an outlet's latest looks at pages; what cites a fetch, which is asked before an old poll is folded.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_target_channel_id",
        "target",
        ["channel_id"],
        unique=False,
        sqlite_where=sa.text("channel_id IS NOT NULL"),
        postgresql_where=sa.text("channel_id IS NOT NULL"),
    )
    op.create_index(
        "ix_fetch_page_looks",
        "fetch",
        ["outlet", "id"],
        unique=False,
        sqlite_where=sa.text("channel_id IS NULL"),
        postgresql_where=sa.text("channel_id IS NULL"),
    )
    op.create_index("ix_entry_first_fetch_id", "entry", ["first_fetch_id"], unique=False)
    op.create_index("ix_revision_fetch_id", "revision", ["fetch_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_revision_fetch_id", table_name="revision")
    op.drop_index("ix_entry_first_fetch_id", table_name="entry")
    op.drop_index("ix_fetch_page_looks", table_name="fetch")
    op.drop_index("ix_target_channel_id", table_name="target")
