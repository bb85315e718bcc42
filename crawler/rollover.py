"""Whether a channel's list turned over between two polls, so that something may have been listed and gone unseen. Pure.

See docs/adr/0010-when-a-list-has-rolled-over.md for what was weighed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from domain.listing import KnownEntry, LastListing, ListedEntry, Turnover

E = TypeVar("E", KnownEntry, ListedEntry)

LEAST_LISTED = 4  # a list of three turns over whenever three are published: that says nothing of a fourth
FULL_SHARE = 0.8  # of the longest listing lately: a shorter one pushed nothing off its end
LATELY = 10  # listings: at least half of them were full where a list drops its entries by number
WITHDRAWN = 0.1  # of the entries that went may be newer than one that stays
DATED_BACK = 0.25  # the same where dates say which is newer: some are put up late
TITLE_SHARE = 0.25
_JUMP = timedelta(minutes=1)  # by which a date must move to count as put up anew
_NOT_NEWEST = 0.9  # of a list's dates: the last tenth may be pinned there with a date of the future


def turnover(before: LastListing | None, listed: Sequence[ListedEntry]) -> Turnover:
    """Compare a channel's present listing with its last one; None: nothing was ever listed, or nothing can be told.

    The list turned over when at least half of it is unknown, no entry of before still stands in its old order, and the
    list is full: shorter ones dropped nothing.
    """
    if before is None or not listed:
        return Turnover()
    unknown = [entry for entry in listed if entry.key not in before.known]
    if len(unknown) * 2 < len(listed):
        return Turnover()
    same = _recognised(before.gone, unknown, len(listed))
    if _joins(before, listed, same):
        return Turnover(known=len(before.known) + len(same), note=_renamed(same, listed)) if same else Turnover()
    return _apart(before, listed, unknown)


def _apart(before: LastListing, listed: Sequence[ListedEntry], unknown: Sequence[ListedEntry]) -> Turnover:
    """What follows from two listings that nothing joins."""
    if not before.is_same_address:
        return Turnover(known=0, note="listed at another address than before: not compared")
    if not _is_full(len(listed), before.lengths):
        return Turnover(known=0)
    if _reaches_back(before, unknown):
        return Turnover(known=0, note="another list than before, of the same time: not compared")
    return Turnover(since=before.until, known=0)


def _is_full(length: int, lengths: Sequence[int]) -> bool:
    """Whether the list is as long as it gets and mostly is: one whose length comes and goes drops none by number."""
    full, lately = FULL_SHARE * max(lengths, default=0), lengths[:LATELY]
    return length >= max(LEAST_LISTED, full) and 2 * sum(other >= full for other in lately) >= len(lately)


def _joins(before: LastListing, listed: Sequence[ListedEntry], same: Mapping[str, KnownEntry]) -> bool:
    """Whether an entry of before still stands in its order: hardly anything newer is gone, and it was not put up anew.

    A list drops its oldest first. What stays while newer ones go is pinned there and joins nothing.
    """
    taken = {entry.key for entry in same.values()}
    gone = [_dated(entry, before.until) for entry in before.gone if entry.key not in taken]
    stays = {key: _dated(entry, before.until) for key, entry in {**before.known, **same}.items()}
    have_dates = _dates_tell((*gone, *stays.values()))
    most_newer = max(1, int(len(gone) * (DATED_BACK if have_dates else WITHDRAWN)))
    for entry in listed:
        was = stays.get(entry.key)
        if was is None or (have_dates and _was_put_up_anew(entry, was)):
            continue
        if sum(_is_newer(other, was, have_dates=have_dates) for other in gone) <= most_newer:
            return True
    return False


def _dated(entry: KnownEntry, until: datetime) -> KnownEntry:
    """The entry, without a date that lay ahead when it was listed: such a date sets nothing in order."""
    return replace(entry, published_at=None) if entry.published_at and entry.published_at > until else entry


def _is_newer(one: KnownEntry, other: KnownEntry, *, have_dates: bool) -> bool:
    if have_dates and one.published_at and other.published_at and one.published_at != other.published_at:
        return one.published_at > other.published_at
    return one.first_seen_at > other.first_seen_at


def _was_put_up_anew(entry: ListedEntry, was: KnownEntry) -> bool:
    if entry.published_at is None or was.published_at is None:
        return False
    return entry.published_at - was.published_at > _JUMP


def _dates_tell(entries: Sequence[KnownEntry]) -> bool:
    """Whether dates set entries in order: most have one, and they are not all the same (a feed that dates all now)."""
    dates = [entry.published_at for entry in entries if entry.published_at is not None]
    return 2 * len(dates) >= len(entries) and 2 * len(set(dates)) > len(dates)


def _recognised(gone: Sequence[KnownEntry], unknown: Sequence[ListedEntry], listed: int) -> dict[str, KnownEntry]:
    """Unknown entries that are known ones under another address, by their new key.

    The same guid, or title and date, is enough. Some titles come every day: a title alone counts only where a quarter
    of the list is known so.
    """
    sure = _matched(gone, unknown, _headline) | _matched(gone, unknown, _guid)
    by_title = _matched(gone, unknown, _title)
    return by_title | sure if len(by_title) >= max(3, listed * TITLE_SHARE) else sure


def _guid(entry: KnownEntry | ListedEntry) -> Hashable:
    return entry.guid


def _title(entry: KnownEntry | ListedEntry) -> Hashable:
    return entry.title


def _headline(entry: KnownEntry | ListedEntry) -> Hashable:
    return (entry.title, entry.published_at) if entry.title and entry.published_at and entry.is_exact else None


def _matched(
    gone: Iterable[KnownEntry], unknown: Iterable[ListedEntry], name: Callable[[KnownEntry | ListedEntry], Hashable]
) -> dict[str, KnownEntry]:
    """Pairs that share a name which no other entry of either listing has."""
    old, new = _by_name(gone, name), _by_name(unknown, name)
    return {new[shared].key: old[shared] for shared in old.keys() & new.keys()}


def _by_name(entries: Iterable[E], name: Callable[[E], Hashable]) -> dict[Hashable, E]:
    named = [(name(entry), entry) for entry in entries]
    times = Counter(said for said, _ in named)
    return {said: entry for said, entry in named if said and times[said] == 1}


def _reaches_back(before: LastListing, unknown: Sequence[ListedEntry]) -> bool:
    """Whether at least half of what is unknown is dated no later than what was listed before.

    A later list would be dated later. This is another list, or the same one under addresses nobody can match.
    """
    old = sorted(e.published_at for e in (*before.gone, *before.known.values()) if e.published_at and e.is_exact)
    new = [e.published_at for e in unknown if e.published_at and e.is_exact]
    if 2 * len(set(old)) <= len(before.gone) or 2 * len(set(new)) <= len(unknown):
        return False
    newest = old[int(len(old) * _NOT_NEWEST) - (len(old) > 1)]
    return 2 * sum(at <= newest for at in new) >= len(new)


def _renamed(same: Mapping[str, KnownEntry], listed: Sequence[ListedEntry]) -> str:
    return f"{len(same)} of {len(listed)} entries stand under new addresses"
