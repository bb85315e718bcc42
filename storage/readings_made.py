"""Readings that were made of archived fetches: what ``parallax reextract`` goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.takedown import TOMBSTONE
from storage.tables import ArticleRow, ArticleUrlRow, ExtractionRow, FetchRow, RecordRow


@dataclass(frozen=True, slots=True)
class ReadingMade:
    """The last reading of a fetch for one article, and by which extractors there are readings of it."""

    article_id: int
    outlet: str
    url: str
    keys: tuple[str, ...]
    text_source: str
    text_sha256: str
    title: str | None
    published_at: datetime | None
    authors: tuple[str, ...]
    extractor: str
    extractor_hashes: frozenset[str]


def fetches_with_readings(
    session: Session, *, after: int, limit: int, outlet: str | None, since: datetime | None
) -> Sequence[int]:
    """Fetches of which a text was read, by number, behind ``after``: those of an outlet, and those asked for since.

    Not those whose text or bytes were taken down.
    """
    query = (
        select(ExtractionRow.fetch_id)
        .distinct()
        .join(FetchRow, FetchRow.id == ExtractionRow.fetch_id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id)
        .where(ExtractionRow.fetch_id > after, _is_there(), ~RecordRow.is_taken_down)
    )
    if outlet is not None:
        query = query.where(FetchRow.outlet == outlet)
    if since is not None:
        query = query.where(FetchRow.requested_at >= since)
    return session.scalars(query.order_by(ExtractionRow.fetch_id).limit(limit)).all()


def readings_of(session: Session, fetch_id: int) -> list[ReadingMade]:
    """The readings of one fetch, an article each."""
    query = (
        select(ExtractionRow, ArticleRow.outlet, ArticleRow.url)
        .join(ArticleRow, ArticleRow.id == ExtractionRow.article_id)
        .where(ExtractionRow.fetch_id == fetch_id, _is_there())
        .order_by(ExtractionRow.id)
    )
    found: dict[int, list[tuple[ExtractionRow, str, str]]] = {}
    for row, outlet, url in session.execute(query):
        found.setdefault(row.article_id, []).append((row, outlet, url))
    return [_reading(session, article_id, rows) for article_id, rows in found.items()]


def _is_there() -> ColumnElement[bool]:
    """Whether the text was not taken down."""
    return ~ExtractionRow.text_sha256.startswith(TOMBSTONE, autoescape=True)


def _reading(session: Session, article_id: int, rows: Sequence[tuple[ExtractionRow, str, str]]) -> ReadingMade:
    last, outlet, url = rows[-1]
    keys = session.scalars(
        select(ArticleUrlRow.url_key).where(ArticleUrlRow.article_id == article_id).order_by(ArticleUrlRow.id)
    )
    return ReadingMade(
        article_id=article_id,
        outlet=outlet,
        url=url,
        keys=tuple(keys),
        text_source=last.text_source,
        text_sha256=last.text_sha256,
        title=last.title,
        published_at=last.published_at,
        authors=tuple(last.authors),
        extractor=last.extractor,
        extractor_hashes=frozenset(row.extractor_hash for row, _, _ in rows),
    )
