"""An index of what is due by host, in the order of work: what each host waits with is asked many times a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_DUE = sa.text("state = 'due'")


def upgrade() -> None:
    op.create_index(
        "ix_target_next_of_host",
        "target",
        ["host", "priority", "next_at"],
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    )


def downgrade() -> None:
    op.drop_index("ix_target_next_of_host", "target")
