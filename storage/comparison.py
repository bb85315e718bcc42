"""What a text that arrives is compared with: a text from the page with a page's, one from the feed with a feed's."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.extraction import TextSource
from domain.fetch import PageReading
from storage.readings import ReadText
from storage.tables import ArticleUrlRow, EntryRow, ExtractionRow, FetchRow, RevisionRow


def comparison_base(session: Session, latest: RevisionRow, read: ReadText) -> ExtractionRow:
    """The reading that ``read`` is compared with: that of the latest revision, if both have one kind of source.

    An article whose text is its feed's is watched there for as long as the feed lists it; once it is listed no more, a
    text from its page is compared with the last one from there. Until then, and the other way round, the base is of the
    other kind and nothing can be claimed.
    """
    base = session.get(ExtractionRow, latest.extraction_id)
    assert base is not None
    is_page = read.extraction.text_source is TextSource.PAGE
    if base.text_source == read.extraction.text_source.value or not is_page:
        return base
    if _is_listed_with_text(session, latest.article_id):
        return base
    last_of_page = session.scalar(
        select(ExtractionRow)
        .where(
            ExtractionRow.article_id == latest.article_id,
            ExtractionRow.text_source == TextSource.PAGE.value,
            ExtractionRow.fetch_id != read.fetch_id,
        )
        .order_by(ExtractionRow.fetch_id.desc(), ExtractionRow.id.desc())
        .limit(1)
    )
    return last_of_page or base


def _is_listed_with_text(session: Session, article_id: int) -> bool:
    """Whether a channel that carries the article's full text listed it when it was last read to its end."""
    last_read = select(func.max(FetchRow.requested_at)).where(
        FetchRow.channel_id == EntryRow.channel_id,
        FetchRow.part_of.is_(None),
        FetchRow.reading == PageReading.LISTED.value,
    )
    listed = (
        select(EntryRow.id)
        .join(
            ArticleUrlRow,
            (ArticleUrlRow.outlet == EntryRow.target_outlet) & (ArticleUrlRow.url_key == EntryRow.url_key),
        )
        .where(
            ArticleUrlRow.article_id == article_id,
            EntryRow.content_sha256.is_not(None),
            EntryRow.last_seen_at >= func.coalesce(last_read.scalar_subquery(), EntryRow.last_seen_at),
        )
        .limit(1)
    )
    return session.scalar(listed) is not None
