"""What was edited after it was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from storage.digest_facts import EditFact
from storage.families import head_of, place_in_history
from storage.tables import ArticleRow, ExtractionRow, RevisionRow, TextRow

Window = tuple[datetime, datetime]


def edits(session: Session, window: Window) -> tuple[EditFact, ...]:
    """Second and later revisions first seen in the window, beside the revision before at the same address.

    The old text is taken as the new revision's extractor reads it, where it was read so: otherwise an upgrade of ours
    would look like the outlet's edit, and the change is marked as possibly ours.
    """
    return tuple(
        EditFact(
            article_id=row.article_id,
            outlet=row.outlet,
            url=row.url,
            last_old_at=row.absent_at or row.old_seen_at,
            first_new_at=row.first_seen_at,
            old_revision=row.old_number,
            new_revision=row.new_number,
            old_title=row.same_title if row.same_id else row.old_title,
            new_title=row.new_title,
            old_text=row.same_body if row.same_id else row.old_body,
            new_text=row.new_body,
            new_sha256=row.text_sha256,
            language=row.language,
            is_ours=row.same_id is None and row.old_hash != row.new_hash,
        )
        for row in session.execute(_edits_query(window))
    )


def _edits_query(window: Window) -> Select[*tuple[Any, ...]]:  # nineteen columns, read by name above
    new, old, stored_as = aliased(RevisionRow), aliased(RevisionRow), aliased(ArticleRow)
    new_read, old_read, same_read = aliased(ExtractionRow), aliased(ExtractionRow), aliased(ExtractionRow)
    new_text, old_text, same_text = aliased(TextRow), aliased(TextRow), aliased(TextRow)
    return (
        select(
            ArticleRow.id.label("article_id"), ArticleRow.outlet, ArticleRow.url, new.absent_at, new.first_seen_at,
            new.language, new.text_sha256, old.first_seen_at.label("old_seen_at"),
            place_in_history(old, stored_as).label("old_number"),
            place_in_history(new, stored_as).label("new_number"),
            old.title.label("old_title"), new.title.label("new_title"),
            old_text.body.label("old_body"), new_text.body.label("new_body"), same_read.id.label("same_id"),
            same_read.title.label("same_title"), same_text.body.label("same_body"),
            old_read.extractor_hash.label("old_hash"), new_read.extractor_hash.label("new_hash"),
        )
        .join(stored_as, stored_as.id == new.article_id)
        .join(ArticleRow, ArticleRow.id == head_of(stored_as))
        .join(old, and_(old.article_id == new.article_id, old.number == new.number - 1))
        .join(new_read, new_read.id == new.extraction_id)
        .join(old_read, old_read.id == old.extraction_id)
        .join(new_text, new_text.sha256 == new.text_sha256)
        .join(old_text, old_text.sha256 == old.text_sha256)
        .outerjoin(
            same_read,
            and_(
                same_read.fetch_id == old.fetch_id,
                same_read.article_id == old.article_id,
                same_read.extractor_hash == new_read.extractor_hash,
            ),
        )
        .outerjoin(same_text, same_text.sha256 == same_read.text_sha256)
        .where(new.first_seen_at >= window[0], new.first_seen_at < window[1])
        .order_by(new.first_seen_at, new.id)
    )  # fmt: skip
