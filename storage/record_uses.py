"""What an archive file's records are for: the looks they are of, and what cites those."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from domain.fetch import PageReading
from storage.families import head_of
from storage.records import StoredRecord, stored_record
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    ExtractionPartRow,
    ExtractionRow,
    FetchRow,
    GapRow,
    RecordRow,
    TargetRow,
    TodoRow,
    metadata,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The look that a record is of, as its fetch says; ``article_id``: the article that stands at a page's address.

    ``is_last``: what it brought is the last whole body of its address.
    """

    fetch_id: int
    outlet: str
    channel_id: int | None
    requested_at: datetime
    reason: str
    outcome: str
    reading: str | None
    error: str | None
    listed: int | None
    known: int | None
    is_part: bool
    article_id: int | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class RecordUse:
    """A record whose bytes are there. ``asked`` is None where its fetch was folded. ``cited_by``: what cites that."""

    row_id: int
    record: StoredRecord
    asked: Asked | None
    cited_by: tuple[str, ...]


def record_uses(session: Session, file: str) -> list[RecordUse]:
    """The records of a file whose bytes are there, by offset."""
    citing = _citing()
    article_id = (
        select(func.max(head_of()))
        .join(ArticleUrlRow, ArticleUrlRow.article_id == ArticleRow.id)
        .where(ArticleUrlRow.outlet == TargetRow.outlet, ArticleUrlRow.url_key == TargetRow.url_key)
        .correlate(TargetRow)
        .scalar_subquery()
    )
    query = (
        select(RecordRow, FetchRow, TargetRow.body_sha256, article_id, *citing.values())
        .join(FetchRow, FetchRow.record_id == RecordRow.id, isouter=True)
        .join(TargetRow, TargetRow.id == FetchRow.target_id, isouter=True)
        .where(RecordRow.file == file, RecordRow.dropped_at.is_(None))
        .order_by(RecordRow.offset)
    )
    return [_use(tuple(row), tuple(citing)) for row in session.execute(query)]


def _use(row: tuple[Any, ...], names: tuple[str, ...]) -> RecordUse:
    record, fetch, last_sha256, article_id, *cited = row
    cited_by = tuple(name for name, is_cited in zip(names, cited, strict=True) if is_cited)
    if fetch is None:
        return RecordUse(record.id, stored_record(record), None, ())
    asked = Asked(
        fetch_id=fetch.id,
        outlet=fetch.outlet,
        channel_id=fetch.channel_id,
        requested_at=fetch.requested_at,
        reason=fetch.reason,
        outcome=fetch.outcome,
        reading=fetch.reading,
        error=fetch.error,
        listed=fetch.listed,
        known=fetch.known,
        is_part=fetch.part_of is not None,
        article_id=article_id if fetch.channel_id is None else None,
        is_last=fetch.body_sha256 is not None and fetch.body_sha256 == last_sha256,
    )
    return RecordUse(record.id, stored_record(record), asked, cited_by)


def _citing() -> Mapping[str, ColumnElement[bool]]:
    """For each table that cites fetches, whether it cites this one; and what else leads to it by more than its time."""
    tables: dict[str, ColumnElement[bool]] = {
        table.name: exists().where(key.parent == FetchRow.id)
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is FetchRow.__table__.c.id
    }
    part, of_poll, at = aliased(FetchRow), aliased(FetchRow), FetchRow.requested_at
    bounds = or_(GapRow.from_at == at, GapRow.to_at == at, GapRow.caught_up_at == at)
    is_of_parts = and_(
        FetchRow.channel_id.is_(None),
        or_(
            exists().where(part.target_id == FetchRow.target_id, part.reading == PageReading.PART.value),
            exists().where(part.target_id == FetchRow.target_id, ExtractionPartRow.fetch_id == part.id),
        ),
    )
    return tables | {
        "todo": exists().where(TodoRow.kind == "read", TodoRow.subject_id == FetchRow.id),
        "gap": exists().where(GapRow.channel_id == FetchRow.channel_id, bounds),
        "fetch": exists().where(of_poll.part_of == FetchRow.id),
        "parts": is_of_parts,  # of a text at several addresses: the last look at each is read with the others
    }


def channels_read_whole(session: Session) -> set[int]:
    """Channels whose lists carry texts, or lead to further documents: more follows from one than its entries."""
    texts = (
        select(FetchRow.channel_id)
        .join(ExtractionRow, ExtractionRow.fetch_id == FetchRow.id)
        .where(FetchRow.channel_id.is_not(None))
        .distinct()
    )
    parts = (
        select(TargetRow.channel_id)
        .where(TargetRow.channel_id.is_not(None))
        .where(or_(TargetRow.part_of.is_not(None), TargetRow.mark.is_not(None), TargetRow.is_needed.is_not(None)))
        .distinct()
    )
    return {channel for query in (texts, parts) for channel in session.scalars(query) if channel is not None}


def referred_to(session: Session, payloads: Collection[str], *, but: Collection[int]) -> set[str]:
    """Those of the payloads that a revisit refers to; ``but``: rows of revisits that are to go with them."""
    going, found = set(but), set()
    given = sorted(payloads)
    for start in range(0, len(given), 500):
        query = select(RecordRow.id, RecordRow.payload_sha256).where(
            RecordRow.payload_sha256.in_(given[start : start + 500]),
            RecordRow.kind == "revisit",
            RecordRow.dropped_at.is_(None),
        )
        found |= {payload for row_id, payload in session.execute(query) if row_id not in going}
    return found
