"""Facts for the watch on pages: the latest looks at each outlet's pages, with what was read from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, Reason
from domain.watching import PageLook
from storage.tables import ExtractionRow, FetchRow, TextRow, TodoRow
from storage.todos import MOST_ATTEMPTS

LOOKS = 400  # latest looks an outlet
SPAN = timedelta(days=30)
QUIET_SPAN = timedelta(days=120)
FEW = 60  # looks in 30 days: an outlet with fewer is quiet
TEXTS = 30  # latest texts an outlet, whole; before these one in ten
EACH = 10
_OUT_OF_ORDER = 200  # fetches that may be committed after later ones
_UNTOLD = tuple(
    outcome.value
    for outcome in (FetchOutcome.OK, FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED, FetchOutcome.REDIRECTED)
)


def page_looks(session: Session, outlets: Collection[str], *, now: datetime) -> dict[str, tuple[PageLook, ...]]:
    """By outlet: its last 400 looks at pages in 30 days, of a quiet one in 120, oldest first.

    Looks that found a page as it was say nothing and are left out, and so are those of a backfill. Of a fetch read
    twice the last reading counts.
    All texts of the outlets are held at once: ask for a few outlets at a time.
    """
    found = {outlet: _looks_of(session, outlet, now) for outlet in outlets}
    bodies = _bodies(session, found.values())
    return {outlet: tuple(_with_paragraphs(look, bodies) for look in looks) for outlet, looks in found.items() if looks}


def outlets_looked_at(session: Session, *, after: int | None) -> tuple[frozenset[str], int]:
    """Outlets with pages looked at in fetches after ``after`` (None: nobody), and what to ask after the next time.

    What is not read yet is asked for again then, and so is what another machine may have stored out of order.
    """
    outlets: frozenset[str] = frozenset()
    if after is not None:
        looks = select(FetchRow.outlet).where(FetchRow.id > after, FetchRow.channel_id.is_(None), _tells()).distinct()
        outlets = frozenset(session.scalars(looks))
    unread = session.scalar(
        select(func.min(TodoRow.subject_id)).where(TodoRow.kind == "read", TodoRow.attempts < MOST_ATTEMPTS)
    )
    newest = session.scalar(select(func.max(FetchRow.id))) or 0
    upto = newest if unread is None else min(newest, unread - 1)
    is_alone = session.get_bind().dialect.name == "sqlite"  # one writer at a time: ids are committed in order
    return outlets, max(0, upto if is_alone else upto - _OUT_OF_ORDER)


def _tells() -> ColumnElement[bool]:
    """Whether a look says how pages are now: those of years ago, which a backfill asks for, have forms of their own."""
    has_news = or_(FetchRow.reading.is_not(None), FetchRow.outcome.not_in(_UNTOLD))
    return and_(has_news, FetchRow.reason != Reason.BACKFILL.value)


def _looks_of(session: Session, outlet: str, now: datetime) -> list[PageLook]:
    query = (
        select(
            FetchRow.id,
            FetchRow.target_id,
            FetchRow.requested_at,
            FetchRow.outcome,
            FetchRow.reading,
            ExtractionRow.title,
            ExtractionRow.text_sha256,
            ExtractionRow.published_source,
            TextRow.chars,
        )
        .join(ExtractionRow, ExtractionRow.id == _last_reading(), isouter=True)
        .join(TextRow, TextRow.sha256 == ExtractionRow.text_sha256, isouter=True)
        .where(
            FetchRow.outlet == outlet,
            FetchRow.channel_id.is_(None),
            FetchRow.requested_at >= now - QUIET_SPAN,
            _tells(),
        )
        .order_by(FetchRow.id.desc())
        .limit(LOOKS)
    )
    looks = [
        PageLook(
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
        for row in reversed(session.execute(query).all())
    ]
    recent = [look for look in looks if look.at >= now - SPAN]
    return recent if len(recent) > FEW else looks


def _last_reading() -> ScalarSelect[int | None]:
    return (
        select(func.max(ExtractionRow.id))
        .where(ExtractionRow.fetch_id == FetchRow.id, ExtractionRow.text_source == "page")
        .correlate(FetchRow)
        .scalar_subquery()
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
