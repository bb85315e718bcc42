"""Which entries a list dropped before their time. Pure.

A list drops its oldest first. What is missing while older ones still stand in their order was taken out. See
docs/adr/0025-when-an-article-is-gone.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_LISTED = 4  # entries
LEAST_BEHIND = 2
FULL_SHARE = 0.8  # of what the list held when the entry was last there
_PINNED, _PINNED_SHARE = 3, 0.15  # newer ones that went, from which on an entry is pinned
_AT_ONCE, _AT_ONCE_SHARE = 3, 0.1  # more than that is another list, or another selection


@dataclass(frozen=True, slots=True)
class Missing:
    """An entry that a list holds no more, beside those that it still holds and that are older.

    ``behind``: of each of these, the nearest first, how many entries newer than it the list has dropped: what stays
    while many newer ones go is pinned, and says nothing of how far the list reaches back.
    """

    key: str
    behind: tuple[int, ...]


def withdrawn_keys(missing: Sequence[Missing], *, listed: int, listed_before: int) -> tuple[str, ...]:
    """The keys of entries taken out of a list, which held ``listed_before`` entries when they were last there.

    ``listed``: how many it held at the shorter of the polls without them.

    None of a list that shrank, of a short one, or where many are missing at once.
    """
    if listed < max(LEAST_LISTED, FULL_SHARE * listed_before):
        return ()
    most_newer = max(_PINNED, int(listed * _PINNED_SHARE))
    taken = [
        entry.key for entry in missing if sum(newer_gone <= most_newer for newer_gone in entry.behind) >= LEAST_BEHIND
    ]
    return tuple(taken) if len(taken) <= max(_AT_ONCE, int(listed * _AT_ONCE_SHARE)) else ()
