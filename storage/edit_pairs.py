"""Revisions beside the one before at the same place, as one extractor reads both where that is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session, aliased

from domain.takedown import TOMBSTONE
from storage.families import head_of, place_in_history
from storage.tables import ArticleRow, ExtractionRow, RevisionRow, TextRow

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class PairSide:
    """What of a revision is compared."""

    title: str | None
    text: str
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditPair:
    """A second or later revision and the one before it. The numbers are those of the one history of its article.

    ``article_id`` is of the article that stands, ``stored_as`` of the one that the revision is kept under. ``is_ours``:
    the two were read by different extractors. ``is_confirmed``: a later look showed the new text too.
    """

    revision_id: int
    base_id: int
    article_id: int
    stored_as: int
    outlet: str
    url: str
    last_old_at: datetime
    first_new_at: datetime
    old_number: int
    new_number: int
    old: PairSide
    new: PairSide
    new_sha256: str
    language: str | None
    kind: str
    is_ours: bool
    is_confirmed: bool


def pairs_seen(session: Session, window: Window) -> list[EditPair]:
    """Those whose later revision was first seen in the window, in order."""
    new = aliased(RevisionRow)
    query = _query(new).where(new.first_seen_at >= window[0], new.first_seen_at < window[1])
    return [_pair(row) for row in session.execute(query.order_by(new.first_seen_at, new.id))]


def pairs_of(session: Session, revision_ids: Collection[int]) -> list[EditPair]:
    """Those whose later revision is one of these, in the order of their numbers; a first revision has none."""
    new = aliased(RevisionRow)
    query = _query(new).where(new.id.in_(list(revision_ids)))
    return [_pair(row) for row in session.execute(query.order_by(new.id))]


def _pair(row: Row[*tuple[Any, ...]]) -> EditPair:
    is_reread = row.same_id is not None
    old = (
        PairSide(row.same_title, row.same_body, tuple(row.same_authors))
        if is_reread
        else PairSide(row.old_title, row.old_body, tuple(row.old_authors))
    )
    shown_until = row.next_absent_at if row.next_id is not None else row.last_seen_at
    return EditPair(
        revision_id=row.revision_id,
        base_id=row.base_id,
        article_id=row.article_id,
        stored_as=row.stored_as,
        outlet=row.outlet,
        url=row.url,
        last_old_at=row.absent_at or row.old_seen_at,
        first_new_at=row.first_seen_at,
        old_number=row.old_number,
        new_number=row.new_number,
        old=old,
        new=PairSide(row.new_title, row.new_body, tuple(row.new_authors)),
        new_sha256=row.text_sha256,
        language=row.language,
        kind=row.kind,
        is_ours=not is_reread and row.old_hash != row.new_hash,
        is_confirmed=shown_until is not None and shown_until > row.first_seen_at,
    )


def _query(new: Any) -> Select[*tuple[Any, ...]]:  # an alias; the columns are read by name above
    """The old text is taken as the new revision's extractor reads it, where it was read so: otherwise an upgrade of
    ours would look like the outlet's edit. Of texts that were taken down nothing is compared.
    """
    old, following, stored_as = aliased(RevisionRow), aliased(RevisionRow), aliased(ArticleRow)
    new_read, old_read, same_read = aliased(ExtractionRow), aliased(ExtractionRow), aliased(ExtractionRow)
    new_text, old_text, same_text = aliased(TextRow), aliased(TextRow), aliased(TextRow)
    return (
        select(
            new.id.label("revision_id"), old.id.label("base_id"),
            ArticleRow.id.label("article_id"), stored_as.id.label("stored_as"),
            ArticleRow.outlet, ArticleRow.url, new.absent_at, new.first_seen_at,
            new.language, new.text_sha256, old.first_seen_at.label("old_seen_at"), new_read.kind,
            place_in_history(old, stored_as).label("old_number"),
            place_in_history(new, stored_as).label("new_number"),
            old.title.label("old_title"), new.title.label("new_title"),
            old_text.body.label("old_body"), new_text.body.label("new_body"),
            old_read.authors.label("old_authors"), new_read.authors.label("new_authors"),
            same_read.id.label("same_id"), same_read.title.label("same_title"),
            same_text.body.label("same_body"), same_read.authors.label("same_authors"),
            old_read.extractor_hash.label("old_hash"), new_read.extractor_hash.label("new_hash"),
            following.id.label("next_id"), following.absent_at.label("next_absent_at"), stored_as.last_seen_at,
        )
        .join(stored_as, stored_as.id == new.article_id)
        .join(ArticleRow, ArticleRow.id == head_of(stored_as))
        .join(old, and_(old.article_id == new.article_id, old.number == new.number - 1))
        .outerjoin(following, and_(following.article_id == new.article_id, following.number == new.number + 1))
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
        .where(~old.text_sha256.startswith(TOMBSTONE), ~new.text_sha256.startswith(TOMBSTONE))
    )  # fmt: skip
