"""Entries: what a channel listed, joined over polls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.entry import Entry
from storage.entry_views import Views, put_views
from storage.readings import NamedAlternate
from storage.tables import ChannelRow, EntryRow
from storage.takedowns import keys_taken_down
from storage.todos import add_todo
from storage.translations import add_listed_alternates
from storage.withdrawals import note_listed_again


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry with the outlet its link leads to and its key there. ``url_key`` of one without a link is no address."""

    entry: Entry
    url_key: str
    target_outlet: str
    alternates: tuple[NamedAlternate, ...] = ()  # of the entry's those that may be articles of the outlet
    is_taken_down: bool = False  # what it leads to was taken down, so only address and dates are left of it
    had_words: bool = False  # which it came with

    @property
    def has_address(self) -> bool:
        """Whether the entry leads to a page."""
        return self.entry.url is not None

    def without_words(self) -> PlacedEntry:
        """The same with address and dates alone."""
        entry = self.entry
        has_words = bool(entry.title or entry.summary or entry.content_html)
        wordless = replace(
            entry,
            title=None,
            summary=None,
            content_html=None,
            published_raw=None,
            updated_raw=None,
            authors=(),
            categories=(),
            forwarded_from=None,
            links=None,
            published=replace(entry.published, raw="") if entry.published else None,
            updated=replace(entry.updated, raw="") if entry.updated else None,
        )
        return replace(self, entry=wordless, is_taken_down=True, had_words=self.had_words or has_words)

    @property
    def content_sha256(self) -> str | None:
        """Digest of the full text it carries."""
        content = self.entry.content_html
        return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest() if content else None


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """What a poll brought that was not known: entries seen first, and known ones whose text, title or date moved."""

    new: tuple[PlacedEntry, ...]
    changed: tuple[PlacedEntry, ...]


@dataclass(frozen=True, slots=True)
class PartSeen:
    """The last good look at which what a further document lists anew was not listed; None: there was none."""

    absent_at: datetime | None


def without_taken_down(session: Session, entries: Iterable[PlacedEntry]) -> tuple[PlacedEntry, ...]:
    """The entries; of those that lead to what was taken down only address and dates."""
    given = tuple(entries)
    refused = keys_taken_down(session, [(placed.target_outlet, placed.url_key) for placed in given])
    return tuple(
        placed.without_words() if (placed.target_outlet, placed.url_key) in refused else placed for placed in given
    )


def entry_changes(
    session: Session, channel_id: int, entries: Sequence[PlacedEntry], *, fetch_id: int, seen_at: datetime
) -> EntryChanges:
    """Compare what a channel listed in a fetch with what is stored of it.

    What this very fetch brought stays new: a crawl may have been killed when half of it was stored.
    """
    known = _compared(session, channel_id, entries)
    brought = {key for key, row in known.items() if row.first_fetch_id == fetch_id}
    new = tuple(e for e in entries if not e.entry.only_adds and (e.url_key not in known or e.url_key in brought))
    older = {key: row for key, row in known.items() if key not in brought and row.last_seen_at <= seen_at}
    changed = tuple(e for e in entries if e.url_key in older and _differs(older[e.url_key], e))
    return EntryChanges(new, changed)


def _known(session: Session, channel_id: int, entries: Iterable[PlacedEntry]) -> dict[str, EntryRow]:
    rows: dict[str, EntryRow] = {}
    keys = [e.url_key for e in entries]
    for start in range(0, len(keys), 500):
        query = select(EntryRow).where(
            EntryRow.channel_id == channel_id, EntryRow.url_key.in_(keys[start : start + 500])
        )
        rows.update({row.url_key: row for row in session.scalars(query)})
    return rows


class _Compared(NamedTuple):
    """What is stored of an entry, as far as it is compared: a sitemap has tens of thousands."""

    url_key: str
    title: str | None
    updated_at: datetime | None
    content_sha256: str | None
    last_seen_at: datetime
    first_fetch_id: int | None


def _compared(session: Session, channel_id: int, entries: Iterable[PlacedEntry]) -> dict[str, _Compared]:
    columns = [getattr(EntryRow, name) for name in _Compared._fields]
    keys, found = [e.url_key for e in entries], {}
    for start in range(0, len(keys), 500):
        query = select(*columns).where(
            EntryRow.channel_id == channel_id, EntryRow.url_key.in_(keys[start : start + 500])
        )
        found.update({row.url_key: _Compared(*row) for row in session.execute(query)})
    return found


def _differs(row: _Compared, placed: PlacedEntry) -> bool:
    """Whether the channel says that the article changed: another title, a later update, another full text."""
    entry = placed.entry
    return (
        (entry.title is not None and row.title != entry.title)
        or (entry.updated is not None and row.updated_at != entry.updated.utc)
        or (placed.content_sha256 is not None and row.content_sha256 != placed.content_sha256)
    )


def put_entries(
    session: Session,
    channel_id: int,
    entries: Sequence[PlacedEntry],
    *,
    fetch_id: int,
    seen_at: datetime,
    part: PartSeen | None = None,
) -> None:
    """Store what a channel lists. Call before the poll is recorded as good: its last good look is read here.

    New entries of a further document (``part``) were not there at another look. Of stock nobody knows since when it is.
    """
    entries = without_taken_down(session, entries)  # what was taken down since the list was read, too
    if any(placed.had_words for placed in entries):
        add_todo(session, "drop", fetch_id, now=seen_at)
    channel = session.get(ChannelRow, channel_id, populate_existing=True)
    assert channel is not None
    absent_at = part.absent_at if part is not None else channel.last_ok_at
    known = _known(session, channel_id, entries)
    for placed in entries:
        row = known.get(placed.url_key)
        if row is None and placed.entry.only_adds:
            continue
        if row is None:
            row = EntryRow(
                channel_id=channel_id,
                url_key=placed.url_key,
                target_outlet=placed.target_outlet,
                absent_at=None if placed.entry.is_stock else absent_at,
                first_seen_at=seen_at,
                first_fetch_id=fetch_id,
            )
            session.add(row)
            known[placed.url_key] = row
        elif row.last_seen_at > seen_at:  # read late: what was said later stands
            row.first_seen_at = min(row.first_seen_at, seen_at)
            continue
        elif row.dropped_at is not None:
            listed_at, row.dropped_at = row.last_seen_at, None
            note_listed_again(
                session, row.target_outlet, row.url_key, at=seen_at, fetch_id=fetch_id, last_listed_at=listed_at
            )
        _fill(row, placed, seen_at)
    session.flush()
    named = {(placed.target_outlet, placed.url_key): placed.alternates for placed in entries if placed.alternates}
    add_listed_alternates(session, named, at=seen_at)
    shown = [
        Views(known[placed.url_key].id, placed.entry.views)
        for placed in entries
        if placed.entry.views is not None and placed.url_key in known
    ]
    put_views(session, shown, observed_at=seen_at)


def _fill(row: EntryRow, placed: PlacedEntry, seen_at: datetime) -> None:
    entry = placed.entry
    row.duration_s = entry.duration_s if entry.duration_s is not None else row.duration_s
    if entry.only_adds:
        return
    row.url, row.guid, row.title, row.summary = entry.url, entry.guid, entry.title, entry.summary
    row.content_sha256 = placed.content_sha256
    row.published_at = entry.published.utc if entry.published else None
    row.published_offset_min = entry.published.offset_min if entry.published else None
    row.published_precision = entry.published.precision.value if entry.published else None
    row.published_source = entry.published.source.value if entry.published else None
    row.published_raw, row.updated_raw = entry.published_raw, entry.updated_raw
    row.updated_at = entry.updated.utc if entry.updated else None
    row.authors, row.categories = list(entry.authors), list(entry.categories)
    row.forwarded_from, row.is_edited = entry.forwarded_from, entry.is_edited
    row.links = list(entry.links) if entry.links is not None else None
    if placed.alternates:
        row.alternates = [[one.language, one.url_key, one.url] for one in placed.alternates]
    row.last_seen_at = seen_at


def unique_by_key(entries: Iterable[PlacedEntry], prefer: Callable[[PlacedEntry], bool]) -> tuple[PlacedEntry, ...]:
    """One entry a key, in order; of two the one that ``prefer`` holds for, else the first."""
    chosen: dict[str, PlacedEntry] = {}
    for placed in entries:
        before = chosen.get(placed.url_key)
        if before is None or (prefer(placed) and not prefer(before)):
            chosen[placed.url_key] = placed
    return tuple(chosen.values())
