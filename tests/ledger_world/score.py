"""Compares a ledger with the truth. Pure: rows and truth in, counts out.

What is right: docs/CHANGES.md, "The hundred days".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.ledger_world.ledger import Change, JudgedEdit, State
from tests.ledger_world.nouns import Planned, PlantedEdit, Role
from tests.ledger_world.truth import WITHIN, Truth

SIGNIFICANT = 0.5
_WORD = re.compile(r"\w+")
_READS_THE_SAME = {"typography": "same", "boilerplate": "template"}  # standings that say as much as the class


@dataclass(slots=True)
class Share:
    """So many of so many; nothing of nothing is all."""

    right: int = 0
    of: int = 0

    def add(self, is_right: bool) -> None:
        """Count one."""
        self.of += 1
        self.right += is_right

    @property
    def value(self) -> float:
        """From 0 to 1."""
        return self.right / self.of if self.of else 1.0


@dataclass(slots=True)
class Score:
    """What came of the comparison. ``by_class`` is by (class, language)."""

    precision: Share = field(default_factory=Share)
    recall: Share = field(default_factory=Share)
    found: dict[tuple[str, str], Share] = field(default_factory=dict)
    by_class: dict[tuple[str, str], Share] = field(default_factory=dict)
    noise: Counter[str] = field(default_factory=Counter)
    standings: Counter[tuple[str, str]] = field(default_factory=Counter)  # (cause, standing)
    removal_precision: Share = field(default_factory=Share)
    removal_recall: Share = field(default_factory=Share)
    within: Share = field(default_factory=Share)
    returns: Share = field(default_factory=Share)
    withdrawal_precision: Share = field(default_factory=Share)
    withdrawal_recall: Share = field(default_factory=Share)
    problems: list[str] = field(default_factory=list)

    @property
    def class_share(self) -> Share:
        """Classes over all languages."""
        return Share(sum(one.right for one in self.by_class.values()), sum(one.of for one in self.by_class.values()))


def score(truth: Truth, edits: Sequence[JudgedEdit], states: Sequence[State]) -> Score:
    """Everything that is compared."""
    result = Score()
    covering = _score_rows(truth, edits, result)
    for edit in truth.visible_edits():
        _score_edit(edit, covering.get(edit), result)
    _score_removals(truth, states, result)
    _score_withdrawals(truth, states, result)
    return result


def _score_rows(truth: Truth, edits: Iterable[JudgedEdit], result: Score) -> dict[PlantedEdit, JudgedEdit]:
    """Judge each row by its cause; gives the row of each planted edit."""
    unsettled = truth.unsettled()
    covering: dict[PlantedEdit, JudgedEdit] = {}
    for row in edits:
        if (row.later.outlet, row.later.path) in unsettled:
            continue
        cause = truth.cause(row)
        result.standings["planted" if cause.edits else cause.noise or "nothing", row.standing] += 1
        if cause.edits:
            covering[cause.edits[-1]] = row
        if row.standing != "edit":
            continue
        if not cause.edits:
            result.noise[cause.noise or "nothing"] += 1
            result.problems.append(f"noise {cause.noise}: {_shown(row)}")
        if row.significance >= SIGNIFICANT:
            is_right = any(edit.is_significant for edit in cause.edits)
            result.precision.add(is_right)
            if cause.edits and not is_right:
                result.problems.append(f"not significant, {cause.edits[-1].kind}: {_shown(row)}")
    return covering


def _score_edit(edit: PlantedEdit, row: JudgedEdit | None, result: Score) -> None:
    where = (edit.kind, edit.language)
    is_reported = row is not None and row.standing == "edit"
    result.found.setdefault(where, Share()).add(is_reported or _says_as_much(edit, row))
    if edit.is_significant:
        is_found = row is not None and is_reported and row.significance >= SIGNIFICANT
        result.recall.add(is_found)
        if not is_found:
            result.problems.append(f"missed {_named(edit)}: {_shown(row) if row else 'no row'}")
    if row is None and edit.kind == "boilerplate":
        return  # the reading leaves it out, as it should
    is_right = row is not None and has_class(edit, row)
    result.by_class.setdefault(where, Share()).add(is_right)
    if row is not None and not is_right:
        result.problems.append(f"class {_named(edit)}: {_shown(row)}")


def has_class(edit: PlantedEdit, row: JudgedEdit) -> bool:
    """Whether the row's weightiest change, or one that overlaps the planted words, has the planted class."""
    if _says_as_much(edit, row):
        return True
    if not row.changes:
        return False
    weightiest = max(row.changes, key=lambda change: change.significance)
    near = [one for one in row.changes if _overlaps(edit, one)]
    return any(edit.kind in (one.kind, *one.also) for one in (weightiest, *near))


def _overlaps(edit: PlantedEdit, change: Change) -> bool:
    """Whether they share a word, or all that changed stands in what was planted: marks have no words."""
    is_within = change.before in edit.before and change.after in edit.after
    return is_within or bool(_words(f"{edit.before} {edit.after}") & _words(f"{change.before} {change.after}"))


def _says_as_much(edit: PlantedEdit, row: JudgedEdit | None) -> bool:
    return row is not None and _READS_THE_SAME.get(edit.kind) == row.standing


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _score_removals(truth: Truth, states: Sequence[State], result: Score) -> None:
    removed = {(one.article.outlet, one.article.path): one for one in truth.of_role(Role.REMOVED)}
    said = _first(states, "removed")
    for key, at in said.items():
        gone_at = truth.gone_at(removed[key]) if key in removed else None
        is_right = gone_at is not None and at >= gone_at
        result.removal_precision.add(is_right)
        if not is_right:
            result.problems.append(f"not removed: {key[0]}{key[1]} at {at:%d %b %H:%M}")
    for key, planned in removed.items():
        gone_at = truth.gone_at(planned)
        if gone_at is None or gone_at + WITHIN > truth.script.end:
            continue
        result.removal_recall.add(key in said)
        result.within.add(key in said and said[key] <= gone_at + WITHIN)
        if key not in said:
            result.problems.append(f"removal missed: {key[0]}{key[1]}, first look {gone_at:%d %b %H:%M}")
    for planned in (*removed.values(), *truth.of_role(Role.ABSENT)):
        _score_return(truth, planned, states, result)


def _score_return(truth: Truth, planned: Planned, states: Sequence[State], result: Score) -> None:
    back_at = truth.back_at(planned)
    if back_at is None:
        return
    key = (planned.article.outlet, planned.article.path)
    is_found = any((one.outlet, one.path) == key and one.state == "back" and one.at >= back_at for one in states)
    result.returns.add(is_found)
    if not is_found:
        result.problems.append(f"return missed: {key[0]}{key[1]}, served {back_at:%d %b %H:%M}")


def _score_withdrawals(truth: Truth, states: Sequence[State], result: Score) -> None:
    planned = {(one.article.outlet, one.article.path): one for one in truth.of_role(Role.WITHDRAWN)}
    said = _first(states, "withdrawn")
    for key, at in said.items():
        one = planned.get(key)
        is_right = one is not None and one.withdrawn_at is not None and at >= one.withdrawn_at
        result.withdrawal_precision.add(is_right)
        if not is_right:
            role = truth.planned[key].role if key in truth.planned else "unknown"
            result.problems.append(f"not withdrawn: {key[0]}{key[1]} ({role}) at {at:%d %b %H:%M}")
    for key, one in planned.items():
        if one.withdrawn_at is not None and one.withdrawn_at + WITHIN <= truth.script.end:
            result.withdrawal_recall.add(key in said)
            if key not in said:
                result.problems.append(f"withdrawal missed: {key[0]}{key[1]}, {one.withdrawn_at:%d %b %H:%M}")


def _first(states: Iterable[State], state: str) -> dict[tuple[str, str], datetime]:
    """When each article came to be in ``state`` for the first time."""
    found: dict[tuple[str, str], datetime] = {}
    for one in states:
        if one.state == state:
            found.setdefault((one.outlet, one.path), one.at)
    return found


def _named(edit: PlantedEdit) -> str:
    return f"{edit.kind} [{edit.before}|{edit.after}] {edit.language} {edit.outlet}{edit.path}"


def _shown(row: JudgedEdit) -> str:
    changes = "; ".join(_change(one) for one in row.changes[:3])
    return f"{row.standing} {row.significance:.2f} {row.later.outlet}{row.later.path} {changes}"


def _change(change: Change) -> str:
    return f"{'+'.join((change.kind, *change.also))} [{change.before[:40]}|{change.after[:40]}]"
