"""Readings on their way into the store: what one extractor read from one fetch for one article, with its text."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.readings import ReadText, sha256_of
from storage.tables import ExtractionRow, TextRow
from storage.text_parts import put_parts
from storage.todos import insert_ignoring


def put_extraction(session: Session, article_id: int, read: ReadText) -> int:
    """Store what was read from a fetch; reading the same fetch again with the same extractor changes nothing."""
    known = _known_extraction(session, article_id, read)
    if known is not None:
        return known
    text_sha256 = sha256_of(read.text)
    insert_ignoring(session, TextRow, [{"sha256": text_sha256, "body": read.text, "chars": len(read.text)}], ["sha256"])
    identity = ["fetch_id", "article_id", "extractor_hash"]
    insert_ignoring(session, ExtractionRow, [_extraction_values(article_id, read, text_sha256)], identity)
    stored = _known_extraction(session, article_id, read)
    assert stored is not None
    put_parts(session, stored, read.parts)
    return stored


def _known_extraction(session: Session, article_id: int, read: ReadText) -> int | None:
    return session.scalar(
        select(ExtractionRow.id).where(
            ExtractionRow.fetch_id == read.fetch_id,
            ExtractionRow.article_id == article_id,
            ExtractionRow.extractor_hash == read.extractor_hash,
        )
    )


def _extraction_values(article_id: int, read: ReadText, text_sha256: str) -> dict[str, object]:
    got = read.extraction
    published = got.published
    return {
        "fetch_id": read.fetch_id,
        "article_id": article_id,
        "extractor_hash": read.extractor_hash,
        "extractor": got.extractor,
        "settings": got.settings,
        "made_at": read.seen_at,
        "text_sha256": text_sha256,
        "text_source": got.text_source.value,
        "title": got.title,
        "authors": list(got.authors),
        "published_at": published.utc if published else None,
        "published_offset_min": published.offset_min if published else None,
        "published_precision": published.precision.value if published else None,
        "published_source": published.source.value if published else None,
        "published_raw": published.raw if published else got.published_raw,
        "modified_at": got.modified.utc if got.modified else None,
        "language": got.language,
        "declared_language": got.declared_language,
        "canonical_url": got.canonical_url,
        "section": got.section,
        "links": list(got.links),
        "kind": got.kind.value,
        "sections": [{"level": s.level, "title": s.title, "start": s.start} for s in got.sections] or None,
        "footnotes": list(got.footnotes) or None,
        "pages": got.pages,
        "scanned_pages": got.scanned_pages,
    }
