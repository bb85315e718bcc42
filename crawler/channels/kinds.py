"""Which module reads which kind of channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crawler.channels import feed, listing, sitemap, telegram, youtube
from crawler.channels.document import ChannelDocument
from domain.entry import ParsedChannel
from domain.outlet import ChannelKind

READERS: Mapping[ChannelKind, Callable[[ChannelDocument], ParsedChannel]] = {
    ChannelKind.FEED: feed.read,
    ChannelKind.LISTING: listing.read,
    ChannelKind.SITEMAP: sitemap.read,
    ChannelKind.TELEGRAM: telegram.read,
    ChannelKind.YOUTUBE: youtube.read,
}
