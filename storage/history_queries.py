"""One article in time: what was published, how it was looked at, how its edits were judged, what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.families import family_of, is_of, place_in_history
from storage.history_facts import (
    ArticleHistory,
    HistoryChange,
    HistoryEdit,
    HistoryRevision,
    HistoryState,
    HistoryTakedown,
)
from storage.history_looks import looks_of_article
from storage.show_queries import ShownAddress, merges_of, standing_article
from storage.shown_revisions import parts_of
from storage.stated import stated_time
from storage.tables import (
    ArticleRow,
    ArticleStateRow,
    ArticleUrlRow,
    ChangeRow,
    EditRow,
    ExtractionRow,
    RevisionRow,
    TakedownRow,
    TakedownUrlRow,
)
from storage.why_queries import listings_of


def find_history(
    session: Session, *, article_id: int | None = None, url_key: str | None = None
) -> ArticleHistory | None:
    """The history of this article, or of the one at this address; of the one it was merged into where it was."""
    row = standing_article(session, article_id=article_id, url_key=url_key)
    return _history(session, row) if row is not None else None


def _history(session: Session, row: ArticleRow) -> ArticleHistory:
    addresses = list(
        session.scalars(select(ArticleUrlRow).where(is_of(ArticleUrlRow.article_id, row.id)).order_by(ArticleUrlRow.id))
    )
    keys = sorted({address.url_key for address in addresses})
    revisions = _revisions(session, row.id)
    return ArticleHistory(
        article_id=row.id,
        outlet=row.outlet,
        url=row.url,
        title=row.title,
        language=row.language,
        kind=row.kind,
        external_id=row.external_id,
        published=stated_time(
            row.published_at, row.published_offset_min, row.published_precision, row.published_source
        ),
        absent_at=row.absent_at,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        state=row.state,
        state_at=row.state_at,
        addresses=tuple(ShownAddress(address.url, address.kind) for address in addresses),
        listings=listings_of(session, [row.outlet], keys),
        looks=looks_of_article(session, row.id, row.outlet, keys),
        revisions=revisions,
        edits=_edits(session, {revision.revision_id: revision.number for revision in revisions}),
        states=_states(session, row.id),
        merges=merges_of(session, row),
        takedowns=_takedowns(session, family_of(session, row), row.outlet, keys),
    )


def _revisions(session: Session, article_id: int) -> tuple[HistoryRevision, ...]:
    number = place_in_history(RevisionRow, ArticleRow)
    query = (
        select(RevisionRow, number, ExtractionRow)
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
        .where(is_of(RevisionRow.article_id, article_id))
        .order_by(number)
    )
    return tuple(
        HistoryRevision(
            revision_id=revision.id,
            number=place,
            title=revision.title,
            language=revision.language,
            absent_at=revision.absent_at,
            first_seen_at=revision.first_seen_at,
            text_sha256=revision.text_sha256,
            text_source=extraction.text_source,
            fetch_id=revision.fetch_id,
            parts=parts_of(session, extraction.id),
            extractor=extraction.extractor,
            extractor_settings=extraction.settings,
            authors=tuple(extraction.authors),
            published=stated_time(
                extraction.published_at,
                extraction.published_offset_min,
                extraction.published_precision,
                extraction.published_source,
            ),
            published_raw=extraction.published_raw,
            modified_at=extraction.modified_at,
        )
        for revision, place, extraction in session.execute(query)
    )


def _edits(session: Session, numbers: Mapping[int, int]) -> tuple[HistoryEdit, ...]:
    """Of the revisions with these numbers, in the order of these."""
    rows = session.scalars(select(EditRow).where(EditRow.revision_id.in_(numbers)))
    changes: dict[int, list[HistoryChange]] = {}
    query = select(ChangeRow).where(ChangeRow.revision_id.in_(numbers)).order_by(ChangeRow.number)
    for change in session.scalars(query):
        changes.setdefault(change.revision_id, []).append(_change(change))
    return tuple(
        HistoryEdit(
            revision=numbers[row.revision_id],
            against=numbers.get(row.base_id),
            standing=row.standing,
            significance=row.significance,
            is_silent=row.is_silent,
            rules=row.rules,
            changes=tuple(changes.get(row.revision_id, ())),
        )
        for row in sorted(rows, key=lambda row: numbers[row.revision_id])
    )


def _change(row: ChangeRow) -> HistoryChange:
    return HistoryChange(
        number=row.number,
        kind=row.kind,
        also=tuple(row.also),
        before=row.before,
        after=row.after,
        before_span=(row.before_start, row.before_end),
        after_span=(row.after_start, row.after_end),
        significance=row.significance,
        reason=row.reason,
        is_flap=row.is_flap,
    )


def _states(session: Session, article_id: int) -> tuple[HistoryState, ...]:
    rows = session.scalars(
        select(ArticleStateRow)
        .where(is_of(ArticleStateRow.article_id, article_id))
        .order_by(ArticleStateRow.at, ArticleStateRow.id)
    )
    return tuple(HistoryState(r.state, r.at, r.how, r.last_seen_at, r.looks, r.fetch_id) for r in rows)


def _takedowns(
    session: Session, family: Collection[int], outlet: str, keys: Collection[str]
) -> tuple[HistoryTakedown, ...]:
    """Of the article by its number, and by its addresses where it was made anew since."""
    at_address = select(TakedownUrlRow.takedown_id).where(TakedownUrlRow.url_key.in_(keys))
    is_of_it = or_(TakedownRow.article_id.in_(family), (TakedownRow.outlet == outlet) & TakedownRow.id.in_(at_address))
    rows = session.scalars(select(TakedownRow).where(is_of_it).order_by(TakedownRow.decided_at, TakedownRow.id))
    return tuple(HistoryTakedown(row.reason, row.decided_at) for row in rows)
