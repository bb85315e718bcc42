"""Entries that somebody added by hand: no fetch showed them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHOWN = "the fetch that showed it first"
SHOWN_OR_ADDED = "the fetch that showed it first; null: added by hand"


def upgrade() -> None:
    _change(nullable=True, comment=SHOWN_OR_ADDED, before=SHOWN)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM entry WHERE first_fetch_id IS NULL"))
    _change(nullable=False, comment=SHOWN, before=SHOWN_OR_ADDED)


def _change(*, nullable: bool, comment: str, before: str) -> None:
    is_copied = op.get_bind().dialect.name == "sqlite"
    if is_copied:  # the table is made anew there: what refers to its rows is put aside, or it could not be dropped
        op.execute(sa.text("CREATE TEMPORARY TABLE views_aside AS SELECT * FROM entry_views"))
        op.execute(sa.text("DELETE FROM entry_views"))
    _alter(nullable=nullable, comment=comment, before=before)
    if is_copied:
        op.execute(sa.text("INSERT INTO entry_views SELECT * FROM views_aside"))
        op.execute(sa.text("DROP TABLE views_aside"))


def _alter(*, nullable: bool, comment: str, before: str) -> None:
    with op.batch_alter_table("entry") as entry:
        entry.alter_column(
            "first_fetch_id",
            existing_type=BIG,
            existing_nullable=not nullable,
            nullable=nullable,
            comment=comment,
            existing_comment=before,
        )
