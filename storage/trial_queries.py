"""Reads what a trial left in its scratch store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from storage.families import is_of
from storage.show_queries import find_article
from storage.stated import stated_time
from storage.tables import (
    ArticleRow,
    ChannelRow,
    EntryRow,
    ExtractionRow,
    FetchRow,
    HostRow,
    RecordRow,
    TargetRow,
)
from storage.trial_facts import (
    TrialArticle,
    TrialChannel,
    TrialEntry,
    TrialHost,
    TrialLook,
    TrialOutlet,
    TrialPage,
    looks_of,
)

MOST_ARTICLES = 3


def trial_outlet(session: Session, slug: str) -> TrialOutlet:
    """What the scratch store holds of one outlet."""
    channels = _channels(session, slug)
    pages = _pages(session, slug)
    return TrialOutlet(
        slug=slug,
        channels=channels,
        pages=pages,
        feed_articles=_feed_articles(session, slug),
        hosts=_hosts(session, sorted({look.host for look in looks_of(channels, pages)})),
    )


def _channels(session: Session, slug: str) -> tuple[TrialChannel, ...]:
    rows = session.scalars(
        select(ChannelRow).where(ChannelRow.outlet == slug, ChannelRow.removed_at.is_(None)).order_by(ChannelRow.id)
    )
    return tuple(
        TrialChannel(
            slug=row.slug,
            kind=row.kind,
            address=row.address,
            is_wanted=row.enabled,
            not_crawled=row.not_crawled,
            looks=_looks(session, FetchRow.channel_id == row.id, FetchRow.part_of.is_(None)),
            parts=_looks(session, FetchRow.channel_id == row.id, FetchRow.part_of.is_not(None)),
            entries=_entries(session, row.id),
        )
        for row in rows
    )


def _looks(session: Session, *which: object) -> tuple[TrialLook, ...]:
    query = (
        select(FetchRow, TargetRow.host, RecordRow.file, RecordRow.offset)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id, isouter=True)
        .where(*which)  # type: ignore[arg-type]  # conditions, made by this module
        .order_by(FetchRow.id)
    )
    return tuple(
        TrialLook(
            fetch_id=row.id,
            url=row.url,
            host=host,
            status=row.status,
            outcome=row.outcome,
            reading=row.reading,
            error=row.error,
            redirect_to=row.redirect_to,
            retry_after_s=row.retry_after_s,
            content_type=row.content_type,
            body_bytes=row.body_bytes,
            seconds=(row.received_at - row.requested_at).total_seconds(),
            listed=row.listed,
            file=file,
            offset=offset,
        )
        for row, host, file, offset in session.execute(query)
    )


def _entries(session: Session, channel_id: int) -> tuple[TrialEntry, ...]:
    rows = session.scalars(select(EntryRow).where(EntryRow.channel_id == channel_id).order_by(EntryRow.id))
    return tuple(
        TrialEntry(
            url=row.url,
            target_outlet=row.target_outlet,
            title=row.title,
            published=stated_time(
                row.published_at, row.published_offset_min, row.published_precision, row.published_source
            ),
            published_raw=row.published_raw,
            has_text=row.content_sha256 is not None,
        )
        for row in rows
    )


def _pages(session: Session, slug: str) -> tuple[TrialPage, ...]:
    """Pages that were looked at, or are still to be: each with the looks at where its redirects led."""
    rows = session.scalars(
        select(TargetRow)
        .where(
            TargetRow.outlet == slug,
            TargetRow.channel_id.is_(None),
            TargetRow.via_target_id.is_(None),
            TargetRow.last_fetched_at.is_not(None),
        )
        .order_by(TargetRow.id)
    ).all()
    return tuple(_page(session, row) for row in rows)


def _page(session: Session, row: TargetRow) -> TrialPage:
    looks = _looks(session, FetchRow.target_id.in_(_led_to(session, row.id)))
    listed = session.execute(
        select(EntryRow.title, ChannelRow.slug)
        .join(ChannelRow, ChannelRow.id == EntryRow.channel_id)
        .where(and_(EntryRow.url_key == row.url_key, EntryRow.target_outlet == row.outlet))
        .order_by(EntryRow.id)
    ).first()
    article_id = session.scalar(
        select(ExtractionRow.article_id).where(ExtractionRow.fetch_id.in_([look.fetch_id for look in looks]))
    )
    return TrialPage(
        url=row.url,
        channel=listed.slug if listed else None,
        title=listed.title if listed else None,
        looks=looks,
        article=_article(session, article_id) if article_id is not None else None,
    )


def _led_to(session: Session, target_id: int) -> list[int]:
    """The target and those that its redirects led to, in their order."""
    found = [target_id]
    while (behind := session.scalars(select(TargetRow.id).where(TargetRow.via_target_id == found[-1])).first()) and (
        behind not in found
    ):
        found.append(behind)
    return found


def _article(session: Session, article_id: int) -> TrialArticle | None:
    shown = find_article(session, article_id=article_id)
    if shown is None or not shown.revisions:
        return None
    reading = session.scalars(
        select(ExtractionRow)
        .where(ExtractionRow.fetch_id == shown.revisions[-1].fetch_id)
        .where(is_of(ExtractionRow.article_id, shown.article_id))
        .order_by(ExtractionRow.id.desc())
    ).first()
    return TrialArticle(
        shown=shown,
        is_dated=reading is not None and reading.published_at is not None,
        published_raw=reading.published_raw if reading else None,
        declared_language=reading.declared_language if reading else None,
        section=reading.section if reading else None,
    )


def _feed_articles(session: Session, slug: str) -> tuple[TrialArticle, ...]:
    ids = session.scalars(
        select(ArticleRow.id)
        .where(ArticleRow.outlet == slug, ArticleRow.text_source == "feed", ArticleRow.merged_into.is_(None))
        .order_by(ArticleRow.id)
        .limit(MOST_ARTICLES)
    ).all()
    return tuple(found for article_id in ids if (found := _article(session, article_id)) is not None)


def _hosts(session: Session, keys: Sequence[str]) -> tuple[TrialHost, ...]:
    rows = session.scalars(select(HostRow).where(HostRow.key.in_(keys)).order_by(HostRow.key))
    return tuple(
        TrialHost(
            key=row.key,
            delay_s=row.delay_s,
            robots_status=row.robots_status,
            robots_outcome=row.robots_outcome,
            robots_error=row.robots_error,
            robots_body=row.robots_body,
        )
        for row in rows
    )
