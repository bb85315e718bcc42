"""A pattern of ``re`` as a position automaton, to ask of it how many ways lead through one text.

Every place of the pattern that takes a character is a state; ``follow`` says which may come next (Glushkov 1961).
A count such as ``{2,4}`` is written out, a look-around takes nothing and is kept apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations
from re import _constants as ops  # type: ignore[attr-defined]  # the parsed form has no public module since 3.11
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MAX_STATES = 1000
MAX_CHOICES = 100_000
_SAMPLE_LETTERS = "əяş٣\u00a0"  # stand for the letters, digits and spaces outside ASCII
_LOOPS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)


class AmbiguousLoopError(ValueError):
    """A loop goes through one text in two ways, so time doubles with every turn."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the pattern: the states it may begin and end in, and whether it may match nothing."""

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    is_empty: bool = True


@dataclass(slots=True)
class Automaton:
    """States are numbers; ``letters[s]`` is the set of characters that state takes, one bit a character."""

    letters: list[int] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)
    choices: int = 1  # in how many ways the counted and optional parts can be combined
    lookarounds: list[Automaton] = field(default_factory=list)


def automaton_of(pattern: str) -> Automaton:
    """The automaton of ``pattern`` as ``re.search`` runs it. Raises ValueError for what can't be judged or is risky."""
    tree = parser.parse(pattern)
    alphabet = tuple(dict.fromkeys([*map(chr, range(128)), *_SAMPLE_LETTERS, *pattern]))
    builder = _Builder(alphabet, tree.state.flags)
    is_anchored = len(tree) > 0 and tree[0][0] is ops.AT
    builder.sequence(tree, after=_Part() if is_anchored else builder.anything())
    return builder.automaton


class _Builder:
    def __init__(self, alphabet: tuple[str, ...], flags: int) -> None:
        self.alphabet = alphabet
        self.flags = flags & (re.IGNORECASE | re.DOTALL | re.ASCII)
        self.automaton = Automaton()

    def anything(self) -> _Part:
        """The start of a search: any run of characters."""
        state = self._state((1 << len(self.alphabet)) - 1)
        self.automaton.follow[state].add(state)
        return _Part((state,), (state,), is_empty=True)

    def sequence(self, items: Any, after: _Part | None = None) -> _Part:
        """The parts of ``items`` one behind the other."""
        whole = after or _Part()
        for operation, argument in items:
            part = self._part(operation, argument)
            self._connect(whole.last, part.first)
            whole = _Part(
                whole.first + part.first if whole.is_empty else whole.first,
                whole.last + part.last if part.is_empty else part.last,
                whole.is_empty and part.is_empty,
            )
        return whole

    def _part(self, operation: Any, argument: Any) -> _Part:
        if operation in _LOOPS:
            return self._repeat(*argument)
        if operation is ops.BRANCH:
            return self._branch([self.sequence(way) for way in argument[1]])
        if operation in (ops.SUBPATTERN, ops.ATOMIC_GROUP):
            return self.sequence(argument[3] if operation is ops.SUBPATTERN else argument)
        if operation in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
            return self._nothing_taken(argument[1] if operation is not ops.AT else ())
        if operation in (ops.GROUPREF, ops.GROUPREF_EXISTS):
            raise ValueError("refers back to a group, whose time can't be judged; allowed: patterns without it")
        state = self._state(self._letters(operation, argument))
        return _Part((state,), (state,), is_empty=False)

    def _repeat(self, least: int, most: int, body: Any) -> _Part:
        is_endless = most is ops.MAXREPEAT
        if not is_endless:
            self._add_choices(most - least + 1)
        copies = max(least, 1) if is_endless else most
        if copies > MAX_STATES:
            raise ValueError(f"repeats something {copies} times; allowed: at most {MAX_STATES}")
        first: tuple[int, ...] = ()
        last: tuple[int, ...] = ()
        part = _Part()
        for number in range(1, copies + 1):
            before, part = part, self.sequence(body)
            if part.is_empty and (copies > 1 or is_endless):
                raise AmbiguousLoopError
            self._connect(before.last, part.first)
            first = first or part.first
            last = (last if number > least else ()) + part.last
        if is_endless:
            self._connect(part.last, part.first)
        return _Part(first, last, is_empty=least == 0 or part.is_empty)

    def _branch(self, ways: list[_Part]) -> _Part:
        starts = [self._union(way.first) for way in ways]
        if any(a & b for a, b in combinations(starts, 2)):
            self._add_choices(len(ways))
        return _Part(
            tuple(state for way in ways for state in way.first),
            tuple(state for way in ways for state in way.last),
            any(way.is_empty for way in ways),
        )

    def _nothing_taken(self, body: Any) -> _Part:
        inner = _Builder(self.alphabet, self.flags)
        inner.sequence(body)
        self.automaton.lookarounds.append(inner.automaton)
        return _Part()

    def _connect(self, lasts: tuple[int, ...], firsts: tuple[int, ...]) -> None:
        for state in lasts:
            known = self.automaton.follow[state]
            if not known.isdisjoint(firsts):  # only a loop around a loop makes one step twice
                raise AmbiguousLoopError
            known.update(firsts)

    def _state(self, letters: int) -> int:
        if len(self.automaton.letters) >= MAX_STATES:
            raise ValueError(f"is too long with its counts written out; allowed: {MAX_STATES} places for a character")
        self.automaton.letters.append(letters)
        self.automaton.follow.append(set())
        return len(self.automaton.letters) - 1

    def _add_choices(self, number: int) -> None:
        self.automaton.choices *= number
        if self.automaton.choices > MAX_CHOICES:
            raise ValueError("has too many optional parts that can be combined; allowed: fewer of ?, {m,n} and |")

    def _union(self, states: tuple[int, ...]) -> int:
        letters = 0
        for state in states:
            letters |= self.automaton.letters[state]
        return letters

    def _letters(self, operation: Any, argument: Any) -> int:
        """The characters one place takes, asked of ``re`` itself so that no rule of it is written a second time."""
        single = parser.SubPattern(parser.State(), [(operation, argument)])
        single.state.str = ""
        single.state.flags = self.flags
        one = re._compiler.compile(single, self.flags)  # type: ignore[attr-defined]
        return sum(1 << index for index, letter in enumerate(self.alphabet) if one.fullmatch(letter))
