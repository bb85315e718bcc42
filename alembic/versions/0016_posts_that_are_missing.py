"""When a post or video was last missing where its platform shows others of its channel."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BEFORE = "not_found, gone, soft_404, front_page, section; served; dropped; listed: what the look showed"
_AFTER = "not_found, gone, soft_404, front_page, section, not_shown; served; dropped; listed: what the look showed"


def upgrade() -> None:
    op.add_column(
        "entry",
        sa.Column(
            "missed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last look at its platform that showed others around it and not it; null: shown since, or never missed",
        ),
    )
    _explain(_AFTER)


def downgrade() -> None:
    _explain(_BEFORE)
    op.drop_column("entry", "missed_at")


def _explain(how: str) -> None:
    """SQLite keeps no comments, and altering a table there would copy it."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.alter_column("article_state", "how", existing_type=sa.Text(), existing_nullable=False, comment=how)
