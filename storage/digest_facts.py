"""What the digest is told by the store: one frozen dataclass a kind of fact.

Pure: no SQL here, so that the voice can be built and tested over hand-made facts. Every time is aware UTC; None means
that the store does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.outlet import ChannelKind, Group
from domain.times import StatedTime
from domain.topic import Span
from storage.ledger_facts import LedgerEdit

ROLLOVER = "rollover"  # causes of gaps that no look gives
NOT_RUNNING = "not_running"


@dataclass(frozen=True, slots=True)
class OutletFact:
    """An outlet and the group it belonged to on the digest's day."""

    slug: str
    name: str
    group: Group
    languages: tuple[str, ...] = ()
    is_enabled: bool = True  # False: no longer wanted or named by the catalogue; its articles keep their group


@dataclass(frozen=True, slots=True)
class ChannelFact:
    """A channel of a watched outlet and what its looks in the window came to.

    ``looks_good`` of ``looks_done`` gave the channel as it was (nothing new is good). ``longest_pause_s`` is the
    longest stretch of the window without a good look, its edges included; None without any good look.
    """

    outlet: str
    channel: str
    kind: ChannelKind
    is_enabled: bool = True
    looks_done: int = 0
    looks_good: int = 0
    last_good_at: datetime | None = None
    longest_pause_s: int | None = None
    blind_s: int = 0  # the longest stretch without a good look that was not caught up
    blind_started_at: datetime | None = None
    blind_ended_at: datetime | None = None  # None: it lasted to the end of the window
    last_outcome: str | None = None  # of the last look that was not good
    note: str | None = None


@dataclass(frozen=True, slots=True)
class GapFact:
    """A span in which a channel was not, or not completely, seen. ``ended_at`` None: still open."""

    outlet: str
    channel: str
    started_at: datetime
    ended_at: datetime | None
    cause: str  # a FetchOutcome, a PageReading or a gap's own cause
    detail: str | None = None
    is_caught_up: bool | None = None  # whether the look that ended it listed entries from before it; None: not known


@dataclass(frozen=True, slots=True)
class AlertFact:
    """Something that the watch noticed and that bears on what could be seen. ``ended_at`` None: still so."""

    outlet: str
    kind: str
    summary: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """An article first seen in the window. ``absent_at`` is the last good look of its channel without it."""

    article_id: int
    outlet: str
    url: str
    seen_at: datetime
    absent_at: datetime | None = None
    title: str | None = None
    language: str | None = None
    stated: StatedTime | None = None
    revision: int | None = None  # number of the latest revision; None: listed, its text not read
    text_sha256: str | None = None
    text_of: int | None = None  # of articles that are translations of each other the lowest number; None: none known


@dataclass(frozen=True, slots=True)
class TopicFact:
    """A topic in its current version and the languages it has terms for (``any`` stands for every language)."""

    slug: str
    title: str
    version: int
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MentionFact:
    """A topic found in an article: a stretch of its text or title around the first match, and the spans inside it."""

    topic: str
    article_id: int
    excerpt: str
    spans: tuple[Span, ...]
    is_title: bool = False
    cut_before: bool = False  # the excerpt does not start where the text starts
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class EditFact:
    """A revision first seen in the window that follows another of the same article.

    ``last_old_at`` is the last look that still gave the old text, ``first_new_at`` the first with the new one.
    ``is_ours`` says that the two were read by different extractors, so that the change may be our own.
    ``is_confirmed``: a later look showed the new text too. ``ledger``: what it was judged to be; None: not yet.
    """

    article_id: int
    outlet: str
    url: str
    last_old_at: datetime
    first_new_at: datetime
    old_revision: int
    new_revision: int
    old_title: str | None
    new_title: str | None
    old_text: str | None
    new_text: str | None
    new_sha256: str | None = None
    language: str | None = None
    is_ours: bool = False
    old_authors: tuple[str, ...] = ()
    new_authors: tuple[str, ...] = ()
    is_confirmed: bool = True
    ledger: LedgerEdit | None = None


@dataclass(frozen=True, slots=True)
class RemovalFact:
    """An article that was no longer served, came back, or was dropped from its list while its page lives.

    ``state``: suspected, removed, back, withdrawn, or passed (missed, and served again before that was worth a step);
    ``how``: what the last absent look showed. ``looks_gone``: absent looks in a row up to that one. ``back_at``: when
    it was served again, also of what was suspected or removed at the end of the window that is told.
    """

    article_id: int
    outlet: str
    url: str
    status: int
    first_gone_at: datetime
    last_gone_at: datetime
    looks_gone: int
    last_served_at: datetime | None = None
    title: str | None = None
    language: str | None = None
    revision: int | None = None  # the last text kept
    text_sha256: str | None = None
    state: str = "suspected"
    how: str | None = None
    first_missed_at: datetime | None = None
    confirmed_at: datetime | None = None  # None: suspected only
    back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnreadFact:
    """Links of an outlet that were listed in the window and not read: whether they are articles is not known."""

    outlet: str
    links: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """Articles of an outlet first seen on one of the days asked for; ``day`` is the index into them.

    ``topic`` None counts every article; otherwise those on that topic.
    """

    day: int
    outlet: str
    articles: int
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class DayLooks:
    """Good looks at an outlet's channels on one of the days asked for; ``day`` is the index into them."""

    day: int
    outlet: str
    looks_good: int
