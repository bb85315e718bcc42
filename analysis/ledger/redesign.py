"""Edits that an outlet's new template made: most of its pages changed in one day, and alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

LEAST_REDESIGN = 6  # pages
_MOST_PAGES = 0.5  # of those looked at again


def redesigned(kinds: Mapping[int, frozenset[str]], *, looked_at: int) -> frozenset[int]:
    """Of edits, one of each article, those in which the same kinds of change make up most of a day's looks.

    ``kinds``: what changed, by revision. ``looked_at``: how many pages were looked at again in that time.
    """
    counted = Counter(one for one in kinds.values() if one)
    if not counted:
        return frozenset()
    common, pages = counted.most_common(1)[0]
    if pages < LEAST_REDESIGN or pages < _MOST_PAGES * looked_at:
        return frozenset()
    return frozenset(revision for revision, told in kinds.items() if told == common)
