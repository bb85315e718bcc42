"""What was changed or no longer served after it was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.outlet import Group
from publish.digest.articles import Interval


class PartKind(StrEnum):
    """A stretch of a comparison."""

    SAME = "same"
    OUT = "out"  # only in the old text
    IN = "in"  # only in the new text


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of words in a comparison of two texts; a space stands between one part and the next."""

    kind: PartKind
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change between two revisions as published, between the last look at the old and the first at the new.

    ``title`` is None when the headline did not change; ``text`` holds the first places that changed and
    ``more_places`` counts the others.
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
    title: tuple[Part, ...] | None
    text: tuple[tuple[Part, ...], ...]
    more_places: int = 0
    text_sha256: str | None = None  # of the new revision


@dataclass(frozen=True, slots=True)
class Removal:
    """A suspected removal: what was answered, when, and which text is kept."""

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
