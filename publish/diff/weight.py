"""How much a change weighs, in the steps that people see. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from analysis.changes import Change, ChangeClass
from analysis.changes.model import SIGNIFICANT

MOST_WEIGHT = 3
_GRAVE, _LEAST = 0.8, 0.1
_NEVER_SHOWN = frozenset({ChangeClass.TYPOGRAPHY, ChangeClass.BOILERPLATE})
_SHOWN_WHERE_SIGNIFICANT = frozenset({ChangeClass.LINK, ChangeClass.DATE_OR_BYLINE})
STEPS = (
    (
        3,
        "0.8 and more",
        "another number, name or source; a denial, a judging word; a quotation or paragraph put in or cut",
    ),
    (2, "0.5 to 0.8", "a name given or dropped, a link, a note of correction, another author or time"),
    (1, "less", "other wording, a paragraph in another place, the same fact written otherwise"),
    (0, "not shown", "marks, capitals and spaces, calls to read on, counters of readers"),
)


def weight(change: Change) -> int:
    """From 3 down to 1; 0 for what is no change to a reader: marks, calls to read on, the same date written anew."""
    return weight_of(change.kind, change.significance)


def weight_of(kind: str, significance: float) -> int:
    """The same of a class and a significance."""
    if kind in _NEVER_SHOWN or significance < _LEAST:
        return 0
    if kind in _SHOWN_WHERE_SIGNIFICANT and significance < SIGNIFICANT:
        return 0
    return 3 if significance >= _GRAVE else 2 if significance >= SIGNIFICANT else 1


def class_words(kind: ChangeClass | str) -> str:
    """``negation or modality``."""
    return str(kind).replace("_", " ")


def also_words(also: Collection[ChangeClass | str]) -> str:
    """`` (name, number)``: what else a change is; empty where it is nothing else."""
    return f" ({', '.join(sorted(map(class_words, also)))})" if also else ""


def by_weight(changes: Iterable[Change]) -> list[Change]:
    """The heaviest first, those of one weight in the order of the text."""
    return sorted(changes, key=lambda one: -one.significance)
