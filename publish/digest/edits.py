"""Edits of a day as the digest takes them: each with its changes, in its group, the heaviest first. Pure.

``JudgedEdit`` is the one form in which they come in, wherever they were judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.changes import Block, Change, ChangeClass, joined
from publish.diff.model import difference
from publish.diff.weight import by_weight, weight
from publish.digest.articles import Interval
from publish.digest.changes import Apart, Edit, EditChange
from publish.digest.day import DayFacts
from publish.digest.model import GROUP_ORDER
from storage.digest_facts import EditFact

CHANGES_KEPT = 6  # of an edit
MOST_SIDE_WORDS = 40
_CONTEXT_WORDS = 4
_WITHOUT_CONTEXT = frozenset({ChangeClass.PARAGRAPH_ADDED, ChangeClass.PARAGRAPH_REMOVED, ChangeClass.MOVED})


class Standing(StrEnum):
    """What a later revision is to the one before it, as table ``edit`` says it."""

    EDIT = "edit"
    FLAP = "flap"
    GROWTH = "growth"
    TEMPLATE = "template"
    OURS = "ours"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class JudgedEdit:
    """A later revision beside the one before it, with what it is and its changes; texts as their paragraphs."""

    fact: EditFact
    standing: Standing
    changes: tuple[Change, ...]
    is_silent: bool
    before: tuple[Block, ...] = ()
    after: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class DayEdits:
    """The edits of a day by group, the heaviest first; ours, and those counted apart, are no edits of the outlet."""

    edits: tuple[Edit, ...]
    ours: tuple[Edit, ...]
    apart: tuple[tuple[Apart, tuple[Edit, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Version:
    number: int
    title: str | None
    text: str
    extractor: str
    authors: tuple[str, ...] = ()


def judged(fact: EditFact) -> JudgedEdit:
    """The edit judged by its own two texts alone."""
    old = _Version(fact.old_revision, fact.old_title, fact.old_text or "", "old" if fact.is_ours else "")
    new = _Version(fact.new_revision, fact.new_title, fact.new_text or "", "new" if fact.is_ours else "")
    found = difference(old, new, language=fact.language)
    standing = Standing.SAME if not found.changes else Standing.OURS if fact.is_ours else Standing.EDIT
    return JudgedEdit(fact, standing, found.changes, found.is_silent, found.before, found.after)


def day_edits(facts: DayFacts, found: Iterable[JudgedEdit]) -> DayEdits:
    """What is listed, and what is only counted. Texts in which no words differ are neither."""
    listed: list[Edit] = []
    ours: list[Edit] = []
    apart: dict[Apart, list[Edit]] = defaultdict(list)
    for one in found:
        if one.standing is Standing.SAME:
            continue
        edit = _edit(facts, one)
        if one.standing is Standing.OURS:
            ours.append(edit)
        elif one.standing is not Standing.EDIT:
            apart[Apart(one.standing.value)].append(edit)
        elif edit.changes:
            listed.append(edit)
        else:
            apart[Apart.SLIGHT].append(edit)
    listed.sort(key=lambda edit: (GROUP_ORDER.index(edit.group), -edit.significance, edit.seen.by, edit.article_id))
    return DayEdits(tuple(listed), tuple(ours), tuple((why, tuple(apart[why])) for why in Apart if apart[why]))


def _edit(facts: DayFacts, one: JudgedEdit) -> Edit:
    fact = one.fact
    shown = [change for change in by_weight(one.changes) if weight(change)]
    texts = joined(one.before), joined(one.after)
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
        is_headline=any(change.kind is ChangeClass.HEADLINE for change in shown),
        is_silent=one.is_silent,
        text_sha256=fact.new_sha256,
    )


def _change(change: Change, texts: tuple[str, str]) -> EditChange:
    ahead, behind = ("", "") if change.kind in _WITHOUT_CONTEXT else _context(change, texts)
    return EditChange(
        kind=change.kind.value,
        before=_limited(change.before),
        after=_limited(change.after),
        ahead=ahead,
        behind=behind,
        also=tuple(sorted(kind.value for kind in change.also)),
        significance=change.significance,
        weight=weight(change),
        reason=change.reason,
    )


def _context(change: Change, texts: tuple[str, str]) -> tuple[str, str]:
    """A few words of its paragraph before and after it, with … where the paragraph goes on, and the spaces between.

    Of the later text; of the earlier one where it is left out.
    """
    text, span = (texts[1], change.after_span) if change.after else (texts[0], change.before_span)
    before, after = text[: span.start].rsplit("\n\n", 1)[-1], text[span.end :].split("\n\n", 1)[0]
    ahead, behind = before.split(), after.split()
    first = ["…", *ahead[-_CONTEXT_WORDS:]] if len(ahead) > _CONTEXT_WORDS else ahead
    last = [*behind[:_CONTEXT_WORDS], "…"] if len(behind) > _CONTEXT_WORDS else behind
    return " ".join(first) + " " * before[-1:].isspace(), " " * after[:1].isspace() + " ".join(last)


def _limited(text: str) -> str:
    words = text.split()
    if len(words) <= MOST_SIDE_WORDS:
        return " ".join(words)
    half = MOST_SIDE_WORDS // 2
    return f"{' '.join(words[:half])} [… {len(words) - MOST_SIDE_WORDS} words …] {' '.join(words[-half:])}"


def headlines(edits: Sequence[Edit]) -> int:
    """How many of them changed the headline."""
    return sum(edit.is_headline for edit in edits)
