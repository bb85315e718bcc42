"""Full-text search: an FTS5 index on SQLite, a generated tsvector with a GIN index on PostgreSQL.

Both are fed folded words that the application made, and neither folds anything itself. The FTS5 index has no triggers:
the application writes it beside ``search_document``, so that no later batch alter can drop them unnoticed.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(title_terms, text_terms, content='search_document', "
            "content_rowid='article_id', tokenize='unicode61 remove_diacritics 0')"
        )
        return
    op.execute(
        "ALTER TABLE search_document ADD COLUMN terms tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('simple'::regconfig, title_terms), 'A') || to_tsvector('simple'::regconfig, text_terms)"
        ") STORED"
    )
    op.execute("CREATE INDEX ix_search_document_terms ON search_document USING gin (terms)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
        return
    op.execute("ALTER TABLE search_document DROP COLUMN terms")
