"""Changes of many articles as rows: for a table, CSV or JSON Lines. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from analysis.changes import ChangeClass, joined
from analysis.changes.model import SIGNIFICANT
from analysis.changes.versions import Version, blocks_of
from analysis.ledger import Standing
from domain.outlet import Group
from publish.diff.context import words_around
from publish.diff.judging import judged_now
from storage.digest_facts import EditFact
from storage.ledger_facts import LedgerChange, LedgerEdit


@dataclass(frozen=True, slots=True)
class ListedChange:
    """One change of one edit of one article, those of one edit by weight; ``since`` and ``until`` count ``seen_at``."""

    after_at: Annotated[datetime, "last look that still showed the old text: the change was made after it"]
    seen_at: Annotated[datetime, "first look that showed the new text"]
    outlet: Annotated[str, "slug of the outlet"]
    group: Annotated[str, "its group on the local day of seen_at"]
    article_id: Annotated[int, "number of the article"]
    url: Annotated[str, "its address"]
    old_revision: Annotated[int, "number of the revision before, among those of its article"]
    new_revision: Annotated[int, "number of the revision that has the change"]
    class_: Annotated[str, "headline, lead, number, name …; docs/CHANGES.md"]
    also: Annotated[str, "further classes, such as number of a headline, parted by a space; empty: none"]
    significance: Annotated[float, "from 0 to 1"]
    is_significant: Annotated[bool, "whether that is 0.5 or more"]
    standing: Annotated[str, "what its edit is: edit, flap, growth, template, ours or same"]
    is_silent: Annotated[bool, "whether the edit changes something significant without a note that says so"]
    is_confirmed: Annotated[bool, "whether a later look showed the new text too"]
    is_flap: Annotated[bool, "whether this change went and came back, or came back"]
    reason: Annotated[str, "why it weighs so, in words"]
    before: Annotated[str, "the words before; empty: put in"]
    after: Annotated[str, "the words after; empty: left out"]
    headline: Annotated[str | None, "headline of the later revision"]
    language: Annotated[str | None, "language of the article, ISO 639-1; null: undecided"]
    ahead: Annotated[str, "a few words before the change"]
    behind: Annotated[str, "a few words behind it"]


@dataclass(frozen=True, slots=True)
class WantedChanges:
    """What narrows a list of changes; the defaults let through what outlets changed in their texts for good."""

    outlets: frozenset[str] | None = None
    kinds: frozenset[ChangeClass] = frozenset()
    least: float = 0.0
    is_silent: bool = False
    standings: frozenset[str] = frozenset({Standing.EDIT})

    def has_edit(self, edit: LedgerEdit) -> bool:
        """Whether changes of an edit are looked at."""
        return edit.standing in self.standings and (edit.is_silent or not self.is_silent)

    def has(self, change: LedgerChange) -> bool:
        """Whether a change of an edit is wanted."""
        is_whole = self.standings != {Standing.EDIT} or ChangeClass.BOILERPLATE in self.kinds
        is_left = is_whole or not (change.is_flap or change.kind == ChangeClass.BOILERPLATE)
        is_class = not self.kinds or bool(self.kinds & {change.kind, *change.also})
        return is_left and is_class and change.significance >= self.least


def listed_changes(
    edits: Iterable[EditFact], wanted: WantedChanges, *, group_on: Callable[[str, date], Group], zone: ZoneInfo
) -> Iterator[ListedChange]:
    """The changes of these edits that are wanted, in their order; ``group_on``: by outlet and local day."""
    for edit in edits:
        if wanted.outlets is None or edit.outlet in wanted.outlets:
            day = edit.first_new_at.astimezone(zone).date()
            yield from _of_edit(edit, wanted, group_on(edit.outlet, day))


def count_wanted(edits: Iterable[tuple[str, LedgerEdit]], wanted: WantedChanges) -> int:
    """How many edits, each with its outlet, have changes that are wanted."""
    return sum(
        (wanted.outlets is None or outlet in wanted.outlets)
        and wanted.has_edit(edit)
        and any(map(wanted.has, edit.changes))
        for outlet, edit in edits
    )


def _of_edit(edit: EditFact, wanted: WantedChanges, group: Group) -> Iterator[ListedChange]:
    told = edit.ledger or judged_now(edit)
    if not wanted.has_edit(told):
        return
    texts = (
        joined(blocks_of(Version(edit.old_title, edit.old_text or "", edit.old_authors))),
        joined(blocks_of(Version(edit.new_title, edit.new_text or "", edit.new_authors))),
    )
    for change in sorted(told.changes, key=lambda one: -one.significance):
        if not wanted.has(change):
            continue
        ahead, behind = words_around(change, texts)
        yield ListedChange(
            after_at=edit.last_old_at,
            seen_at=edit.first_new_at,
            outlet=edit.outlet,
            group=group.value,
            article_id=edit.article_id,
            url=edit.url,
            old_revision=edit.old_revision,
            new_revision=edit.new_revision,
            class_=change.kind,
            also=" ".join(change.also),
            significance=change.significance,
            is_significant=change.significance >= SIGNIFICANT,
            standing=told.standing,
            is_silent=told.is_silent,
            is_confirmed=edit.is_confirmed,
            is_flap=change.is_flap,
            reason=change.reason,
            before=change.before,
            after=change.after,
            headline=edit.new_title,
            language=edit.language,
            ahead=ahead,
            behind=behind,
        )
