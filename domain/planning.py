"""What planning is told of channels and articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel that can be polled. ``last_polled_at`` is None when it never was."""

    channel_id: int
    target_id: int
    last_polled_at: datetime | None


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
