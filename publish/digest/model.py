"""The digest of a local day as data: everything that any form of it shows, and the rows behind each figure.

Frozen and free of I/O. The same value gives text, Markdown, HTML and JSON, and is what is kept as published.
Every time is aware UTC; the forms print it in ``zone``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.outlet import ChannelKind, Group
from publish.digest.articles import Article, Figure, First, Mean
from publish.digest.changes import CountedApart, Edit, MissedBefore, Rechecks, Removal

# 1: a gap that was not caught up and one of which it is not known were told alike; 2: edits had no classes
SCHEMA_VERSION = 3
SHOWN_GROUPS = (Group.OFFICIAL, Group.PRO_GOVERNMENT, Group.INDEPENDENT, Group.EXILE, Group.INTERNATIONAL)
GROUP_ORDER = (*SHOWN_GROUPS, Group.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Silence:
    """That a group had no article on a topic: claimed only with proof, otherwise ``reasons`` say why it is not.

    ``since`` is when another group's first article was seen by (None: no group had one); ``until`` the last good look.
    """

    group: Group
    is_claimed: bool
    reasons: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    channels: int
    checks: Figure  # good looks
    checks_due: int
    longest_pause_s: int | None
    other_articles: Figure
    unread_links: int  # listed by the group and not read
    languages_tested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupColumn:
    """One group's articles on one topic, earliest first; ``silence`` is there when it has none."""

    group: Group
    outlets: int  # watched
    outlets_seen: int  # with an article here
    outlets_unseen: int  # with a gap in the window
    count: Figure
    articles: tuple[Article, ...]
    first: First | None = None
    silence: Silence | None = None
    before: int | None = None  # its articles on the days that the mean is of; None: made by an earlier version
    translated: tuple[int, ...] = ()  # of each text that is there in several languages, in how many


@dataclass(frozen=True, slots=True)
class TopicSection:
    """A topic's day. ``columns`` hold the five groups in their fixed order; unknown groups stand apart."""

    slug: str
    title: str
    version: int
    count: Figure
    mean: Mean
    columns: tuple[GroupColumn, ...]
    unknown: tuple[Article, ...] = ()
    first: First | None = None  # of this day's articles
    before: int | None = None  # articles on the days that the mean is of; None: made by an earlier version

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article of the five groups, in the order of the groups."""
        return tuple(article for column in self.columns for article in column.articles)

    @property
    def has_articles(self) -> bool:
        """Whether anybody wrote on it, of whatever group."""
        return bool(self.articles or self.unknown)


class UnseenKind(StrEnum):
    """What kept us from seeing something."""

    GAP = "gap"
    FAILED = "failed"  # not one good look in the window
    LATE = "late"  # looked at, but with a long pause that no gap explains
    NEVER_LOOKED = "never_looked"
    NOT_POLLED = "not_polled"  # switched off in the catalogue, or of a kind that this version can't poll


@dataclass(frozen=True, slots=True)
class Unseen:
    """A channel and the span in which it was not seen. ``ended_at`` None: still open when the digest was made."""

    kind: UnseenKind
    outlet: str
    outlet_name: str
    group: Group
    channel: str
    channel_kind: ChannelKind
    started_at: datetime | None
    ended_at: datetime | None
    cause: str | None
    detail: str | None = None
    is_caught_up: bool | None = None  # whether what stayed listed was seen afterwards; None: not known

    @property
    def is_lost(self) -> bool:
        """Whether something may have been missed: counts are floors then, and silence can't be claimed."""
        return self.kind is not UnseenKind.NOT_POLLED and not self.is_caught_up


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the watch noticed of an outlet that bears on what could be seen. ``ended_at`` None: it was still so."""

    outlet: str
    kind: str
    summary: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Blind:
    """A stretch of time in which so many outlets of a group were not, or not completely, seen."""

    start: datetime
    end: datetime
    outlets: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the window was seen at one group."""

    group: Group
    outlets: int
    channels: int
    checks: Figure  # good looks
    checks_due: int
    gaps: int  # not caught up, or not known to be
    not_polled: int
    spans: tuple[Blind, ...] = ()  # cut to the window
    caught_up: int = 0  # gaps of which what stayed listed was seen afterwards

    @property
    def has_gap(self) -> bool:
        """Whether counts of this group are floors."""
        return self.gaps > 0


@dataclass(frozen=True, slots=True)
class GlanceRow:
    """One group's day in figures. ``days`` are the counts of the days before that have one, oldest first."""

    group: Group
    articles: Figure
    mean: Mean
    days: tuple[int, ...]
    on_topics: Figure
    edits: Figure
    headline_edits: int
    gone: Figure


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind a figure: the first of them as a table, how many there are, and a command.

    The command gives what they were made from; of edits and looks that is more than was counted.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    command: str


@dataclass(frozen=True, slots=True)
class Version:
    """What made the digest, so that it can be made again."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """Later knowledge, added to a digest that is kept as published."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A local day, as published."""

    day: date
    zone: str
    window_start: datetime
    window_end: datetime
    made_at: datetime
    outlets: int  # watched
    channels: int  # polled
    catalogue_hash: str | None
    versions: tuple[Version, ...]
    checks: Figure  # good looks of all groups
    checks_due: int
    coverage: tuple[Coverage, ...]
    unseen: tuple[Unseen, ...]
    glance: tuple[GlanceRow, ...]
    topics: tuple[TopicSection, ...]
    edits: tuple[Edit, ...]
    our_changes: Figure  # text changes that came with an extractor of ours
    removals: tuple[Removal, ...]
    unknown_group: Figure  # articles of outlets whose group nobody stated
    older: Figure  # articles that their outlets date before the day
    unread_links: int  # listed on the day and not read
    unwatched: tuple[str, ...]  # names of outlets in the catalogue of which no channel is polled
    waiting_texts: int  # texts that no topic was asked of yet
    evidence: tuple[Evidence, ...]
    edition: int | None = None
    notes: tuple[Note, ...] = ()
    noticed: tuple[Noticed, ...] = ()  # of later versions; a digest kept before has none
    edited: Figure | None = None  # edits of all groups, unknown ones too; None: kept by an earlier version
    gone: Figure | None = None  # the same of removals
    apart: tuple[CountedApart, ...] = ()  # texts that changed and are no edits to a reader
    rechecks: Rechecks | None = None  # None: nobody counted
    missed: MissedBefore | None = None  # None: kept by an earlier version
    schema_version: int = SCHEMA_VERSION

    @property
    def is_open(self) -> bool:
        """Whether the digest was made before its day was over."""
        return self.made_at < self.window_end

    @property
    def observed_until(self) -> datetime:
        """The end of what this digest can speak of."""
        return max(self.window_start, min(self.made_at, self.window_end))
