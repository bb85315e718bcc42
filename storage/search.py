"""Full-text search over what ``text/`` made of the latest revision of each article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session, aliased

from storage.families import head_of
from storage.tables import ArticleRow, RevisionRow, SearchDocumentRow, TextRow


@dataclass(frozen=True, slots=True)
class RevisionText:
    """A revision's words, for whoever works through what was stored.

    ``article_id`` is the article that stands; ``is_latest``: no later revision of it is known.
    """

    revision_id: int
    article_id: int
    title: str
    text: str
    language: str | None
    is_latest: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One article that a search found, best first. ``text`` is its latest text."""

    article_id: int
    outlet: str
    title: str | None
    url: str
    language: str | None
    first_seen_at: datetime
    published_at: datetime | None
    published_offset_min: int | None
    published_precision: str | None
    state: str
    text: str


def revision_texts(session: Session, revision_ids: Iterable[int]) -> list[RevisionText]:
    """The texts of these revisions."""
    stored_as = aliased(ArticleRow)
    query = (
        select(RevisionRow, TextRow.body, ArticleRow.id, ArticleRow.latest_revision_id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .join(stored_as, stored_as.id == RevisionRow.article_id)
        .join(ArticleRow, ArticleRow.id == head_of(stored_as))
        .where(RevisionRow.id.in_(list(revision_ids)))
        .order_by(RevisionRow.id)
    )
    return [
        RevisionText(row.id, head, row.title or "", body, row.language, row.id == latest)
        for row, body, head, latest in session.execute(query)
    ]


def put_search_document(
    session: Session, *, article_id: int, revision_id: int, title_terms: str, text_terms: str
) -> None:
    """Have search find the article by these words, and no longer by those of an earlier revision.

    One that was merged meanwhile is found by the article that stands.
    """
    stands = select(ArticleRow.merged_into).where(ArticleRow.id == article_id)
    if session.scalar(stands.with_for_update(read=True, key_share=True)) is not None:
        return
    row = session.get(SearchDocumentRow, article_id)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if row is None:
        row = SearchDocumentRow(article_id=article_id, revision_id=revision_id)
        session.add(row)
    elif is_sqlite:
        _fts(session, "delete", article_id, row.title_terms, row.text_terms)
    row.revision_id, row.title_terms, row.text_terms = revision_id, title_terms, text_terms
    session.flush()
    if is_sqlite:
        _fts(session, None, article_id, title_terms, text_terms)


def forget_search_document(session: Session, article_id: int) -> None:
    """Have search find the article no more."""
    row = session.get(SearchDocumentRow, article_id)
    if row is None:
        return
    if session.get_bind().dialect.name == "sqlite":
        _fts(session, "delete", article_id, row.title_terms, row.text_terms)
    session.delete(row)
    session.flush()


def _fts(session: Session, command: str | None, article_id: int, title_terms: str, text_terms: str) -> None:
    """Write the external-content index: it needs the old words to forget them."""
    words = {"id": article_id, "title": title_terms, "text": text_terms}
    if command == "delete":
        session.execute(
            text(
                "INSERT INTO search_index(search_index, rowid, title_terms, text_terms) "
                "VALUES ('delete', :id, :title, :text)"
            ),
            words,
        )
    else:
        session.execute(
            text("INSERT INTO search_index(rowid, title_terms, text_terms) VALUES (:id, :title, :text)"), words
        )


def search(session: Session, *, fts5: str, tsquery: str, limit: int, offset: int = 0) -> list[Found]:
    """Articles whose latest revision matches, best first.

    ``fts5`` and ``tsquery`` are one query in the words of either database (``text.tokens`` makes both).
    """
    if session.get_bind().dialect.name == "sqlite":
        ranked = text(
            "SELECT rowid AS article_id, bm25(search_index, 4.0, 1.0) AS rank FROM search_index "
            "WHERE search_index MATCH :query ORDER BY rank, rowid LIMIT :limit OFFSET :offset"
        ).bindparams(bindparam("query", fts5))
    else:
        ranked = text(
            "SELECT article_id, -ts_rank_cd(terms, q) AS rank FROM search_document, to_tsquery('simple', :query) q "
            "WHERE terms @@ q ORDER BY rank, article_id LIMIT :limit OFFSET :offset"
        ).bindparams(bindparam("query", tsquery))
    ids = [row.article_id for row in session.execute(ranked, {"limit": limit, "offset": offset})]
    found = {row.article_id: row for row in _found(session, ids)}
    return [found[i] for i in ids if i in found]


def _found(session: Session, article_ids: list[int]) -> list[Found]:
    query = (
        select(ArticleRow, TextRow.body)
        .join(RevisionRow, RevisionRow.id == ArticleRow.latest_revision_id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .where(ArticleRow.id.in_(article_ids))
    )
    return [
        Found(
            article_id=row.id,
            outlet=row.outlet,
            title=row.title,
            url=row.url,
            language=row.language,
            first_seen_at=row.first_seen_at,
            published_at=row.published_at,
            published_offset_min=row.published_offset_min,
            published_precision=row.published_precision,
            state=row.state,
            text=body,
        )
        for row, body in session.execute(query)
    ]
