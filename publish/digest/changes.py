"""What was changed or no longer served after it was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.outlet import Group
from publish.digest.articles import Figure, Interval


@dataclass(frozen=True, slots=True)
class EditChange:
    """One change of an edit. ``ahead`` and ``behind``: a few words around it, with the space between.

    ``kind`` is its class, ``weight`` from 3 to 1 (docs/CHANGES.md). Of an edit kept by an earlier version ``kind`` is
    headline or text, nothing is weighed, and ``before`` and ``after`` hold the words around the change too.
    """

    kind: str
    before: str
    after: str
    ahead: str = ""
    behind: str = ""
    also: tuple[str, ...] = ()
    significance: float | None = None
    weight: int | None = None
    reason: str | None = None

    @property
    def has_words(self) -> bool:
        """Whether it shows any; one without is of an article that was taken down."""
        return any((self.before, self.after, self.ahead, self.behind))


@dataclass(frozen=True, slots=True)
class Edit:
    """A change between two revisions as published, between the last look at the old and the first at the new.

    ``changes``: those to a reader, the heaviest first; ``more_changes`` counts those left out. ``is_silent``: one
    of them is significant, and no note of a correction was found; None: kept by a version that did not look for any.
    """

    article_id: int
    outlet: str
    outlet_name: str
    group: Group
    url: str
    headline: str | None
    language: str | None
    seen: Interval
    old_revision: int
    new_revision: int
    changes: tuple[EditChange, ...]
    more_changes: int = 0
    is_headline: bool = False  # whether the headline changed
    is_silent: bool | None = None
    is_confirmed: bool = True  # whether a later look showed the new text too
    text_sha256: str | None = None  # of the new revision

    @property
    def significance(self) -> float:
        """That of its heaviest change; 0 where nothing was weighed."""
        return max((change.significance or 0.0 for change in self.changes), default=0.0)

    @property
    def is_taken_down(self) -> bool:
        """Whether its words went with its article."""
        return bool(self.changes) and self.headline is None and not any(change.has_words for change in self.changes)


class Apart(StrEnum):
    """Why texts that changed are counted and not listed as edits."""

    SLIGHT = "slight"  # marks, capitals, calls to read on alone
    FLAP = "flap"  # what went came back
    GROWTH = "growth"  # a live blog went on
    TEMPLATE = "template"  # many pages of the outlet changed alike


@dataclass(frozen=True, slots=True)
class CountedApart:
    """How many texts changed so."""

    why: Apart
    count: Figure


@dataclass(frozen=True, slots=True)
class Rechecks:
    """Looks again at articles that fell due in the window. ``failed`` showed neither the page nor that it is gone."""

    due: int
    done: int
    failed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class MissedBefore:
    """What else is to be said of articles that were missed, so that no earlier digest leaves a wrong belief.

    ``still``: first missed before the window, neither confirmed nor served at its end. ``passed``: served again in the
    window before that was worth a step; ``passed_earlier`` of them were first missed before the window.
    """

    still: Figure
    passed: Figure
    passed_earlier: int


class RemovalState(StrEnum):
    """What became of an article that was not found where it was."""

    REMOVED = "removed"
    SUSPECTED = "suspected"
    BACK = "back"
    WITHDRAWN = "withdrawn"  # its list dropped it, its page is served
    PASSED = "passed"  # missed, and served again before that was worth a step: only counted


@dataclass(frozen=True, slots=True)
class Removal:
    """An article that was no longer served, came back, or was withdrawn from its list; and which text is kept.

    ``how``: what the last look without it showed; None: kept by an earlier version, and what ``status`` says.
    ``back_at``: when it was served again; of what is gone that was after the window, and before the digest was made.
    """

    article_id: int
    outlet: str
    outlet_name: str
    group: Group
    url: str
    title: str | None
    language: str | None
    status: int
    seen: Interval  # after the last look that was served, by the first that was not
    last_at: datetime
    looks: int
    revision: int | None
    text_sha256: str | None
    state: RemovalState = RemovalState.SUSPECTED
    how: str | None = None
    confirmed_at: datetime | None = None
    back_at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it was not served at the end of the window."""
        return self.state in {RemovalState.SUSPECTED, RemovalState.REMOVED}
