"""Where a document of a channel stands in its poll, and the further documents that it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from crawler.parts import Choice, Listed, choose_parts, part_key
from crawler.stock import is_stock
from domain.entry import FurtherDocument
from domain.fetch import Reason
from domain.frontier import NewTarget, Target
from domain.outlet import Channel, ChannelKind, Politeness
from domain.urls import host_key
from outlets.templates import is_dated
from storage import Session
from storage.entries import EntryChanges, PlacedEntry
from storage.parts import (
    PlacedPart,
    ask_parts,
    count_parts,
    joining_keys,
    known_parts,
    last_good_look_at,
    last_good_poll,
    let_go_of_parts,
    remember_parts,
    was_left_alone,
)
from storage.unread import UnreadFetch

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A further document: ``absent_at`` is the last good look without what it lists anew, ``joining`` the keys on it
    that were listed before its poll and not on the poll's earlier documents."""

    absent_at: datetime | None
    joining: frozenset[str]


def part_facts(
    session: Session, fetch: UnreadFetch, channel: Channel, entries: Sequence[PlacedEntry]
) -> PartFacts | None:
    """What is known of a further document before it is stored; None where ``fetch`` is a poll's first document.

    A child of a sitemap lists what its own last reading did not; an older page what the channel's last poll did not.
    """
    target, poll_id = fetch.target, fetch.target.part_of
    if poll_id is None or target.channel_id is None:
        return None
    if channel.kind is ChannelKind.SITEMAP:
        absent_at = last_good_look_at(session, target.id, before=fetch.requested_at)
    else:
        absent_at = last_good_poll(session, target.channel_id, before_poll=poll_id)
    keys = [placed.url_key for placed in entries]
    joining = joining_keys(session, target.channel_id, keys, poll_id=poll_id, seen_at=fetch.requested_at)
    return PartFacts(absent_at, joining)


def with_stock(
    session: Session, fetch: UnreadFetch, channel: Channel, entries: Sequence[PlacedEntry], changes: EntryChanges
) -> tuple[PlacedEntry, ...]:
    """The entries of a sitemap, those that are no news marked as stock; of other channels as they are."""
    if channel.kind is not ChannelKind.SITEMAP:
        return tuple(entries)
    was_read = last_good_look_at(session, fetch.target.id, before=fetch.requested_at) is not None
    is_old = was_left_alone(session, fetch.target, fetch_id=fetch.fetch_id)
    new = {placed.url_key for placed in changes.new}

    def marked(placed: PlacedEntry) -> PlacedEntry:
        is_known = placed.url_key not in new
        stock = is_stock(
            placed.entry, is_known=is_known, was_read_before=was_read, is_old=is_old, now=fetch.requested_at
        )
        return replace(placed, entry=replace(placed.entry, is_stock=True)) if stock else placed

    return tuple(map(marked, entries))


def behind_joining(channel: Channel, entries: Sequence[PlacedEntry], part: PartFacts | None) -> tuple[PlacedEntry, ...]:
    """An older page's entries, what stands behind the last one that was listed before marked as stock: it is older.

    Not what is dated later than the look before; and the page of a day may list its oldest first.
    """
    if part is None or is_dated(channel.address):
        return tuple(entries)
    last = max((index for index, placed in enumerate(entries) if placed.url_key in part.joining), default=len(entries))

    def is_new(index: int, placed: PlacedEntry) -> bool:
        stated = placed.entry.published
        return index <= last or (stated is not None and part.absent_at is not None and stated.utc > part.absent_at)

    return tuple(
        placed if is_new(index, placed) else replace(placed, entry=replace(placed.entry, is_stock=True))
        for index, placed in enumerate(entries)
    )


def lead_on(
    session: Session, fetch: UnreadFetch, more: Sequence[FurtherDocument], listed: Listed, politeness: Politeness
) -> Choice:
    """Put the further documents that a poll asks for on the frontier, in the transaction that stores its reading."""
    target = fetch.target
    assert target.channel_id is not None
    poll_id = target.part_of or fetch.fetch_id
    keys = [part_key(target.channel_slug, further) for further in more]
    choice = choose_parts(
        more,
        known_parts(session, target.outlet, keys),
        listed,
        channel_slug=target.channel_slug,
        poll_id=poll_id,
        asked=count_parts(session, target.channel_id, poll_id),
    )
    now = fetch.requested_at
    ask_parts(session, [_placed(target, one, poll_id) for one in choice.ask], politeness, now=now)
    remember_parts(session, [_placed(target, one, None) for one in choice.remember], politeness, now=now)
    if target.part_of is None:
        let_go_of_parts(session, target.channel_id, poll_id)
    return choice


def tell_of_cut(fetch: UnreadFetch, choice: Choice) -> None:
    """Log that a poll led to more documents than are read in one."""
    if choice.cut:
        target = fetch.target
        log.warning("parts.cut", outlet=target.outlet, channel=target.channel_slug, url=target.url, left=choice.cut)


def _placed(target: Target, further: FurtherDocument, poll_id: int | None) -> PlacedPart:
    new = NewTarget(
        outlet=target.outlet,
        url=further.url,
        url_key=part_key(target.channel_slug, further),
        host=host_key(further.url),
        reason=Reason.POLL,
        channel_id=target.channel_id,
        via_target_id=target.id,
        part_of=poll_id,
    )
    return PlacedPart(new, further.mark, further.is_needed)
