"""The nouns of the hundred days: outlets with their habits, articles with what is planted in them, days of trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tests.world.script import Article, Site


class Role(StrEnum):
    """What an article is in the world for."""

    PLAIN = "plain"
    EDITED = "edited"
    REMOVED = "removed"
    ABSENT = "absent"  # not there for less than a day
    WITHDRAWN = "withdrawn"
    FLAP = "flap"
    PARTIAL = "partial"
    LIVE = "live"


class Trouble(StrEnum):
    """What answers instead of a page for a while."""

    FORBIDDEN = "forbidden"
    CHALLENGE = "challenge"
    UNAVAILABLE = "unavailable"
    CUT = "cut"  # less comes than was promised
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Outlet:
    """A site and its habits.

    ``gone``: how a page that is no longer there answers (404, 410, soft, front, section). ``mirror_lag``: how long a
    mirror shows the old text. ``hints_after``: the catalogue's selectors from the upgrade on.
    """

    site: Site
    language: str
    template: str
    rotates: bool = True
    gone: str = "404"
    mirror_lag: timedelta = timedelta(0)
    is_redesigned: bool = False
    has_sponsor: bool = False
    hints_after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    share: int = 1  # of the articles, beside the others


@dataclass(frozen=True, slots=True)
class PlantedEdit:
    """An edit: from version ``version - 1`` to ``version`` of its article, live ``at``.

    ``before`` and ``after`` are the words that differ.
    """

    outlet: str
    path: str
    language: str
    version: int
    at: datetime
    kind: str
    is_significant: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Removal:
    """From ``at`` on the page is gone; it returns ``returns_after`` the first look that met it so (None: never)."""

    at: datetime
    returns_after: timedelta | None = None
    leaves_feed: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """An article and what is planted in it.

    ``odd_looks``: which good answers (0 is the first) show the other headline, or half of the paragraphs.
    """

    article: Article
    role: Role
    edits: tuple[PlantedEdit, ...] = ()
    removal: Removal | None = None
    withdrawn_at: datetime | None = None
    odd_looks: frozenset[int] = frozenset()
    other_title: str | None = None


@dataclass(frozen=True, slots=True)
class TroubledSpan:
    """A span in which an outlet's pages and lists answer otherwise."""

    outlet: str
    trouble: Trouble
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class LedgerScript:
    """The whole world as planned; ``upgrade_at`` is when our own selectors change, ``redesign_at`` one template."""

    seed: int
    part: str
    start: datetime
    days: int
    outlets: tuple[Outlet, ...]
    articles: tuple[Planned, ...]
    troubles: tuple[TroubledSpan, ...]
    upgrade_at: datetime
    redesign_at: datetime

    @property
    def end(self) -> datetime:
        """When the last day ends."""
        return self.start + timedelta(days=self.days)

    def share(self, number: int, shares: int) -> LedgerScript:
        """The outlets of one share, every ``shares``-th one, and what concerns them."""
        outlets = self.outlets[number::shares]
        slugs = {outlet.site.slug for outlet in outlets}
        return LedgerScript(
            self.seed,
            self.part,
            self.start,
            self.days,
            outlets,
            tuple(one for one in self.articles if one.article.outlet in slugs),
            tuple(one for one in self.troubles if one.outlet in slugs),
            self.upgrade_at,
            self.redesign_at,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What one look at an article's address was answered with.

    ``version`` is None where no text of it came. ``tags`` say what else differed: rotating, flap, partial, stale, live,
    gone, or a trouble.
    """

    moment: datetime
    outlet: str
    host: str
    path: str
    status: int
    version: int | None
    tags: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it showed one version of the text as the outlet means it."""
        return self.version is not None and not {"flap", "partial"} & set(self.tags)
