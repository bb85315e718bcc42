"""What stands on other pages of an outlet around an edit: headlines, and lines that many pages have."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.ledger import AROUND
from storage.tables import ArticleRow, RevisionRow, TextRow

_LINES_WITHIN = timedelta(days=10)
_LEAST_PAGES = 3
_MOST_READ = 24  # texts that hold the words; where fewer than three have them as a paragraph, they are no line


def headlines_among(session: Session, outlet: str, texts: Collection[str], at: datetime, *, but: int) -> frozenset[str]:
    """Those of ``texts`` that are headlines of the outlet's articles around ``at``, one article's left out."""
    if not texts:
        return frozenset()
    query = (
        select(ArticleRow.title)
        .where(ArticleRow.outlet == outlet, ArticleRow.id != but, ArticleRow.title.in_(list(texts)))
        .where(ArticleRow.first_seen_at.between(at - AROUND, at + AROUND))
    )
    return frozenset(title for title in session.scalars(query) if title is not None)


def lines_among(session: Session, outlet: str, texts: Collection[str], at: datetime, *, but: int) -> frozenset[str]:
    """Those of ``texts`` that stand as a paragraph of their own in three other articles of the outlet around ``at``."""
    return frozenset(text for text in texts if _is_line(session, outlet, text, at, but))


def _is_line(session: Session, outlet: str, line: str, at: datetime, but: int) -> bool:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    place = func.instr(TextRow.body, line) if is_sqlite else func.strpos(TextRow.body, line)
    query = (
        select(RevisionRow.article_id, TextRow.body)
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .where(ArticleRow.outlet == outlet, ArticleRow.id != but, place > 0)
        .where(RevisionRow.first_seen_at.between(at - _LINES_WITHIN, at + _LINES_WITHIN))
        .order_by(RevisionRow.id.desc())
        .limit(_MOST_READ)
    )
    pages = {article_id for article_id, body in session.execute(query) if line in body.split("\n\n")}
    return len(pages) >= _LEAST_PAGES
