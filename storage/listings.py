"""What a channel listed before, set beside what it lists now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.fetch import PageReading
from domain.listing import KnownEntry, LastListing, ListedEntry
from domain.times import Precision
from storage.entries import PlacedEntry
from storage.tables import ChannelRow, EntryRow, FetchRow
from storage.unread import UnreadFetch

LISTINGS_COMPARED = 50  # a channel's last listings tell how much its list holds
LEAST_TO_COMPARE = 4  # entries
KEYS_A_QUERY = 500


def listed_entries(entries: Iterable[PlacedEntry]) -> tuple[ListedEntry, ...]:
    """What the rule of rollovers has to know of a poll's entries."""
    return tuple(
        ListedEntry(
            key=placed.url_key,
            guid=placed.entry.guid,
            title=placed.entry.title,
            published_at=placed.entry.published.utc if placed.entry.published else None,
            is_exact=placed.entry.published is not None and placed.entry.published.precision is not Precision.DAY,
        )
        for placed in entries
    )


def last_listing(
    session: Session, fetch: UnreadFetch, channel_id: int, entries: Sequence[ListedEntry]
) -> LastListing | None:
    """The channel's last listing beside the one of ``fetch``; call before the poll is recorded as good.

    What this very fetch brought is not known from before: a crawl may have been killed when half of it was stored. None
    where there was no listing, where most entries are known (nothing rolled over), or where a later poll was read
    already.
    """
    known = _known(session, channel_id, [entry.key for entry in entries], fetch.fetch_id)
    if 2 * (len(entries) - len(known)) < len(entries):
        return None
    channel = session.get(ChannelRow, channel_id, populate_existing=True)
    before = _listings_before(session, channel_id, fetch)
    if channel is None or not before or channel.last_ok_at is None or channel.last_ok_at >= fetch.requested_at:
        return None
    listed_at = before[0].requested_at
    return LastListing(
        until=listed_at if _was_empty_since(session, channel_id, listed_at, fetch) else channel.last_ok_at,
        gone=_gone(session, channel_id, _times_to_compare(before), {entry.key for entry in entries}),
        known={entry.key: entry for entry in known},
        lengths=tuple(row.listed or 0 for row in before),
        is_same_address=_address(before[0].url) == _address(fetch.target.url),
    )


@dataclass(frozen=True, slots=True)
class _Listing:
    requested_at: datetime
    url: str
    listed: int | None


_COLUMNS = (
    EntryRow.url_key,
    EntryRow.first_seen_at,
    EntryRow.guid,
    EntryRow.title,
    EntryRow.published_at,
    EntryRow.published_precision,
)


def _known(session: Session, channel_id: int, keys: Sequence[str], fetch_id: int) -> list[KnownEntry]:
    found: list[KnownEntry] = []
    for start in range(0, len(keys), KEYS_A_QUERY):
        found += _entries(
            session,
            EntryRow.channel_id == channel_id,
            EntryRow.url_key.in_(keys[start : start + KEYS_A_QUERY]),
            EntryRow.first_fetch_id != fetch_id,
        )
    return found


def _times_to_compare(before: Sequence[_Listing]) -> list[datetime]:
    """Of the last listing; a short one doesn't tell what is pinned, so those before it as well, to a longer one."""
    times = []
    for listing in before:
        times.append(listing.requested_at)
        if (listing.listed or 0) >= LEAST_TO_COMPARE:
            break
    return times


def _gone(
    session: Session, channel_id: int, times: Collection[datetime], present: Collection[str]
) -> tuple[KnownEntry, ...]:
    """Entries last seen at these times that are not there now."""
    rows = _entries(session, EntryRow.channel_id == channel_id, EntryRow.last_seen_at.in_(times))
    return tuple(entry for entry in rows if entry.key not in present)


def _entries(session: Session, *conditions: ColumnElement[bool]) -> list[KnownEntry]:
    rows = session.execute(select(*_COLUMNS).where(*conditions)).all()
    return [
        KnownEntry(key, first, guid, title, at, precision is not None and precision != Precision.DAY.value)
        for key, first, guid, title, at, precision in rows
    ]


def has_listed(session: Session, channel_id: int, *, before: UnreadFetch) -> bool:
    """Whether the channel listed anything before that look."""
    query = select(FetchRow.id).where(FetchRow.channel_id == channel_id, FetchRow.listed > 0)
    return session.scalar(query.where(FetchRow.requested_at < before.requested_at).limit(1)) is not None


def _listings_before(session: Session, channel_id: int, fetch: UnreadFetch) -> list[_Listing]:
    """Time, address and length of the channel's listings before ``fetch``, last first."""
    query = (
        select(FetchRow.requested_at, FetchRow.url, FetchRow.listed)
        .where(FetchRow.channel_id == channel_id, FetchRow.part_of.is_(None))
        .where(FetchRow.requested_at < fetch.requested_at)
        .where(FetchRow.reading == PageReading.LISTED.value)
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(LISTINGS_COMPARED)
    )
    return [_Listing(*row) for row in session.execute(query)]


def _was_empty_since(session: Session, channel_id: int, listed_at: datetime, fetch: UnreadFetch) -> bool:
    """Whether the list was seen empty after it held anything: what it held until then is not known."""
    empty = (
        select(FetchRow.id)
        .where(FetchRow.channel_id == channel_id, FetchRow.part_of.is_(None))
        .where(FetchRow.reading == PageReading.EMPTY_CHANNEL.value)
        .where(FetchRow.requested_at > listed_at, FetchRow.requested_at < fetch.requested_at)
        .limit(1)
    )
    return session.scalar(empty) is not None


def _address(url: str) -> str:
    """Without its query, in which a redirect may put anything."""
    return url.partition("?")[0]
