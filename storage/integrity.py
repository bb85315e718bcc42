"""Whether the store agrees with itself and with the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, aliased

from domain.errors import ArchiveError
from storage.tables import (
    ArticleRow,
    FetchRow,
    RecordRow,
    RevisionRow,
    SearchDocumentRow,
    TextRow,
    TodoRow,
    TopicRow,
    TopicVersionRow,
)
from storage.todos import MOST_ATTEMPTS

ReadDigest = Callable[[str, int], str]  # file, offset → sha256 of the payload as received; raises ArchiveError


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: which check found it, and what."""

    check: str
    problem: str


def database_findings(session: Session) -> Iterator[Finding]:
    """What the database engine itself finds."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for (line,) in session.execute(text("PRAGMA integrity_check")):
        if line != "ok":
            yield Finding("database", line)
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield Finding("foreign keys", f"a row of {row[0]} (rowid {row[1]}) points to no row of {row[2]}")


def text_findings(session: Session) -> Iterator[Finding]:
    """Texts whose digest is not that of their bytes."""
    for sha256, body, chars in session.execute(select(TextRow.sha256, TextRow.body, TextRow.chars)):
        if hashlib.sha256(body.encode()).hexdigest() != sha256:
            yield Finding("texts", f"text {sha256} does not have this digest")
        elif len(body) != chars:
            yield Finding("texts", f"text {sha256} has {len(body)} characters, not {chars}")


def pointer_findings(session: Session) -> Iterator[Finding]:
    """Pointers that no foreign key guards, and revisions that nothing leads to."""
    latest = aliased(RevisionRow)
    orphans = (
        select(ArticleRow.id)
        .join(latest, latest.id == ArticleRow.latest_revision_id, isouter=True)
        .where(latest.id.is_(None) | (latest.article_id != ArticleRow.id))
    )
    for article_id in session.scalars(orphans):
        yield Finding("articles", f"article {article_id} has no latest revision of its own")
    lost = (
        select(TopicRow.slug)
        .join(TopicVersionRow, TopicVersionRow.id == TopicRow.current_version_id, isouter=True)
        .where(TopicVersionRow.id.is_(None))
    )
    for slug in session.scalars(lost):
        yield Finding("topics", f"topic {slug} has no current version")
    unproven = (
        select(RevisionRow.id).join(FetchRow, FetchRow.id == RevisionRow.fetch_id).where(FetchRow.record_id.is_(None))
    )
    for revision_id in session.scalars(unproven):
        yield Finding("revisions", f"revision {revision_id} cites a fetch without an archive record")


def search_findings(session: Session) -> Iterator[Finding]:
    """Articles that search would miss or find by old words."""
    waiting = select(TodoRow.subject_id).where(TodoRow.kind == "index")
    stale = (
        select(ArticleRow.id)
        .join(SearchDocumentRow, SearchDocumentRow.article_id == ArticleRow.id, isouter=True)
        .where(
            ArticleRow.latest_revision_id.is_not(None),
            ArticleRow.latest_revision_id.not_in(waiting),
            SearchDocumentRow.revision_id.is_(None) | (SearchDocumentRow.revision_id != ArticleRow.latest_revision_id),
        )
    )
    for article_id in session.scalars(stale):
        yield Finding("search", f"article {article_id} is not indexed by its latest revision")
    if session.get_bind().dialect.name == "sqlite":
        try:
            session.execute(text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))
        except DatabaseError as error:
            yield Finding("search", f"the full-text index does not agree with its documents: {error.orig}")


def todo_findings(session: Session) -> Iterator[Finding]:
    """What was tried five times and failed."""
    query = select(TodoRow).where(TodoRow.attempts >= MOST_ATTEMPTS).order_by(TodoRow.id)
    for todo in session.scalars(query):
        yield Finding("todos", f"{todo.kind} of {todo.subject_id} failed {todo.attempts} times: {todo.error}")


def record_findings(session: Session, read_digest: ReadDigest, *, every: int = 1) -> Iterator[Finding]:
    """Records that can't be read back or hold other bytes than their row says; each ``every``-th record is read."""
    query = select(RecordRow.id, RecordRow.file, RecordRow.offset, RecordRow.payload_sha256).order_by(RecordRow.id)
    for record_id, file, offset, payload_sha256 in session.execute(query):
        if record_id % every:
            continue
        try:
            found = read_digest(file, offset)
        except ArchiveError as error:
            yield Finding("archive", str(error))
            continue
        if found != payload_sha256:
            yield Finding("archive", f"{file} at {offset} holds other bytes than row {record_id} says")
