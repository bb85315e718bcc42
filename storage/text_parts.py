"""Texts in several parts: which fetch showed each part last, and which parts a reading was made of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from domain.frontier import TargetState
from storage.tables import ExtractionPartRow, ExtractionRow, FetchRow, TargetRow
from storage.todos import insert_ignoring
from storage.unread import UnreadFetch, any_fetch


def latest_part(session: Session, outlet: str, url_key: str) -> UnreadFetch | None:
    """The last fetch that brought the page at this address, read or not; None where none did yet."""
    fetch_id = session.scalar(
        select(FetchRow.id)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .where(TargetRow.outlet == outlet, TargetRow.url_key == url_key, TargetRow.channel_id.is_(None))
        .where(FetchRow.outcome == FetchOutcome.OK.value, FetchRow.record_id.is_not(None))
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(1)
    )
    return any_fetch(session, fetch_id) if fetch_id is not None else None


def has_failed(session: Session, outlet: str, url_key: str) -> bool:
    """Whether the address was asked for and did not come."""
    row = session.execute(
        select(TargetRow.state, TargetRow.attempts).where(TargetRow.outlet == outlet, TargetRow.url_key == url_key)
    ).one_or_none()
    return row is not None and (row.attempts > 0 or row.state == TargetState.DEAD.value)


def parts_of(session: Session, fetch_id: int, article_id: int) -> tuple[UnreadFetch, ...]:
    """The fetches of which the article's reading of ``fetch_id`` was made, in order; empty for a text in one piece."""
    ids = session.scalars(
        select(ExtractionPartRow.fetch_id)
        .join(ExtractionRow, ExtractionRow.id == ExtractionPartRow.extraction_id)
        .where(ExtractionRow.fetch_id == fetch_id, ExtractionRow.article_id == article_id)
        .order_by(ExtractionRow.id, ExtractionPartRow.number)
    )
    return tuple(any_fetch(session, part) for part in dict.fromkeys(ids))


def put_parts(session: Session, extraction_id: int, fetch_ids: Sequence[int]) -> None:
    """Note of which fetches a new reading was made, in the order of the parts."""
    rows: list[dict[str, object]] = [
        {"extraction_id": extraction_id, "number": number, "fetch_id": fetch_id}
        for number, fetch_id in enumerate(fetch_ids, start=1)
    ]
    insert_ignoring(session, ExtractionPartRow, rows, ["extraction_id", "number"])
