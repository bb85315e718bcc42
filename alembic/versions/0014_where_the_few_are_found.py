"""Indexes of what is asked for each digest and status: looks of backfills, and pages by when they were first listed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BACKFILL = sa.text("reason = 'backfill'")
_PAGES = sa.text("channel_id IS NULL")


def upgrade() -> None:
    op.create_index("ix_fetch_backfill", "fetch", ["id"], sqlite_where=_BACKFILL, postgresql_where=_BACKFILL)
    op.create_index(
        "ix_target_pages_created_at", "target", ["created_at"], sqlite_where=_PAGES, postgresql_where=_PAGES
    )


def downgrade() -> None:
    op.drop_index("ix_target_pages_created_at", "target")
    op.drop_index("ix_fetch_backfill", "fetch")
