"""One article with everything that is known of it, for a person who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.times import StatedTime
from storage.families import family_of, head_of, is_of
from storage.shown_revisions import ShownRevision, shown_revisions
from storage.stated import stated_time
from storage.tables import ArticleMergeRow, ArticleRow, ArticleUrlRow, ReportReleaseRow
from storage.takedowns import ListedTakedown, takedown_of
from storage.translations import translations


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address of the article and how it is known: listed, redirect, canonical, form or part."""

    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class ShownMerge:
    """That another article is this one, and what said so; ``undone_at`` with the reason where a person took it back."""

    article_id: int
    into_id: int
    evidence: str
    reason: str
    decided_at: datetime
    undone_at: datetime | None
    undone_reason: str | None


@dataclass(frozen=True, slots=True)
class ShownTranslation:
    """The article in another language, and what says so: shared_number, hreflang or hreflang_one_way."""

    article_id: int
    language: str | None
    url: str
    title: str | None
    evidence: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article with all that were merged into it: its addresses, and its revisions in the order of time."""

    article_id: int
    outlet: str
    url: str
    language: str | None
    published: StatedTime | None
    absent_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    state: str
    state_at: datetime
    state_status: int | None
    addresses: tuple[ShownAddress, ...]
    revisions: tuple[ShownRevision, ...]
    kind: str
    external_id: str | None
    reports: tuple[int, ...]  # that it announces
    releases: tuple[int, ...]  # that announce it
    translations: tuple[ShownTranslation, ...] = ()
    merges: tuple[ShownMerge, ...] = ()
    takedown: ListedTakedown | None = None


def find_article(session: Session, *, article_id: int | None = None, url_key: str | None = None) -> ShownArticle | None:
    """The article with this id or at this address (its url key); the one it was merged into where it was."""
    row = standing_article(session, article_id=article_id, url_key=url_key)
    return _shown(session, row) if row is not None else None


def standing_article(session: Session, *, article_id: int | None, url_key: str | None) -> ArticleRow | None:
    """The row of the article that stands for this number, or for the one at this address; None: neither is known."""
    if url_key is not None:
        article_id = session.scalar(
            select(ArticleUrlRow.article_id).where(ArticleUrlRow.url_key == url_key).order_by(ArticleUrlRow.id)
        )
    row = session.get(ArticleRow, article_id) if article_id is not None else None
    while row is not None and row.merged_into is not None:
        row = session.get(ArticleRow, row.merged_into)
    return row


def _shown(session: Session, row: ArticleRow) -> ShownArticle:
    addresses = session.scalars(
        select(ArticleUrlRow).where(is_of(ArticleUrlRow.article_id, row.id)).order_by(ArticleUrlRow.id)
    )
    return ShownArticle(
        article_id=row.id,
        outlet=row.outlet,
        url=row.url,
        language=row.language,
        published=stated_time(
            row.published_at, row.published_offset_min, row.published_precision, row.published_source
        ),
        absent_at=row.absent_at,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        state=row.state,
        state_at=row.state_at,
        state_status=row.state_status,
        addresses=tuple(ShownAddress(a.url, a.kind) for a in addresses),
        revisions=shown_revisions(session, row.id),
        kind=row.kind,
        external_id=row.external_id,
        reports=_reports(session, row.id),
        releases=_releases(session, row.id),
        translations=_translations(session, row.id),
        merges=merges_of(session, row),
        takedown=takedown_of(session, row.id),
    )


def _translations(session: Session, article_id: int) -> tuple[ShownTranslation, ...]:
    found = []
    for one in translations(session, [article_id]):
        other = session.get_one(ArticleRow, one.other_id if one.article_id == article_id else one.article_id)
        found.append(
            ShownTranslation(other.id, other.language, other.url, other.title, one.evidence, one.first_seen_at)
        )
    return tuple(found)


def merges_of(session: Session, row: ArticleRow) -> tuple[ShownMerge, ...]:
    """The decisions that joined the article with others, those taken back among them, in order."""
    family = family_of(session, row)
    is_of_it = or_(ArticleMergeRow.article_id.in_(family), ArticleMergeRow.into_id.in_(family))
    return tuple(
        ShownMerge(m.article_id, m.into_id, m.evidence, m.reason, m.decided_at, m.undone_at, m.undone_reason)
        for m in session.scalars(select(ArticleMergeRow).where(is_of_it).order_by(ArticleMergeRow.id))
    )


def _reports(session: Session, article_id: int) -> tuple[int, ...]:
    return _joined(session, article_id, ReportReleaseRow.release_id, ReportReleaseRow.report_id)


def _releases(session: Session, article_id: int) -> tuple[int, ...]:
    return _joined(session, article_id, ReportReleaseRow.report_id, ReportReleaseRow.release_id)


def _joined(
    session: Session, article_id: int, own: InstrumentedAttribute[int], other: InstrumentedAttribute[int]
) -> tuple[int, ...]:
    """Of reports and releases the others' numbers: those of the articles that stand for them."""
    query = select(head_of()).join(ReportReleaseRow, other == ArticleRow.id).where(is_of(own, article_id))
    return tuple(session.scalars(query.distinct().order_by(head_of())))
