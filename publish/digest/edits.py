"""Edits of a day as the digest takes them: each with its changes, in its group, the heaviest first. Pure.

What the ledger of changes says of an edit is taken as it is; one that it does not hold yet is judged by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.changes import ChangeClass, joined
from analysis.changes.versions import Version, blocks_of
from analysis.ledger import Standing
from publish.diff.context import words_around
from publish.diff.judging import judged_now
from publish.diff.weight import weight_of
from publish.digest.articles import Interval
from publish.digest.changes import Apart, Edit, EditChange
from publish.digest.day import DayFacts
from publish.digest.model import GROUP_ORDER
from storage.digest_facts import EditFact
from storage.ledger_facts import LedgerChange, LedgerEdit

CHANGES_KEPT = 6  # of an edit
MOST_SIDE_WORDS = 40


@dataclass(frozen=True, slots=True)
class DayEdits:
    """The edits of a day by group, the heaviest first; ours, and those counted apart, are no edits of the outlet."""

    edits: tuple[Edit, ...]
    ours: tuple[Edit, ...]
    apart: tuple[tuple[Apart, tuple[Edit, ...]], ...]


def day_edits(facts: DayFacts) -> DayEdits:
    """What is listed, and what is only counted. Texts in which no words differ are neither."""
    listed: list[Edit] = []
    ours: list[Edit] = []
    apart: dict[Apart, list[Edit]] = defaultdict(list)
    for fact in facts.edits:
        told = fact.ledger or judged_now(fact)
        edit = _edit(facts, fact, told)
        if told.standing == Standing.OURS:
            ours.append(edit)
        elif told.standing == Standing.EDIT:
            (listed if edit.changes else apart[Apart.SLIGHT]).append(edit)
        elif told.standing != Standing.SAME:
            apart[Apart(told.standing)].append(edit)
    listed.sort(key=lambda edit: (GROUP_ORDER.index(edit.group), -edit.significance, edit.seen.by, edit.article_id))
    return DayEdits(tuple(listed), tuple(ours), tuple((why, tuple(apart[why])) for why in Apart if apart[why]))


def _edit(facts: DayFacts, fact: EditFact, told: LedgerEdit) -> Edit:
    shown = [one for one in told.changes if not one.is_flap and weight_of(one.kind, one.significance)]
    shown.sort(key=lambda one: -one.significance)
    texts = (
        joined(blocks_of(Version(fact.old_title, fact.old_text or "", fact.old_authors))),
        joined(blocks_of(Version(fact.new_title, fact.new_text or "", fact.new_authors))),
    )
    return Edit(
        article_id=fact.article_id,
        outlet=fact.outlet,
        outlet_name=facts.name_of(fact.outlet),
        group=facts.group_of(fact.outlet),
        url=fact.url,
        headline=fact.new_title or fact.old_title,
        language=fact.language,
        seen=Interval(fact.last_old_at, fact.first_new_at),
        old_revision=fact.old_revision,
        new_revision=fact.new_revision,
        changes=tuple(_change(change, texts) for change in shown[:CHANGES_KEPT]),
        more_changes=max(0, len(shown) - CHANGES_KEPT),
        is_headline=any(change.kind == ChangeClass.HEADLINE for change in shown),
        is_silent=told.is_silent,
        is_confirmed=fact.is_confirmed,
        text_sha256=fact.new_sha256,
    )


def _change(change: LedgerChange, texts: tuple[str, str]) -> EditChange:
    ahead, behind = words_around(change, texts)
    return EditChange(
        kind=change.kind,
        before=_limited(change.before),
        after=_limited(change.after),
        ahead=ahead,
        behind=behind,
        also=change.also,
        significance=change.significance,
        weight=weight_of(change.kind, change.significance),
        reason=change.reason,
    )


def _limited(text: str) -> str:
    words = text.split()
    if len(words) <= MOST_SIDE_WORDS:
        return " ".join(words)
    half = MOST_SIDE_WORDS // 2
    return f"{' '.join(words[:half])} [… {len(words) - MOST_SIDE_WORDS} words …] {' '.join(words[-half:])}"


def headlines(edits: Sequence[Edit]) -> int:
    """How many of them changed the headline."""
    return sum(edit.is_headline for edit in edits)
