"""What planning is told of channels and articles, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.outlet import ChannelKind


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel that can be polled, and what its last poll told.

    ``last_polled_at`` and ``last_ok_at`` are None when there was none. ``outcome`` is how the last poll ended: a
    ``FetchOutcome`` or, once its body was read, a ``PageReading``. ``listed`` and ``known`` are of the last listing
    that was read, ``since_listing_s`` the seconds between it and the good look before. ``setback`` is the weight of
    the failures in a row before and with the last poll. ``wants_s``: for how long its answer called itself fresh.
    ``lengths``: how many entries its last listings had, the last one first.
    """

    channel_id: int
    target_id: int
    last_polled_at: datetime | None
    host: str = ""
    last_ok_at: datetime | None = None
    outcome: str | None = None
    polls: int = 0
    interval_s: int | None = None
    setback: float = 0.0
    listed: int | None = None
    known: int | None = None
    since_listing_s: float | None = None
    depth_s: int | None = None
    wants_s: int | None = None
    next_poll_at: datetime | None = None
    lengths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPoll:
    """When a channel is polled next, the interval that led there, and the weight of its failures in a row."""

    channel_id: int
    next_poll_at: datetime
    interval_s: int
    setback: float


class Since(StrEnum):
    """What the time is counted from after which an article is looked at again."""

    PUBLICATION = "publication"
    CHANGE = "change"  # its latest revision but the first was seen
    SUSPECTED = "suspected"  # its page was missed, not yet for long enough
    REMOVED = "removed"  # its removal was confirmed


@dataclass(frozen=True, slots=True)
class ArticleState:
    """An article that may be looked at again, at one of its addresses.

    ``target_id`` is None when its page was never on the frontier. ``published_at`` is None unless it is known more
    finely than to the day. ``changed_at``: its latest revision, None where it has but one. ``missing`` is SUSPECTED,
    REMOVED or None, ``state_at`` the time since when it is live or missing. ``is_watched``: what it tells of is of
    interest, whatever the outlet does with it. ``delay_s``: between two requests at ``host``, None where that is new.
    """

    article_id: int
    outlet: str
    url: str
    url_key: str
    target_id: int | None
    first_seen_at: datetime
    last_looked_at: datetime
    published_at: datetime | None = None
    changed_at: datetime | None = None
    missing: Since | None = None
    state_at: datetime | None = None
    is_watched: bool = False
    host: str = ""
    delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class RecheckSpan:
    """Articles for which ``since`` began after ``after`` and not after ``until``, and that had no look ``age`` later.

    ``closer``: those watched closely are wanted too that had no look so much later; None: they are wanted like others.
    """

    since: Since
    after: datetime
    until: datetime
    age: timedelta
    closer: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PostState:
    """A post or video that may be looked at again, in its channel; ``article.host`` is where that is asked."""

    article: ArticleState
    channel_id: int


@dataclass(frozen=True, slots=True)
class PostChannel:
    """A channel on a platform in which posts may be looked at again; ``poll_target_id`` and ``poll_url`` poll it."""

    channel_id: int
    outlet: str
    slug: str
    kind: ChannelKind
    poll_target_id: int
    poll_url: str


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post that a channel listed. ``is_shown``: it was not missed since it was seen last."""

    url_key: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The last look at an address that was asked for posts again. ``is_read``: it showed posts."""

    at: datetime
    is_read: bool
