"""The difference between two revisions, as every form of it needs it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from analysis.changes import Block, Change, changes_between
from analysis.changes.versions import Version, blocks_of


class ComparedRevision(Protocol):
    """What of a revision is compared."""

    @property
    def number(self) -> int:
        """Its number in the article."""

    @property
    def title(self) -> str | None:
        """Its headline."""

    @property
    def authors(self) -> tuple[str, ...]:
        """Who signed it."""

    @property
    def text(self) -> str:
        """Its paragraphs, joined by an empty line."""

    @property
    def extractor(self) -> str:
        """What read it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one revision to another. ``is_ours``: they were read by different extractors of ours."""

    old: int
    new: int
    before: tuple[Block, ...]
    after: tuple[Block, ...]
    changes: tuple[Change, ...]
    is_ours: bool

    @property
    def is_silent(self) -> bool:
        """Whether something significant changed and no note of the outlet says so."""
        is_noted = any(change.kind == "correction_notice" for change in self.changes)
        return not is_noted and any(change.is_significant for change in self.changes)


def difference(old: ComparedRevision, new: ComparedRevision, *, language: str | None) -> Difference:
    """What changed from ``old`` to ``new``; of a text whose language is not known, what English words tell."""
    before, after = (blocks_of(Version(one.title, one.text, one.authors)) for one in (old, new))
    changes = changes_between(before, after, language=language or "en")
    return Difference(old.number, new.number, before, after, changes, is_ours=old.extractor != new.extractor)


def to_json(found: Difference) -> dict[str, object]:
    """The difference as plain values; spans count in headline, authors and paragraphs joined by empty lines."""
    changes: Sequence[dict[str, object]] = [
        {
            **asdict(change),
            "kind": change.kind.value,
            "also": sorted(kind.value for kind in change.also),
            "is_significant": change.is_significant,
        }
        for change in found.changes
    ]
    return {
        "old_revision": found.old,
        "new_revision": found.new,
        "is_silent": found.is_silent,
        "read_by_different_extractors": found.is_ours,
        "changes": [{"class": change.pop("kind"), **change} for change in changes],
    }
