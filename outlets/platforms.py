"""Where channels on platforms are asked, and which addresses are posts that only their channel is read for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from domain.outlet import Channel, ChannelKind
from domain.urls import bare_host, host_key, template_url

# A post's own page says less than its channel does, and in other words: it is never asked for.
POST_HOSTS = frozenset("t.me telegram.me youtube.com m.youtube.com youtu.be".split())
WITHOUT_KEY = "YouTube's Data API answers only with the operator's own: PARALLAX_YOUTUBE_API_KEY"
_CALIFORNIA = ZoneInfo("America/Los_Angeles")
VIDEOS_A_CALL = 50  # the most that the Data API lists or tells of at once
CALLS_A_POLL = 2  # what is new, and the details of it: a unit of the quota each


@dataclass(frozen=True, slots=True)
class Platforms:
    """Where the platforms answer, and what we may ask. The defaults are their own addresses.

    ``youtube_by_feed``: its Atom feed is asked instead of its Data API, as far as the robots.txt we fetched allows it.
    ``has_youtube_key``: the operator set a key; ``youtube_daily_quota`` is in units a day of California.
    """

    telegram_url: str = "https://t.me"
    youtube_api_url: str = "https://www.googleapis.com/youtube/v3"
    youtube_feed_url: str = "https://www.youtube.com/feeds/videos.xml"
    youtube_by_feed: bool = False
    has_youtube_key: bool = False
    youtube_daily_quota: int = 10_000

    @property
    def youtube_api_host(self) -> str:
        """The host whose requests count against the quota."""
        return host_key(self.youtube_api_url)

    def is_api(self, url: str) -> bool:
        """Whether ``url`` is the Data API's, so that it is asked with the operator's key."""
        return url.startswith(f"{self.youtube_api_url}/")


def quota_day_start(now: datetime) -> datetime:
    """When the day began by which YouTube counts: midnight in California, aware UTC."""
    midnight = now.astimezone(_CALIFORNIA).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC)


def least_interval_s(channels: int, platforms: Platforms) -> float:
    """Seconds between two polls of each of ``channels`` on YouTube, so that the day's quota suffices for all.

    A tenth is left for first looks, older pages and what polls come sooner by chance, another for videos that are
    looked at again.
    """
    return 86_400 * CALLS_A_POLL * channels / (0.8 * platforms.youtube_daily_quota)


def recheck_delay_s(share: float, platforms: Platforms) -> float:
    """Seconds between two calls of which a ``share`` may go to videos that are looked at again, by the day's quota.

    They get a tenth of it: half of what polls leave to all else.
    """
    return share * 86_400 / (0.1 * platforms.youtube_daily_quota)


def is_post_address(url: str) -> bool:
    """Whether ``url`` is on a platform whose posts and videos are read in their channels."""
    return bare_host((urlsplit(url).hostname or "").rstrip(".")) in POST_HOSTS


def telegram_post_url(handle: str, number: int | str) -> str:
    """The address of a post of a Telegram channel: its identity."""
    return f"https://t.me/{handle}/{number}"


def video_url(video_id: str) -> str:
    """The address of a video on YouTube: its identity."""
    return f"https://www.youtube.com/watch?v={video_id}"


def needs_key(channel: Channel, platforms: Platforms) -> bool:
    """Whether nothing can be asked of the channel until the operator sets a key."""
    return channel.kind is ChannelKind.YOUTUBE and not (platforms.youtube_by_feed or platforms.has_youtube_key)


def poll_url(channel: Channel, platform_id: str | None, *, platforms: Platforms) -> str | None:
    """The address that is asked for what is new in ``channel``; None where it has none that can be asked.

    ``platform_id`` is the id of a channel on YouTube that the catalogue knows by a name, once it was learned.
    """
    if channel.kind is ChannelKind.TELEGRAM:
        return f"{platforms.telegram_url}/s/{channel.address}"
    if channel.kind is not ChannelKind.YOUTUBE:
        return template_url(channel.address)
    if platforms.youtube_by_feed:
        return _youtube_feed(channel.address, platform_id, platforms)
    return _youtube_api(channel.address, platform_id, platforms)


def _youtube_feed(address: str, platform_id: str | None, platforms: Platforms) -> str | None:
    name = platform_id or address
    if name.startswith("@"):
        return None
    kind, _, value = name.rpartition("/")
    by_prefix = {"UC": "channel_id", "UU": "playlist_id", "PL": "playlist_id"}
    key = "user" if kind == "user" else by_prefix.get(name[:2], "channel_id")
    return f"{platforms.youtube_feed_url}?{urlencode({key: value})}"


def _youtube_api(address: str, platform_id: str | None, platforms: Platforms) -> str:
    """The list of uploads; of a name first the channel itself, for its id."""
    name = platform_id or address
    if name.startswith("@"):
        return _call(platforms, "channels", part="id", maxResults="1", forHandle=name)
    if name.startswith("user/"):
        return _call(platforms, "channels", part="id", maxResults="1", forUsername=name.removeprefix("user/"))
    playlist = f"UU{name[2:]}" if name.startswith("UC") else name
    return _call(
        platforms,
        "playlistItems",
        part="snippet,contentDetails,status",
        maxResults=str(VIDEOS_A_CALL),
        playlistId=playlist,
    )


def _call(platforms: Platforms, method: str, **parameters: str) -> str:
    return f"{platforms.youtube_api_url}/{method}?{urlencode(parameters, safe=',@')}"


def before_url(list_url: str, number: int) -> str:
    """The page of a Telegram channel, shown at ``list_url``, with the posts before that number."""
    return f"{list_url.partition('?')[0]}?before={number}"


def details_url(list_url: str, video_ids: list[str]) -> str:
    """The call that tells duration and views of up to 50 videos, beside the call ``list_url`` that listed them."""
    api = list_url.partition("?")[0].rpartition("/")[0]
    ids = ",".join(video_ids[:VIDEOS_A_CALL])
    return f"{api}/videos?{urlencode({'part': 'contentDetails,statistics', 'maxResults': '50', 'id': ids}, safe=',')}"
