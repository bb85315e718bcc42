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
    """An article that was no longer served, came back, or was withdrawn from its list; and which text is kept.

    ``state``: suspected, removed, back or withdrawn; ``how``: what the last look without it showed, None in digests of
    earlier versions. ``confirmed_at``: when three looks had shown it.
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
    state: str = "suspected"
    how: str | None = None
    first_missed_at: datetime | None = None
    confirmed_at: datetime | None = None
    back_at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it was not served when the digest was made."""
        return self.state in {"suspected", "removed"}
