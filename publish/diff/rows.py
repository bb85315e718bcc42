"""Two versions side by side: a row a paragraph, each change marked in its place and numbered. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from analysis.changes import Block, Change, ChangeClass, Role
from analysis.changes.align import Alignment, aligned
from publish.diff.model import Difference
from publish.diff.weight import weight

_BETWEEN = len("\n\n")
_FOLDED_FROM = 2  # quiet rows that have no change beside them


class RowKind(StrEnum):
    """What became of a paragraph."""

    KEPT = "kept"  # it stands in both, changed or not
    MOVED_FROM = "moved_from"  # where it stood
    MOVED_TO = "moved_to"  # where it stands now
    REMOVED = "removed"
    ADDED = "added"


class Stroke(StrEnum):
    """How a stretch of text is marked."""

    PLAIN = "plain"
    CHANGED = "changed"
    QUIET = "quiet"  # it differs, but not as a change to a reader


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some text of a paragraph."""

    text: str
    stroke: Stroke = Stroke.PLAIN


@dataclass(frozen=True, slots=True)
class Side:
    """A paragraph of one version. ``place`` counts paragraphs from 1; None: a headline or a by-line."""

    role: Role
    stretches: tuple[Stretch, ...]
    place: int | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A change with the number that it has on the page."""

    number: int
    change: Change

    @property
    def weight(self) -> int:
        """From 3 down to 1."""
        return weight(self.change)


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph in both versions or one. ``twin``: of one that moved, its place in the other version.

    ``move`` numbers what moved, the same where it stood and where it stands. ``is_rewritten``: its words differ too.
    """

    kind: RowKind
    old: Side | None
    new: Side | None
    numbered: tuple[Numbered, ...] = ()
    twin: int | None = None
    move: int | None = None
    is_rewritten: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether a reader finds nothing changed here."""
        return not self.numbered and self.move is None

    @property
    def is_same(self) -> bool:
        """Whether not even a mark differs."""
        return self.old is not None and self.new is not None and self.old.stretches == self.new.stretches


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows that are shut until somebody opens them: paragraphs far from any change."""

    rows: tuple[Row, ...]


def numbered(found: Difference) -> tuple[Numbered, ...]:
    """The changes that are shown as such, in the order of the later text."""
    shown = [change for change in found.changes if weight(change)]
    return tuple(Numbered(number, change) for number, change in enumerate(shown, 1))


def folded_rows(found: Difference) -> tuple[Row | Fold, ...]:
    """All rows in the order of the later text; long runs without a change are folded but for the nearest."""
    rows = list(rows_of(found))
    parts: list[Row | Fold] = []
    for is_quiet, group in groupby(rows, key=lambda row: row.is_quiet):
        run = tuple(group)
        first = 1 if parts else 0
        last = len(run) - (0 if run[-1] is rows[-1] else 1)
        if not is_quiet or last - first < _FOLDED_FROM:
            parts.extend(run)
            continue
        parts += [*run[:first], Fold(run[first:last]), *run[last:]]
    return tuple(parts)


def rows_of(found: Difference) -> Iterator[Row]:
    """All rows; a paragraph that was left out stands behind the one that it followed."""
    return _Rows(found, aligned(found.before, found.after)).in_order()


class _Rows:
    """Both versions while they are put side by side."""

    def __init__(self, found: Difference, alignment: Alignment) -> None:
        self.found = found
        self.kept = {pair.before: pair.after for pair in alignment.pairs if not pair.is_moved}
        self.went = {pair.before: pair.after for pair in alignment.pairs if pair.is_moved}
        self.came = {after: before for before, after in self.went.items()}
        self.old_starts, self.new_starts = _starts(found.before), _starts(found.after)
        self.replaced = dict(self._replaced(set(alignment.removed), set(alignment.added)))
        self.moves = {after: number for number, after in enumerate(sorted(self.came), 1)}
        self.places = _places(found.before), _places(found.after)
        self.strokes = self._strokes()
        self.by_old, self.by_new = self._numbers()

    def in_order(self) -> Iterator[Row]:
        old, new = 0, 0
        ends = (len(self.found.before), len(self.found.after))
        for before, after in (*sorted(self.kept.items(), key=lambda pair: pair[1]), ends):
            yield from (self._old_row(n) for n in range(old, before))
            yield from (self._new_row(n) for n in range(new, after) if n not in self.replaced.values())
            if (before, after) != ends:
                yield self._pair(before, after)
            old, new = before + 1, after + 1

    def _pair(self, before: int, after: int) -> Row:
        changes = (*self.by_old.get(before, ()), *self.by_new.get(after, ()))
        return Row(RowKind.KEPT, self._side(before, is_new=False), self._side(after, is_new=True), changes)

    def _old_row(self, number: int) -> Row:
        if number in self.replaced:
            return self._pair(number, self.replaced[number])
        side = self._side(number, is_new=False)
        if number not in self.went:
            return Row(RowKind.REMOVED, side, None, self.by_old.get(number, ()))
        after = self.went[number]
        return Row(RowKind.MOVED_FROM, side, None, (), self.places[1][after], self.moves[after])

    def _new_row(self, number: int) -> Row:
        side, changes = self._side(number, is_new=True), self.by_new.get(number, ())
        if number not in self.came:
            return Row(RowKind.ADDED, None, side, changes)
        before = self.came[number]
        is_rewritten = self.found.before[before].text != self.found.after[number].text
        place = self.places[0][before]
        return Row(RowKind.MOVED_TO, None, side, changes, place, self.moves[number], is_rewritten)

    def _replaced(self, removed: set[int], added: set[int]) -> Iterator[tuple[int, int]]:
        """Calls to read on in whose place others stand: no twins, yet told as one change."""
        for change in self.found.changes:
            if change.kind is ChangeClass.BOILERPLATE and change.before and change.after:
                before = _at(self.old_starts, change.before_span.start)
                after = _at(self.new_starts, change.after_span.start)
                if before in removed and after in added:
                    yield before, after

    def _numbers(self) -> tuple[dict[int, tuple[Numbered, ...]], dict[int, tuple[Numbered, ...]]]:
        """Changes by the paragraph of the later version that they stand in; what is left out, of the earlier one."""
        by_old: dict[int, tuple[Numbered, ...]] = {}
        by_new: dict[int, tuple[Numbered, ...]] = {}
        for one in numbered(self.found):
            if one.change.after:
                place = _at(self.new_starts, one.change.after_span.start)
                by_new[place] = (*by_new.get(place, ()), one)
            else:
                place = _at(self.old_starts, one.change.before_span.start)
                by_old[place] = (*by_old.get(place, ()), one)
        return by_old, by_new

    def _strokes(self) -> tuple[list[tuple[int, int, Stroke]], list[tuple[int, int, Stroke]]]:
        """Where each version is marked, in its order; what moved is not."""
        told = [
            (change, Stroke.CHANGED if weight(change) else Stroke.QUIET)
            for change in self.found.changes
            if change.kind is not ChangeClass.MOVED
        ]
        old = sorted((c.before_span.start, c.before_span.end, stroke) for c, stroke in told if c.before)
        new = sorted((c.after_span.start, c.after_span.end, stroke) for c, stroke in told if c.after)
        return old, new

    def _side(self, number: int, *, is_new: bool) -> Side:
        block = (self.found.before, self.found.after)[is_new][number]
        start = (self.old_starts, self.new_starts)[is_new][number]
        strokes = self.strokes[is_new]
        inside = strokes[bisect_right(strokes, (start, -1)) : bisect_right(strokes, (start + len(block.text), -1))]
        marked = [(one - start, end - start, stroke) for one, end, stroke in inside]
        return Side(block.role, tuple(_stretches(block.text, marked)), self.places[is_new][number])


def _stretches(text: str, marked: Sequence[tuple[int, int, Stroke]]) -> Iterator[Stretch]:
    at = 0
    for start, end, stroke in marked:
        if start < at:
            continue
        if start > at:
            yield Stretch(text[at:start])
        yield Stretch(text[start:end], stroke)
        at = end
    if at < len(text):
        yield Stretch(text[at:])


def _starts(blocks: Sequence[Block]) -> list[int]:
    starts, at = [], 0
    for block in blocks:
        starts.append(at)
        at += len(block.text) + _BETWEEN
    return starts


def _places(blocks: Sequence[Block]) -> list[int | None]:
    places: list[int | None] = []
    count = 0
    for block in blocks:
        is_paragraph = block.role in {Role.LEAD, Role.BODY}
        count += is_paragraph
        places.append(count if is_paragraph else None)
    return places


def _at(starts: Sequence[int], position: int) -> int:
    return bisect_right(starts, position) - 1
