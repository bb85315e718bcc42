"""Which channels the crawler can read today, and why it can't read the others."""

from __future__ import annotations

from domain.outlet import Channel, ChannelKind, Outlet

_REASONS = {
    ChannelKind.SITEMAP: "sitemaps are not read yet",
    ChannelKind.YOUTUBE: "YouTube's robots.txt closes its feeds to crawlers; the Data API needs the operator's own key",
    ChannelKind.MANUAL: "its addresses are added by hand",
}


def not_crawled_yet(channel: Channel) -> str | None:
    """Why nothing is asked of this channel, as a short clause; None when the crawler can read it.

    Says nothing about whether the channel is enabled.
    """
    if channel.kind is ChannelKind.LISTING and "{" in channel.address:
        return "its address has to be filled in for each page or day, which is not done yet"
    return _REASONS.get(channel.kind)


def crawlable_channels(outlet: Outlet) -> tuple[Channel, ...]:
    """The enabled channels of an enabled outlet that the crawler can read, in the order of its file."""
    if not outlet.enabled:
        return ()
    return tuple(c for c in outlet.channels if c.enabled and not_crawled_yet(c) is None)
