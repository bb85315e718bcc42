"""Through which proxy a fetch was asked: what was seen from where."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "fetch",
        sa.Column(
            "proxy",
            sa.Text(),
            nullable=True,
            comment="name of the proxy it was asked through, or would have been; null: directly, or not noted",
        ),
    )


def downgrade() -> None:
    op.drop_column("fetch", "proxy")
