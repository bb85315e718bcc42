"""Scores told changes against labelled ones: of two that overlap, those of one class are taken for the same first.

F1 counts over all pairs of a set: a change is right where its class is the labelled one, or stands among what the
label says it is *also*; it is significant or not as the label says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.changes import Block, Role, changes_between
from domain.topic import Span

_NEAR = 2  # characters within which two places of insertion are one


@dataclass(frozen=True, slots=True)
class Labelled:
    """A change as labelled, or as told."""

    kind: str
    also: frozenset[str]
    before: Span
    after: Span
    is_significant: bool


@dataclass(slots=True)
class Tally:
    """Right ones, wrongly told ones, missed ones."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """From 0 to 1; 1 where there was nothing to tell."""
        counted = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / counted if counted else 1.0


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two versions of a text and what an annotator says of them."""

    name: str
    language: str
    before: tuple[Block, ...]
    after: tuple[Block, ...]
    changes: tuple[Labelled, ...]


def read_pairs(path: Path) -> list[LabelledPair]:
    """The pairs of one file, a JSON object a line; changes that are none (A→B→A) are left out."""
    return [_pair(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def scored(pairs: Iterable[LabelledPair]) -> tuple[Tally, Tally]:
    """How well classes are told, and how well what is significant."""
    classes, weights = Tally(), Tally()
    for pair in pairs:
        told = [
            Labelled(one.kind.value, frozenset(), one.before_span, one.after_span, one.is_significant)
            for one in changes_between(pair.before, pair.after, language=pair.language)
        ]
        both, missed, extra = _matched(pair.changes, told)
        for label, found in both:
            _count(classes, is_label=True, is_told=True, is_right=found.kind in {label.kind, *label.also})
            _count(weights, is_label=label.is_significant, is_told=found.is_significant)
        for label in missed:
            _count(classes, is_label=True, is_told=False)
            _count(weights, is_label=label.is_significant, is_told=False)
        for found in extra:
            _count(classes, is_label=False, is_told=True)
            _count(weights, is_label=False, is_told=found.is_significant)
    return classes, weights


def _count(tally: Tally, *, is_label: bool, is_told: bool, is_right: bool = True) -> None:
    is_both = is_label and is_told and is_right
    tally.right += is_both
    tally.wrong += is_told and not is_both
    tally.missed += is_label and not is_both


def _matched(
    labels: Sequence[Labelled], told: Sequence[Labelled]
) -> tuple[list[tuple[Labelled, Labelled]], list[Labelled], list[Labelled]]:
    """Pairs of overlapping ones, best first; then the labels and the told ones that are left."""
    candidates = sorted(
        ((-_likeness(label, found), i, j) for i, label in enumerate(labels) for j, found in enumerate(told)),
    )
    pairs: dict[int, int] = {}
    for likeness, i, j in candidates:
        if likeness < 0 and i not in pairs and j not in pairs.values():
            pairs[i] = j
    both = [(labels[i], told[j]) for i, j in pairs.items()]
    missed = [label for i, label in enumerate(labels) if i not in pairs]
    return both, missed, [found for j, found in enumerate(told) if j not in pairs.values()]


def _likeness(label: Labelled, found: Labelled) -> float:
    """0 where they do not overlap on both sides."""
    shares = [_overlap(label.before, found.before), _overlap(label.after, found.after)]
    if not all(shares):
        return 0.0
    return sum(shares) / 2 + (found.kind in {label.kind, *label.also}) / 2


def _overlap(one: Span, other: Span) -> float:
    if one.start == one.end or other.start == other.end:
        return float(other.start - _NEAR <= one.end and one.start - _NEAR <= other.end)
    common = min(one.end, other.end) - max(one.start, other.start)
    return max(0, common) / (max(one.end, other.end) - min(one.start, other.start))


def _pair(row: dict[str, Any]) -> LabelledPair:
    changes = tuple(_labelled(change) for change in row["changes"] if change["class"] != "none")
    return LabelledPair(row["id"], row["lang"], _blocks(row, "before"), _blocks(row, "after"), changes)


def _blocks(row: dict[str, Any], side: str) -> tuple[Block, ...]:
    paragraphs = zip(row[f"roles_{side}"], row[side].split("\n\n"), strict=True)
    return tuple(Block(Role(role), text) for role, text in paragraphs)


def _labelled(change: dict[str, Any]) -> Labelled:
    return Labelled(
        change["class"],
        frozenset(change.get("also", ())),
        Span(*change["before_span"]),
        Span(*change["after_span"]),
        change["significant"],
    )
