"""Changes of many articles as rows: for a table, CSV or JSON Lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.changes import ChangeClass
from domain.outlet import Group
from publish.diff.model import difference
from storage.digest_facts import EditFact


@dataclass(frozen=True, slots=True)
class ListedChange:
    """One change of one article, with where and when. It was made after ``after_at`` and seen by ``seen_at`` (UTC).

    ``is_silent``: the revision changes something significant, and no note of the outlet says so. ``is_ours``: different
    extractors read the two texts, so the change may be ours. ``also``: further classes, parted by a space.
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
    is_silent: bool
    is_ours: bool
    reason: str
    before: str
    after: str
    headline: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class WantedChanges:
    """What narrows a list of changes; the defaults let all through."""

    outlets: frozenset[str] | None = None
    kinds: frozenset[ChangeClass] = frozenset()
    least: float = 0.0
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class _Version:
    number: int
    title: str | None
    text: str
    extractor: str
    authors: tuple[str, ...] = ()


def listed_changes(
    edits: Iterable[EditFact], wanted: WantedChanges, groups: Mapping[str, Group]
) -> Iterator[ListedChange]:
    """The changes of these edits that are wanted, in their order, those of one edit by weight. ``groups``: by slug."""
    for edit in edits:
        if wanted.outlets is None or edit.outlet in wanted.outlets:
            yield from _of_edit(edit, wanted, groups.get(edit.outlet, Group.UNKNOWN))


def _of_edit(edit: EditFact, wanted: WantedChanges, group: Group) -> Iterator[ListedChange]:
    old = _Version(edit.old_revision, edit.old_title, edit.old_text or "", "old" if edit.is_ours else "")
    new = _Version(edit.new_revision, edit.new_title, edit.new_text or "", "new" if edit.is_ours else "")
    found = difference(old, new, language=edit.language)
    if wanted.is_silent and not (found.is_silent and not found.is_ours):
        return
    for change in sorted(found.changes, key=lambda one: -one.significance):
        kinds = {change.kind, *change.also}
        if change.significance < wanted.least or (wanted.kinds and not kinds & wanted.kinds):
            continue
        yield ListedChange(
            after_at=edit.last_old_at,
            seen_at=edit.first_new_at,
            outlet=edit.outlet,
            group=group.value,
            article_id=edit.article_id,
            url=edit.url,
            old_revision=edit.old_revision,
            new_revision=edit.new_revision,
            kind=change.kind.value,
            also=" ".join(sorted(kind.value for kind in change.also)),
            significance=change.significance,
            is_significant=change.is_significant,
            is_silent=found.is_silent,
            is_ours=found.is_ours,
            reason=change.reason,
            before=change.before,
            after=change.after,
            headline=edit.new_title,
            language=edit.language,
        )
