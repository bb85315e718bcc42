"""Whether a pattern of the catalogue is safe to run over addresses that a remote server wrote.

Python's matcher tries ways one after another. Where a loop has two ways through one text the time doubles with every
character; where loops stand side by side it grows with a power of the length. Both are read off the pattern itself
(Weideman et al. 2016), because a time limit can't stop a match that runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import TypeVar

from outlets.automaton import AmbiguousLoopError, Automaton, automaton_of

MAX_PATTERN_CHARS = 500
MAX_DEGREE = 2  # quadratic: over 2,048 characters, the longest address that is matched, some 20 ms (measured)
MAX_STEPS = 1_000_000  # about a second
EXPONENTIAL = (
    "can take exponential time: a repeated group can match one text in several ways; "
    "allowed: groups whose turns are told apart, such as (?:[a-z]+/)+"
)
POLYNOMIAL = (
    "can take too long: more than two loops can share one text; allowed: at most two like .* in a row, "
    "and ^ at the beginning, because a search from anywhere is a loop too"
)

Node = TypeVar("Node", bound=Hashable)


@cache
def checked_pattern(pattern: str) -> re.Pattern[str]:
    """``pattern`` compiled. Raises ValueError when it is too long, does not compile or may take too much time."""
    if len(pattern) > MAX_PATTERN_CHARS:
        raise ValueError(f"is a pattern of {len(pattern)} characters; allowed: at most {MAX_PATTERN_CHARS}")
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression ({error}); allowed: Python's syntax") from error
    try:
        if degree(automaton_of(pattern)) > MAX_DEGREE:
            raise ValueError(POLYNOMIAL)
    except AmbiguousLoopError:
        raise ValueError(EXPONENTIAL) from None
    return compiled


def degree(automaton: Automaton) -> int:
    """The power of a text's length with which the matcher's time may grow.

    Raises AmbiguousLoopError where it is no power but an exponent, ValueError where the pattern is too involved.
    """
    judge = _Judge(automaton)
    if judge.has_two_ways_round():
        raise AmbiguousLoopError
    around = max((degree(inner) for inner in automaton.lookarounds), default=0)
    return judge.longest_row_of_loops() + around


class _Judge:
    """Walks one automaton, alone and in step with itself. Raises ValueError when it takes more than MAX_STEPS."""

    def __init__(self, automaton: Automaton) -> None:
        self.letters = automaton.letters
        self.follow = automaton.follow
        self.steps_left = MAX_STEPS
        reached = [self.reachable(after, self.follow.__getitem__) for after in self.follow]
        self.loop_of = {  # each state that leads back to itself, with the states of its loop
            state: frozenset(other for other in reached[state] if state in reached[other])
            for state in range(len(self.follow))
            if state in reached[state]
        }

    def has_two_ways_round(self) -> bool:
        """Whether from some state two different ways lead back to it over one text."""
        return any(self._has_two_ways_within(loop) for loop in set(self.loop_of.values()))

    def longest_row_of_loops(self) -> int:
        """How many loops can share one text, each handing over to the next."""

        @cache
        def row(state: int) -> int:
            later = (q for q in self.loop_of if q not in self.loop_of[state] and self._can_hand_over(state, q))
            return 1 + max((row(q) for q in later), default=0)

        return max((row(state) for state in self.loop_of), default=0)

    def _has_two_ways_within(self, loop: frozenset[int]) -> bool:
        before: dict[tuple[int, int], list[tuple[int, int]]] = {}

        def steps(pair: tuple[int, int]) -> Iterable[tuple[int, int]]:
            firsts, seconds = self.follow[pair[0]] & loop, self.follow[pair[1]] & loop
            self._spend(len(firsts) * len(seconds))
            for p in firsts:
                for q in seconds:
                    if self.letters[p] & self.letters[q]:
                        before.setdefault((p, q), []).append(pair)
                        yield p, q

        start = min(loop), min(loop)
        self.reachable([start], steps)
        return any(p != q for p, q in self.reachable([start], lambda pair: before.get(pair, ())))

    def _can_hand_over(self, p: int, q: int) -> bool:
        """Whether over one text ``p`` leads to itself and to ``q``, and ``q`` to itself: two loops that share it."""

        def steps(triple: tuple[int, int, int]) -> Iterable[tuple[int, int, int]]:
            firsts, lasts = self.follow[triple[0]] & self.loop_of[p], self.follow[triple[2]] & self.loop_of[q]
            self._spend(len(firsts) * len(lasts) * len(self.follow[triple[1]]))
            for x in firsts:
                for z in lasts:
                    if both := self.letters[x] & self.letters[z]:
                        yield from ((x, y, z) for y in self.follow[triple[1]] if both & self.letters[y])

        return (p, q, q) in self.reachable([(p, p, q)], steps)

    def reachable(self, starts: Iterable[Node], steps: Callable[[Node], Iterable[Node]]) -> set[Node]:
        """What the steps lead to, the starts included."""
        seen = set(starts)
        waiting = list(seen)
        while waiting:
            self._spend(1)
            for node in steps(waiting.pop()):
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)
        return seen

    def _spend(self, steps: int) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise ValueError("is too involved for its time to be judged; allowed: a simpler pattern")
