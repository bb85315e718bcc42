"""What a channel lists now and what it listed before, as far as the rule of rollovers has to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry as a channel lists it now. ``is_exact``: its date has a time of day, so that it can be set in order."""

    key: str
    guid: str | None = None
    title: str | None = None
    published_at: datetime | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry as the channel last listed it before, and when it was first seen there."""

    key: str
    first_seen_at: datetime
    guid: str | None = None
    title: str | None = None
    published_at: datetime | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class LastListing:
    """The last listing of a channel that held anything, set beside the present one.

    ``until`` is the last good look at which it still stood so. ``gone`` are its entries that are listed no more,
    ``known`` the present entries that any earlier poll listed, by key. ``lengths`` are how many entries the channel's
    last listings held, the last one first. ``is_same_address``: both came from one address.
    """

    until: datetime
    gone: tuple[KnownEntry, ...]
    known: Mapping[str, KnownEntry]
    lengths: tuple[int, ...]
    is_same_address: bool = True


@dataclass(frozen=True, slots=True)
class Turnover:
    """What the comparison of two listings says.

    ``since`` is the start of the gap where the list had turned over completely, None where it had not or where that
    can't be told. ``known`` is how many entries join the listing to earlier ones, where the plain count of known
    addresses would say something else. ``note`` is one line on what was out of the ordinary.
    """

    since: datetime | None = None
    known: int | None = None
    note: str | None = None
