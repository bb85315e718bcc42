"""Changes of many articles as rows: for a table, CSV or JSON Lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

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
    """One change of one article, with where and when. It was made after ``after_at`` and seen by ``seen_at`` (UTC).

    ``standing``: what its edit is (docs/CHANGES.md). ``is_silent``: the edit changes something significant, and no note
    of the outlet says so. ``is_confirmed``: a later look showed the new text too. ``also``: further classes, parted by
    a space.
    """

    after_at: datetime
    seen_at: datetime
    outlet: str
    group: str
    article_id: int
    url: str
    old_revision: int
    new_revision: int
    kind: str
    also: str
    significance: float
    is_significant: bool
    standing: str
    is_silent: bool
    is_confirmed: bool
    is_flap: bool
    reason: str
    before: str
    after: str
    headline: str | None
    language: str | None
    ahead: str  # a few words before the change,
    behind: str  # and behind it


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
    edits: Iterable[EditFact], wanted: WantedChanges, groups: Mapping[str, Group]
) -> Iterator[ListedChange]:
    """The changes of these edits that are wanted, in their order, those of one edit by weight. ``groups``: by slug."""
    for edit in edits:
        if wanted.outlets is None or edit.outlet in wanted.outlets:
            yield from _of_edit(edit, wanted, groups.get(edit.outlet, Group.UNKNOWN))


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
            kind=change.kind,
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
