"""What a channel's reader is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.outlet import Channel


@dataclass(frozen=True, slots=True)
class ChannelDocument:
    """One poll's document.

    ``body`` has its content encoding undone; ``zone`` is the outlet's, for times without one.
    """

    body: bytes
    url: str
    content_type: str | None
    channel: Channel
    article_url: str | None
    zone: ZoneInfo
    now: datetime
    hosts: frozenset[str] = frozenset()  # the outlet's own, bare
    is_part: bool = False  # a further document of the poll, not its first
