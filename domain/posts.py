"""Which stored posts a page of a numbered channel shows to be gone. Pure; see docs/adr/0029.

A page shows a stretch of a channel. A post whose number lies within it and that is not there is missing; one at the
edge or beyond is not judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

MOST_NUMBERS = 20_000  # so many of the numbers that a page passes over are asked about, those next to its newest post
ALBUM = 10  # the most posts that are shown as one


@dataclass(frozen=True, slots=True)
class ShownPosts:
    """What a document shows of a channel's posts, by the keys of their addresses.

    ``shown``: those it shows. ``passed``: those that could be stored and that it shows to be gone, numbers beside them
    where they have one. ``texts``: digests of the texts it shows, by number.
    """

    shown: frozenset[str] = frozenset()
    passed: Mapping[str, int | None] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of any post."""
        return not self.shown and not self.passed


def passed_over(numbers: Collection[int]) -> Sequence[int]:
    """The numbers strictly between the smallest and the largest of a page that it does not show, the largest first."""
    if len(numbers) < 2:
        return ()
    shown, first, last = frozenset(numbers), min(numbers), max(numbers)
    start = max(first, last - MOST_NUMBERS)
    return tuple(number for number in range(last - 1, start, -1) if number not in shown)


def moved_within_album(number: int, text_sha256: str | None, texts: Mapping[int, str]) -> bool:
    """Whether the text of a missing post stands under a number so near that it may be the same album's.

    An album whose first picture is deleted goes by the number of the next one.
    """
    near = range(number - ALBUM + 1, number + ALBUM)
    return text_sha256 is not None and any(texts.get(one) == text_sha256 for one in near)
