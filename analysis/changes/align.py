"""Which paragraph of one version is which of the other, and which of them moved."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.changes.model import Block, Role
from analysis.changes.tokens import ratio, tokens_of
from text.fold import fold

_LIKE = 0.4  # from here on a paragraph is the other one, rewritten
_MOST_WEIGHED = 400  # paragraphs up to which the shorter ones are said to have moved
_MOST_COMPARED = 40  # paragraphs without a twin that are compared with each other
_ONLY_ONE = frozenset({Role.HEADLINE, Role.LEAD})


@dataclass(frozen=True, slots=True)
class Pair:
    """The same paragraph in both: its numbers. ``is_moved``: others that stay in order passed it."""

    before: int
    after: int
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """All paragraphs of both versions: pairs in the order of the later one, and those without a twin."""

    pairs: tuple[Pair, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def aligned(before: Sequence[Block], after: Sequence[Block]) -> Alignment:
    """Same texts first, in order; then what is alike; then the only one of its role."""
    taken: dict[int, int] = {}
    _take_same(before, after, taken)
    _take_alike(before, after, taken)
    _take_roles(before, after, taken)
    moved = _moved(taken, before)
    pairs = tuple(sorted((Pair(b, a, b in moved) for b, a in taken.items()), key=lambda pair: pair.after))
    used = set(taken.values())
    return Alignment(
        pairs,
        removed=tuple(n for n in range(len(before)) if n not in taken),
        added=tuple(n for n in range(len(after)) if n not in used),
    )


def _take_same(before: Sequence[Block], after: Sequence[Block], taken: dict[int, int]) -> None:
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for number, block in enumerate(after):
        places[fold(block.text)].append(number)
    for number, block in enumerate(before):
        if found := places.get(fold(block.text)):
            taken[number] = found.popleft()


def _take_alike(before: Sequence[Block], after: Sequence[Block], taken: dict[int, int]) -> None:
    """The most alike first; of long lists each is compared with the paragraphs that stand near its place."""
    used = set(taken.values())
    old = [n for n in range(len(before)) if n not in taken]
    new = [n for n in range(len(after)) if n not in used]
    tokens = {n: tokens_of(before[n].text) for n in old}, {n: tokens_of(after[n].text) for n in new}
    near = len(before) if max(len(old), len(new)) <= _MOST_COMPARED else _MOST_COMPARED // 2
    likeness = [
        (ratio(tokens[0][b], tokens[1][a]), -abs(b - a), b, a)
        for b in old
        for a in new
        if abs(b - a) <= near and _may_be(before[b], after[a])
    ]
    for found, _, b, a in sorted(likeness, reverse=True):
        if found >= _LIKE and b not in taken and a not in used:
            taken[b] = a
            used.add(a)


def _may_be(one: Block, other: Block) -> bool:
    """Whether roles and lengths let two paragraphs be one; the comparison itself costs the square of their length."""
    is_headline = {one.role is Role.HEADLINE, other.role is Role.HEADLINE}
    return len(is_headline) == 1 and 0.2 <= (len(one.text) + 1) / (len(other.text) + 1) <= 5


def _take_roles(before: Sequence[Block], after: Sequence[Block], taken: dict[int, int]) -> None:
    used = set(taken.values())
    for role in (*_ONLY_ONE, Role.BYLINE):
        old = [n for n, block in enumerate(before) if block.role is role and n not in taken]
        new = [n for n, block in enumerate(after) if block.role is role and n not in used]
        if len(old) == len(new) == 1:
            taken[old[0]] = new[0]


def _moved(taken: dict[int, int], before: Sequence[Block]) -> set[int]:
    """Those outside the longest run of paragraphs that kept its order; of several the one with most text."""
    numbers = sorted(taken)
    targets = [taken[n] for n in numbers]
    if all(a < b for a, b in pairwise(targets)):
        return set()
    kept = _heaviest(numbers, targets, before) if len(numbers) <= _MOST_WEIGHED else _longest(targets)
    return {numbers[n] for n in range(len(numbers)) if n not in kept}


def _heaviest(numbers: list[int], targets: list[int], before: Sequence[Block]) -> set[int]:
    best = [(1, len(before[n].text)) for n in numbers]
    came_from = [-1] * len(numbers)
    for n, target in enumerate(targets):
        for m in range(n):
            through = best[m][0] + 1, best[m][1] + len(before[numbers[n]].text)
            if targets[m] < target and through > best[n]:
                best[n], came_from[n] = through, m
    return _chain(max(range(len(best)), key=best.__getitem__), came_from)


def _longest(targets: list[int]) -> set[int]:
    ends: list[int] = []
    at: list[int] = []
    came_from = [-1] * len(targets)
    for n, target in enumerate(targets):
        place = bisect_left(ends, target)
        came_from[n] = at[place - 1] if place else -1
        ends[place : place + 1] = [target]
        at[place : place + 1] = [n]
    return _chain(at[-1], came_from)


def _chain(last: int, came_from: list[int]) -> set[int]:
    found = set()
    while last >= 0:
        found.add(last)
        last = came_from[last]
    return found
