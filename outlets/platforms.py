"""Where channels on platforms are asked, and which addresses are posts that only their channel is read for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.outlet import Channel, ChannelKind
from domain.urls import bare_host, http_url

# A post's own page says less than its channel does, and in other words: it is never asked for.
POST_HOSTS = frozenset("t.me telegram.me youtube.com m.youtube.com youtu.be".split())


@dataclass(frozen=True, slots=True)
class Platforms:
    """Where the platforms answer. The defaults are their own addresses; a sample world stands elsewhere."""

    telegram_url: str = "https://t.me"


def is_post_address(url: str) -> bool:
    """Whether ``url`` is on a platform whose posts and videos are read in their channels."""
    return bare_host((urlsplit(url).hostname or "").rstrip(".")) in POST_HOSTS


def poll_url(channel: Channel, platforms: Platforms) -> str | None:
    """The address that is asked for what is new in ``channel``; None where it has none that can be asked."""
    if channel.kind is ChannelKind.TELEGRAM:
        return f"{platforms.telegram_url.rstrip('/')}/s/{channel.address}"
    return http_url(channel.address)
