"""Parts: further documents of a channel that a poll leads to, on the frontier beside the target that is polled.

A poll is counted with its first document. A part has looks of its own, and only one that is needed and can't be had is
a gap (docs/adr/0015-further-documents-of-a-poll.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import NO_POLL, KnownPart, NewTarget, Target, TargetState
from domain.outlet import ChannelKind, Politeness
from storage.frontier import PRIORITY, add_targets
from storage.gaps import close_gap, gap_under_way, open_gap
from storage.tables import ChannelRow, EntryRow, FetchRow, TargetRow

_KEYS_A_QUERY = 500
_UNCHANGED = (FetchOutcome.SAME_CONTENT.value, FetchOutcome.NOT_MODIFIED.value)
_READ = (PageReading.LISTED.value, PageReading.EMPTY_CHANNEL.value)
_NOT_THERE = (FetchOutcome.NOT_FOUND.value, FetchOutcome.GONE.value)


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A further document with its place on the frontier; ``target.part_of`` is the poll that asks for it."""

    target: NewTarget
    mark: str | None
    is_needed: bool


def known_parts(session: Session, outlet: str, url_keys: Collection[str]) -> dict[str, KnownPart]:
    """The parts among these keys that are on the frontier, by key."""
    keys, found = list(url_keys), {}
    for start in range(0, len(keys), _KEYS_A_QUERY):
        rows = session.execute(
            select(TargetRow.url_key, TargetRow.mark, TargetRow.attempts, TargetRow.part_of).where(
                TargetRow.outlet == outlet, TargetRow.url_key.in_(keys[start : start + _KEYS_A_QUERY])
            )
        )
        found.update({row.url_key: KnownPart(*row) for row in rows})
    return found


def count_parts(session: Session, channel_id: int, poll_id: int) -> int:
    """How many further documents a poll has asked for."""
    counted = select(func.count()).where(TargetRow.channel_id == channel_id, TargetRow.part_of == poll_id)
    return session.scalar(counted) or 0


def ask_parts(session: Session, parts: Collection[PlacedPart], politeness: Politeness, *, now: datetime) -> None:
    """Have these looked at now; one that its poll asked for already stays as it is."""
    known = {
        key
        for outlet in {part.target.outlet for part in parts}
        for key in known_parts(session, outlet, [part.target.url_key for part in parts])
    }
    add_targets(session, [part.target for part in parts], politeness, now=now)
    is_waiting = TargetRow.state == TargetState.DUE.value
    for part in parts:
        target = part.target
        values: dict[str, object] = {"mark": part.mark, "is_needed": part.is_needed}
        if target.url_key in known:
            values |= {
                "url": target.url,
                "host": target.host,
                "via_target_id": target.via_target_id,
                "redirects": 0,
                "part_of": target.part_of,
                "reason": Reason.POLL.value,
                "priority": PRIORITY[Reason.POLL],
                "state": TargetState.DUE.value,
                "next_at": case((is_waiting, TargetRow.next_at), else_=now),
            }
        is_other_poll = or_(TargetRow.part_of.is_(None), TargetRow.part_of != target.part_of)
        session.execute(
            update(TargetRow)
            .where(TargetRow.outlet == target.outlet, TargetRow.url_key == target.url_key)
            .where(is_other_poll if target.url_key in known else TargetRow.part_of == target.part_of)
            .values(values)
        )


def remember_parts(session: Session, parts: Iterable[PlacedPart], politeness: Politeness, *, now: datetime) -> None:
    """Write down what is said of further documents that are not asked for; nothing is due there."""
    found = list(parts)
    for start in range(0, len(found), _KEYS_A_QUERY):
        targets = [part.target for part in found[start : start + _KEYS_A_QUERY]]
        add_targets(session, targets, politeness, now=now, state=TargetState.IDLE)
    for part in found:
        session.execute(
            update(TargetRow)
            .where(TargetRow.outlet == part.target.outlet, TargetRow.url_key == part.target.url_key)
            .where(TargetRow.mark.is_(None), TargetRow.last_fetched_at.is_(None))
            .values(mark=part.mark, is_needed=False)
        )


def follow_redirect(session: Session, follow: NewTarget, politeness: Politeness, *, now: datetime) -> None:
    """Have what a redirect leads to looked at; of a further document it is needed where that was."""
    add_targets(session, [follow], politeness, now=now, is_again=True)
    if follow.part_of is not None:
        is_needed = select(TargetRow.is_needed).where(TargetRow.id == follow.via_target_id).scalar_subquery()
        session.execute(
            update(TargetRow)
            .where(TargetRow.outlet == follow.outlet, TargetRow.url_key == follow.url_key)
            .where(TargetRow.part_of == follow.part_of)
            .values(is_needed=is_needed)
            .execution_options(synchronize_session=False)
        )


def let_go_of_parts(session: Session, channel_id: int, poll_id: int) -> None:
    """What the poll ``poll_id`` does not lead to holds up no gap any more."""
    session.execute(
        update(TargetRow)
        .where(TargetRow.channel_id == channel_id, TargetRow.is_needed.is_(True), TargetRow.part_of != poll_id)
        .values(is_needed=False)
    )


def last_good_look_at(session: Session, target_id: int, *, before: datetime) -> datetime | None:
    """The last look before that time which showed this very document; None: there was none."""
    return session.scalar(
        select(func.max(FetchRow.requested_at)).where(
            FetchRow.target_id == target_id,
            FetchRow.requested_at < before,
            or_(FetchRow.outcome.in_(_UNCHANGED), FetchRow.reading.in_(_READ)),
        )
    )


def last_good_poll(session: Session, channel_id: int, *, before_poll: int) -> datetime | None:
    """The channel's last good look before a poll; None: there was none."""
    poll = session.get(FetchRow, before_poll)
    if poll is None:
        return None
    return session.scalar(
        select(func.max(FetchRow.requested_at)).where(
            FetchRow.channel_id == channel_id,
            FetchRow.part_of.is_(None),
            FetchRow.requested_at < poll.requested_at,
            or_(FetchRow.outcome.in_(_UNCHANGED), FetchRow.reading.in_(_READ)),
        )
    )


def joining_keys(
    session: Session, channel_id: int, keys: Collection[str], *, poll_id: int, seen_at: datetime
) -> frozenset[str]:
    """Which of these keys the channel listed before that poll, and not on an earlier document of it.

    What this very document (``seen_at``) brought half of before a crawl was killed is judged as if it had not.
    """
    poll = session.get(FetchRow, poll_id)
    if poll is None:
        return frozenset()
    before, found = list(keys), set()
    for start in range(0, len(before), _KEYS_A_QUERY):
        found |= set(
            session.scalars(
                select(EntryRow.url_key)
                .where(EntryRow.channel_id == channel_id, EntryRow.url_key.in_(before[start : start + _KEYS_A_QUERY]))
                .where(EntryRow.first_seen_at < poll.requested_at)
                .where(or_(EntryRow.last_seen_at < poll.requested_at, EntryRow.last_seen_at == seen_at))
            )
        )
    return frozenset(found)


def was_left_alone(session: Session, target: Target, *, fetch_id: int) -> bool:
    """Whether a further document was named before the poll that asks for it, and never asked for until this fetch."""
    asked = select(FetchRow.id).where(FetchRow.target_id == target.id, FetchRow.id < fetch_id).limit(1)
    named_at = select(TargetRow.created_at).where(TargetRow.id == target.id)
    poll = session.get(FetchRow, target.part_of) if target.part_of is not None else None
    created_at = session.scalar(named_at)
    is_named_before = poll is not None and created_at is not None and created_at < poll.requested_at
    return is_named_before and session.scalar(asked) is None


def has_failing_part(session: Session, channel_id: int) -> bool:
    """Whether a further document that is needed can't be had, so that the channel is not seen whole."""
    failing = select(TargetRow.id).where(TargetRow.channel_id == channel_id, _is_failing()).limit(1)
    return session.scalar(failing) is not None


def _is_failing() -> ColumnElement[bool]:
    """Needed, and its last look or reading failed; one that is not there lists nothing."""
    return and_(TargetRow.is_needed.is_(True), TargetRow.attempts > 0, TargetRow.last_outcome.not_in(_NOT_THERE))


def note_failed_part(session: Session, target: Target, *, at: datetime, outcome: str, detail: str | None) -> None:
    """A further document could not be had: a gap from the last good look at it where it is needed.

    Call when its next look is set. What a later poll asked for anew is not judged by an earlier look.
    """
    channel_id = target.channel_id
    failing = select(TargetRow.id).where(TargetRow.id == target.id, TargetRow.part_of == target.part_of, _is_failing())
    if channel_id is None or session.scalar(failing) is None:
        return
    since = last_good_look_at(session, target.id, before=at) or at
    open_gap(session, channel_id, since=since, reason=outcome, detail=": ".join(filter(None, (target.url, detail))))


def settle_parts(session: Session, target: Target, *, at: datetime) -> None:
    """A further document was seen: where the channel's poll was good and no other one fails, its gap ends.

    A backfill's document is no look at the channel and ends nothing.
    """
    channel_id = target.channel_id
    if channel_id is None or target.part_of == NO_POLL or gap_under_way(session, channel_id) is None:
        return
    channel = session.get_one(ChannelRow, channel_id, populate_existing=True)
    if channel.failures == 0 and not has_failing_part(session, channel_id):
        close_gap(session, channel_id, at=at, polled_at=channel.last_ok_at)


def count_part(session: Session, target: Target, *, at: datetime, listed: int, new: int) -> None:
    """Count what a further document listed for its poll, where the poll's first document is an index.

    An index lists nothing itself, and how often it is polled goes by what its documents list: it is planned anew. Call
    before the reading of the part is stored, and in its transaction.
    """
    if target.channel_id is None or target.part_of is None:
        return
    is_of_index = target.channel_kind is ChannelKind.SITEMAP
    channel = update(ChannelRow).where(ChannelRow.id == target.channel_id)
    if new:
        session.execute(channel.values(last_new_at=at))
    poll = session.get(FetchRow, target.part_of, populate_existing=True)
    counted = select(func.sum(FetchRow.listed)).where(FetchRow.part_of == target.part_of)
    if poll is None or not is_of_index or poll.listed != (session.scalar(counted) or 0):  # it lists entries itself
        return
    poll.listed, poll.known = poll.listed + listed, (poll.known or 0) + listed - new
    session.flush()
    session.execute(channel.values(next_poll_at=None))
