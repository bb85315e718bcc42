"""Whether the database itself is sound: pages, foreign keys, digests of texts, and what search looks in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Table, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from domain.takedown import TOMBSTONE
from storage.tables import ArticleRow, SearchDocumentRow, TextRow, TodoRow, metadata

BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: which check found it, and what, in one line."""

    check: str
    problem: str


def database_findings(session: Session) -> Iterator[Finding]:
    """What the database engine itself finds, and rows that point to none."""
    if session.get_bind().dialect.name == "sqlite":
        for (line,) in session.execute(text("PRAGMA integrity_check")):
            if line != "ok":
                yield Finding("database", line)
    else:
        invalid = text(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace"
        )
        for (name,) in session.execute(invalid):
            yield Finding("database", f"the index {name} is not valid; REINDEX it")
    for table in metadata.sorted_tables:
        yield from _foreign_key_findings(session, table)


def _foreign_key_findings(session: Session, table: Table) -> Iterator[Finding]:
    key = table.primary_key.columns[0]
    for pointer in table.foreign_keys:
        parent = pointer.column.table.alias("parent")
        there = select(parent).where(parent.columns[pointer.column.name] == pointer.parent).exists()
        query = select(key, pointer.parent).where(pointer.parent.is_not(None), ~there)
        for own, value in session.execute(query):
            what = f"{pointer.parent.name} {value}, and there is no such {pointer.column.table.name}"
            yield Finding("foreign keys", f"{table.name} {own} has {what}")


def text_findings(session: Session) -> Iterator[Finding]:
    """Texts whose digest is not that of their bytes, and taken-down ones that are still there."""
    query = select(TextRow.sha256, TextRow.body, TextRow.chars).execution_options(yield_per=BATCH_ROWS)
    for sha256, body, chars in session.execute(query):
        if sha256.startswith(TOMBSTONE):
            if body:
                yield Finding("texts", f"text {sha256} was taken down and is still there")
        elif hashlib.sha256(body.encode()).hexdigest() != sha256:
            yield Finding("texts", f"text {sha256} does not have this digest")
        elif len(body) != chars:
            yield Finding("texts", f"text {sha256} has {len(body)} characters, not {chars}")


def search_findings(session: Session) -> Iterator[Finding]:
    """Articles that search would miss or find by old words."""
    waiting = select(TodoRow.subject_id).where(TodoRow.kind == "index")
    stale = (
        select(ArticleRow.id)
        .join(SearchDocumentRow, SearchDocumentRow.article_id == ArticleRow.id, isouter=True)
        .where(
            ArticleRow.merged_into.is_(None),
            ArticleRow.latest_revision_id.is_not(None),
            ArticleRow.latest_revision_id.not_in(waiting),
            SearchDocumentRow.revision_id.is_(None) | (SearchDocumentRow.revision_id != ArticleRow.latest_revision_id),
        )
    )
    for article_id in session.scalars(stale):
        yield Finding("search", f"article {article_id} is not indexed by its latest revision")
    merged = select(ArticleRow.id).join(SearchDocumentRow, SearchDocumentRow.article_id == ArticleRow.id)
    for article_id in session.scalars(merged.where(ArticleRow.merged_into.is_not(None))):
        yield Finding("search", f"article {article_id} is merged into another and found beside it")
    if session.get_bind().dialect.name == "postgresql":
        other = text(
            "SELECT article_id FROM search_document WHERE terms IS DISTINCT FROM "
            "(setweight(to_tsvector('simple', title_terms), 'A') || to_tsvector('simple', text_terms))"
        )
        for (article_id,) in session.execute(other):
            yield Finding("search", f"article {article_id} is indexed by other words than its document has")


def index_findings(session: Session) -> list[Finding]:
    """Whether SQLite's full-text index agrees with its documents. The engine asks for a session that may write."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    try:
        session.execute(text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))
    except DatabaseError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            raise
        return [Finding("search", f"the full-text index does not agree with its documents: {error.orig}")]
    return []
