"""An article as the digest shows it: a figure, an interval, the sentence that matched, and who was first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.outlet import Group
from domain.times import Precision, StatedTime
from domain.topic import Span


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the key of the rows behind it (``Digest.evidence``). A floor, shown with ≥, has a gap behind it."""

    value: int
    evidence: str
    is_floor: bool = False


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the days before on which we looked; None without such a day. ``days`` is their number, at most 7."""

    value: float | None
    days: int


@dataclass(frozen=True, slots=True)
class Interval:
    """When something happened, as we can know it: after the last look without it, by the first with it.

    ``after`` is None when our first look already had it.
    """

    after: datetime | None
    by: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """The sentence that answers a topic; ``spans`` are the matched words in it."""

    sentence: str
    spans: tuple[Span, ...]
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One article as the digest shows it. ``revision`` None: listed by the outlet, its text not read by us."""

    article_id: int
    outlet: str
    outlet_name: str
    group: Group
    url: str
    seen: Interval
    title: str | None = None
    language: str | None = None
    stated: StatedTime | None = None
    revision: int | None = None
    text_sha256: str | None = None
    match: Match | None = None
    is_older: bool = False  # the outlet states a day before the digest's

    @property
    def agreed_at(self) -> datetime | None:
        """The stated time where it is exact to the minute and lies inside the interval of our looks."""
        if self.stated is None or self.stated.precision is Precision.DAY:
            return None
        at = self.stated.utc
        inside = at <= self.seen.by and self.seen.after is not None and at >= self.seen.after
        return at if inside else None

    @property
    def bounds(self) -> tuple[datetime | None, datetime]:
        """Earliest and latest moment of publication: the interval, narrowed by a stated time that agrees with it."""
        agreed = self.agreed_at
        return (agreed, agreed) if agreed is not None else (self.seen.after, self.seen.by)


@dataclass(frozen=True, slots=True)
class First:
    """Who had the topic first. More than one candidate: their intervals overlap and the order is not known."""

    candidates: tuple[Article, ...]

    @property
    def is_known(self) -> bool:
        """Whether one article came before every other."""
        return len(self.candidates) == 1
