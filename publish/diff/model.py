"""The difference between two revisions, as every form of it needs it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from analysis.changes import Block, Change, changes_between
from analysis.changes.versions import Version, blocks_of


class ComparedReading(Protocol):
    """What is compared: the headline, who signed it, and the paragraphs joined by an empty line."""

    @property
    def title(self) -> str | None: ...

    @property
    def authors(self) -> tuple[str, ...]: ...

    @property
    def text(self) -> str: ...

    @property
    def extractor_hash(self) -> str:
        """What read it, with all settings."""


class ComparedRevision(ComparedReading, Protocol):
    """A revision by its number in the article, as it was read first."""

    @property
    def number(self) -> int: ...

    def as_read_by(self, extractor_hash: str) -> ComparedReading:
        """As this extractor reads the same page, where that is known."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one revision to another.

    ``is_reread``: the older page as the extractor of the later one reads it, which is not the text that was stored
    first. ``is_ours``: they were read by different extractors of ours, and what differs may be ours.
    """

    old: int
    new: int
    before: tuple[Block, ...]
    after: tuple[Block, ...]
    changes: tuple[Change, ...]
    is_ours: bool
    is_reread: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether something significant changed and no note of the outlet says so."""
        is_noted = any(change.kind == "correction_notice" for change in self.changes)
        return not is_noted and any(change.is_significant for change in self.changes)


def difference(old: ComparedRevision, new: ComparedRevision, *, language: str | None) -> Difference:
    """What changed from ``old`` to ``new``; of a text whose language is not known, what English words tell."""
    earlier = old.as_read_by(new.extractor_hash)
    before, after = (blocks_of(Version(one.title, one.text, one.authors)) for one in (earlier, new))
    changes = changes_between(before, after, language=language or "en")
    is_ours = earlier.extractor_hash != new.extractor_hash
    is_reread = old.extractor_hash != new.extractor_hash and not is_ours
    return Difference(old.number, new.number, before, after, changes, is_ours=is_ours, is_reread=is_reread)


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
        "old_as_the_later_extractor_reads_it": found.is_reread,
        "changes": [{"class": change.pop("kind"), **change} for change in changes],
    }
