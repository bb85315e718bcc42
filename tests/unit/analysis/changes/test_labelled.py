"""Labelled pairs that others wrote: nearly all that is told of them is right (docs/CHANGES.md: how sure that is)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.changes.lexicon import LANGUAGES
from tests import labelled_changes
from tests.labelled_changes.score import read_pairs, scored

SETS = sorted((Path(labelled_changes.__file__).parent / "pairs").glob("*.jsonl"))
WHOLLY_RIGHT = next(path for path in SETS if path.stem == "fifth")  # in its first twenty pairs


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_classes_and_weights_of_labelled_pairs_are_told(path: Path) -> None:
    pairs = read_pairs(path)
    assert {pair.language for pair in pairs} == set(LANGUAGES)

    classes, weights = scored(pairs)

    assert classes.f1 >= 0.96
    assert weights.f1 >= 0.96


def test_a_wrong_class_a_missed_change_and_one_too_many_count_against_it() -> None:
    right = read_pairs(WHOLLY_RIGHT)[:20]
    other = [replace(p, changes=tuple(replace(c, kind="link", also=frozenset()) for c in p.changes)) for p in right]
    silent = [replace(p, after=p.before) for p in right]
    empty = [replace(p, changes=()) for p in right]

    assert scored(right)[0].f1 > scored(other)[0].f1 == 0
    assert scored(silent)[0].right == 0
    assert scored(empty)[0].wrong == sum(len(p.changes) for p in right)
