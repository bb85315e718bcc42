"""The looks that an article's history goes by: all at its addresses, and of polls those that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from storage.families import is_of
from storage.history_facts import HeldRecord, HistoryLook
from storage.look_queries import look_fact
from storage.tables import (
    ArticleMergeRow,
    ArticleStateRow,
    ChannelRow,
    EntryRow,
    ExtractionPartRow,
    ExtractionRow,
    FetchRow,
    RecordRow,
    RevisionRow,
    TargetRow,
)

_IDS_A_QUERY = 500


def looks_of_article(session: Session, article_id: int, outlet: str, keys: Collection[str]) -> tuple[HistoryLook, ...]:
    """In their order: looks at the addresses ``keys`` of the outlet, and what texts, states and merges cite.

    Of its listings the poll that listed it first and the one before, which did not; where that one found its list
    unchanged, also the look that brought the list.
    """
    ids = set(_at_addresses(session, outlet, keys))
    ids.update(_cited(session, article_id))
    ids.update(_of_listings(session, outlet, keys))
    ids.update(_polls_without(session, article_id))
    given, found = sorted(ids), []
    for start in range(0, len(given), _IDS_A_QUERY):
        query = (
            select(FetchRow, RecordRow, ChannelRow.outlet, ChannelRow.slug)
            .join(RecordRow, RecordRow.id == FetchRow.record_id, isouter=True)
            .join(ChannelRow, ChannelRow.id == FetchRow.channel_id, isouter=True)
            .where(FetchRow.id.in_(given[start : start + _IDS_A_QUERY]))
        )
        found += [_look(fetch, record, of, slug) for fetch, record, of, slug in session.execute(query)]
    return tuple(sorted(found, key=lambda seen: (seen.look.requested_at, seen.look.fetch_id)))


def _at_addresses(session: Session, outlet: str, keys: Collection[str]) -> Iterator[int]:
    targets = select(TargetRow.id).where(TargetRow.outlet == outlet, TargetRow.url_key.in_(keys))
    yield from session.scalars(select(FetchRow.id).where(FetchRow.target_id.in_(targets)))


def _cited(session: Session, article_id: int) -> Iterator[int]:
    part_of = (
        select(ExtractionPartRow.fetch_id)
        .join(RevisionRow, RevisionRow.extraction_id == ExtractionPartRow.extraction_id)
        .where(is_of(RevisionRow.article_id, article_id))
    )
    is_merged = or_(is_of(ArticleMergeRow.article_id, article_id), is_of(ArticleMergeRow.into_id, article_id))
    yield from session.scalars(select(RevisionRow.fetch_id).where(is_of(RevisionRow.article_id, article_id)))
    yield from session.scalars(select(ExtractionRow.fetch_id).where(is_of(ExtractionRow.article_id, article_id)))
    yield from session.scalars(part_of)
    for cited in (
        select(ArticleStateRow.fetch_id).where(is_of(ArticleStateRow.article_id, article_id)),
        select(ArticleMergeRow.fetch_id).where(is_merged),
    ):
        yield from (fetch_id for fetch_id in session.scalars(cited) if fetch_id is not None)


def _of_listings(session: Session, outlet: str, keys: Collection[str]) -> Iterator[int]:
    entries = session.scalars(
        select(EntryRow).where(EntryRow.target_outlet == outlet, EntryRow.url_key.in_(keys)).order_by(EntryRow.id)
    )
    for entry in entries:
        if entry.first_fetch_id is not None:
            yield entry.first_fetch_id
        yield from _list_without(session, entry.channel_id, entry.absent_at)


def _polls_without(session: Session, article_id: int) -> Iterator[int]:
    """Of texts that came with a list, the poll before, which did not carry them yet."""
    rows = session.execute(
        select(FetchRow.channel_id, RevisionRow.absent_at)
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .where(is_of(RevisionRow.article_id, article_id), FetchRow.channel_id.is_not(None))
    )
    for channel_id, absent_at in rows:
        yield from _list_without(session, channel_id, absent_at)


def _list_without(session: Session, channel_id: int | None, absent_at: datetime | None) -> Iterator[int]:
    """The poll at that moment; and the last one up to it that left bytes."""
    if absent_at is None:
        return
    polls = select(FetchRow.id).where(FetchRow.channel_id == channel_id)
    yield from session.scalars(polls.where(FetchRow.requested_at == absent_at))
    record = aliased(RecordRow)
    brought = (
        polls.join(record, record.id == FetchRow.record_id)
        .where(FetchRow.requested_at <= absent_at, FetchRow.part_of.is_(None))
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(1)
    )
    yield from session.scalars(brought)


def _look(fetch: FetchRow, record: RecordRow | None, outlet: str | None, slug: str | None) -> HistoryLook:
    held = (
        HeldRecord(record.record_id, record.file, record.offset, record.kind, record.payload_sha256, record.dropped_at)
        if record
        else None
    )
    return HistoryLook(
        look=look_fact(fetch),
        channel=f"{outlet}/{slug}" if slug is not None else None,
        content_type=fetch.content_type,
        etag=fetch.etag,
        last_modified=fetch.last_modified,
        body_sha256=fetch.body_sha256,
        proxy=fetch.proxy,
        record=held,
    )
