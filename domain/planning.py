"""What planning is told of channels and articles, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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


@dataclass(frozen=True, slots=True)
class ArticleState:
    """An article that may be looked at again. ``target_id`` is None when its page was never on the frontier."""

    article_id: int
    outlet: str
    url: str
    url_key: str
    target_id: int | None
    first_seen_at: datetime
    last_looked_at: datetime
