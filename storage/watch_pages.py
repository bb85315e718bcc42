"""Facts for the watch on pages: the latest looks at each outlet's pages, with what was read from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome
from domain.watching import PageLook
from storage.tables import ExtractionRow, FetchRow, TargetRow, TextRow

LOOKS = 400  # latest looks an outlet
SPAN = timedelta(days=30)
QUIET_SPAN = timedelta(days=120)
FEW = 60  # looks in 30 days: an outlet with fewer is quiet
TEXTS = 30  # latest texts an outlet, whole; before these one in ten
EACH = 10
_UNTOLD = tuple(
    outcome.value
    for outcome in (FetchOutcome.OK, FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED, FetchOutcome.REDIRECTED)
)


def page_looks(session: Session, outlets: Collection[str], *, now: datetime) -> dict[str, tuple[PageLook, ...]]:
    """By outlet: its last 400 looks at pages in 30 days, of a quiet one in 120, oldest first.

    Looks that found a page as it was say nothing and are left out. Of a fetch read twice the last reading counts.
    """
    found: dict[str, list[PageLook]] = {}
    rows = session.execute(_looks(outlets, FetchRow.requested_at >= now - SPAN)).all()
    busy = {outlet for outlet, count in Counter(row.outlet for row in rows).items() if count > FEW}
    quiet = [outlet for outlet in outlets if outlet not in busy]
    theirs = TargetRow.outlet.in_(quiet) & (FetchRow.requested_at >= now - QUIET_SPAN)
    rest = session.execute(_looks(quiet, theirs, by_target=True)).all() if quiet else ()
    for row in (*(row for row in rows if row.outlet in busy), *rest):
        look = PageLook(
            number=row.id,
            page=str(row.target_id),
            at=row.requested_at,
            outcome=row.outcome,
            reading=row.reading,
            chars=row.chars,
            title=row.title,
            is_dated=None if row.text_sha256 is None else row.published_source is not None,
            text_sha256=row.text_sha256,
        )
        found.setdefault(row.outlet, []).append(look)
    bodies = _bodies(session, found.values())
    return {outlet: tuple(_with_paragraphs(look, bodies) for look in looks) for outlet, looks in found.items()}


def _looks(
    outlets: Collection[str], condition: ColumnElement[bool], *, by_target: bool = False
) -> Select[*tuple[Any, ...]]:
    """``by_target``: found through the outlets' targets, which are few, rather than through all looks of the time."""
    from_latest = func.row_number().over(partition_by=FetchRow.outlet, order_by=FetchRow.id.desc())
    query = select(FetchRow.id, from_latest.label("place")).where(
        condition,
        FetchRow.channel_id.is_(None),
        FetchRow.outlet.in_(outlets),
        or_(FetchRow.reading.is_not(None), FetchRow.outcome.not_in(_UNTOLD)),
    )
    if by_target:
        query = query.join(TargetRow, TargetRow.id == FetchRow.target_id)
    ranked = query.subquery()
    last = (
        select(func.max(ExtractionRow.id))
        .where(ExtractionRow.fetch_id == FetchRow.id, ExtractionRow.text_source == "page")
        .correlate(FetchRow)
        .scalar_subquery()
    )
    return (
        select(
            FetchRow.id,
            FetchRow.outlet,
            FetchRow.target_id,
            FetchRow.requested_at,
            FetchRow.outcome,
            FetchRow.reading,
            ExtractionRow.title,
            ExtractionRow.text_sha256,
            ExtractionRow.published_source,
            TextRow.chars,
        )
        .join(ranked, ranked.c.id == FetchRow.id)
        .join(ExtractionRow, ExtractionRow.id == last, isouter=True)
        .join(TextRow, TextRow.sha256 == ExtractionRow.text_sha256, isouter=True)
        .where(ranked.c.place <= LOOKS)
        .order_by(FetchRow.id)
    )


def _bodies(session: Session, looks_by_outlet: Iterable[list[PageLook]]) -> dict[str, str]:
    wanted: set[str] = set()
    for looks in looks_by_outlet:
        texts = [(look.number, look.text_sha256) for look in looks if look.text_sha256 is not None]
        wanted.update(sha256 for _, sha256 in texts[-TEXTS:])
        wanted.update(sha256 for number, sha256 in texts if number % EACH == 0)
    order = sorted(wanted)
    bodies: dict[str, str] = {}
    for start in range(0, len(order), 500):
        query = select(TextRow.sha256, TextRow.body).where(TextRow.sha256.in_(order[start : start + 500]))
        bodies.update(session.execute(query).all())
    return bodies


def _with_paragraphs(look: PageLook, bodies: dict[str, str]) -> PageLook:
    body = bodies.get(look.text_sha256 or "")
    return look if body is None else look.with_text(body)
