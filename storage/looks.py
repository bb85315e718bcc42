"""Looks at a channel in the order they were made: which were good, and where one belongs that was read late.

A crawl that finds work left behind reads it while it asks anew, so a poll may be read after a later one. Then it takes
nothing back: the gaps are placed by the looks around it. A clock set back is told from that by the order of fetches.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading
from storage.gaps import put_gap
from storage.tables import FetchRow, GapRow

_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_READ = tuple(reading.value for reading in PageReading if reading.is_success)
_UNREAD = tuple(r.value for r in PageReading if not r.is_success and r is not PageReading.RESOLVED)
_NOT_FAILED = (*_UNCHANGED, FetchOutcome.OK.value, FetchOutcome.REDIRECTED.value)


def is_good_look() -> ColumnElement[bool]:
    """Whether a fetch of a channel showed it as it was."""
    return or_(
        FetchRow.outcome.in_(_UNCHANGED), and_(FetchRow.outcome == FetchOutcome.OK.value, FetchRow.reading.in_(_READ))
    )


def is_failed_look() -> ColumnElement[bool]:
    """Whether it did not show the channel. Neither good nor failed: a redirect, an id, and what is not read yet."""
    return or_(FetchRow.reading.in_(_UNREAD), FetchRow.outcome.not_in(_NOT_FAILED))


def is_counted_poll() -> ColumnElement[bool]:
    """Whether a fetch counts as a look at a channel: a redirect, an id and further documents belong to one."""
    return and_(
        FetchRow.channel_id.is_not(None),
        FetchRow.part_of.is_(None),
        FetchRow.outcome != FetchOutcome.REDIRECTED.value,
        func.coalesce(FetchRow.reading, "") != PageReading.RESOLVED.value,
    )


def _is_poll_of(channel_id: int) -> ColumnElement[bool]:
    """Whether a fetch is a poll of the channel, and no further document of one."""
    return and_(FetchRow.channel_id == channel_id, FetchRow.part_of.is_(None))


def was_overtaken(session: Session, channel_id: int, *, at: datetime) -> bool:
    """Whether a look at the channel that was made after the one at ``at`` is noted already."""
    own = select(func.max(FetchRow.id)).where(_is_poll_of(channel_id), FetchRow.requested_at == at)
    later = select(FetchRow.id).where(
        _is_poll_of(channel_id),
        FetchRow.requested_at > at,
        FetchRow.id > own.scalar_subquery(),
        or_(is_good_look(), is_failed_look()),
    )
    return session.scalar(later.limit(1)) is not None


def place_late_good_look(session: Session, channel_id: int, *, at: datetime) -> None:
    """What failed after it is still not seen; of what failed before it, it is the end."""
    gap = session.scalar(select(GapRow).where(GapRow.channel_id == channel_id, GapRow.to_at.is_(None)))
    if gap is None:
        return
    if gap.from_at > at:
        if not _has_look(session, channel_id, is_good_look(), at, gap.from_at):
            gap.from_at = at
    elif _has_look(session, channel_id, is_failed_look(), gap.from_at, at):
        gap.to_at = at
        session.flush()
        put_gap(session, channel_id, since=at, reason=gap.reason, detail=gap.detail)
    else:
        gap.from_at = at
    session.flush()


def place_late_failure(session: Session, channel_id: int, *, at: datetime, reason: str, detail: str | None) -> None:
    """A gap between the good looks around it, unless one is told there already."""
    told = select(GapRow.id).where(GapRow.channel_id == channel_id, GapRow.from_at <= at)
    if session.scalar(told.where(or_(GapRow.to_at.is_(None), GapRow.to_at >= at)).limit(1)) is not None:
        return
    good = select(FetchRow.requested_at).where(_is_poll_of(channel_id), is_good_look())
    since = session.scalar(good.where(FetchRow.requested_at < at).order_by(FetchRow.requested_at.desc()).limit(1))
    until = session.scalar(good.where(FetchRow.requested_at > at).order_by(FetchRow.requested_at).limit(1))
    put_gap(session, channel_id, since=since or at, until=until, reason=reason, detail=detail)


def _has_look(session: Session, channel_id: int, kind: ColumnElement[bool], start: datetime, end: datetime) -> bool:
    """Whether there was such a look after ``start`` and before ``end``; a failed one at ``start`` counts."""
    found = select(FetchRow.id).where(
        _is_poll_of(channel_id), kind, FetchRow.requested_at >= start, FetchRow.requested_at < end
    )
    return session.scalar(found.where(or_(FetchRow.requested_at > start, is_failed_look())).limit(1)) is not None
