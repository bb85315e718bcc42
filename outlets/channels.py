"""Which channels the crawler can read today, and why it can't read the others."""

from __future__ import annotations

from domain.outlet import Channel, ChannelKind, Outlet
from outlets.templates import unfillable

_REASONS = {
    ChannelKind.YOUTUBE: "YouTube's robots.txt closes its feeds to crawlers; the Data API needs the operator's own key",
    ChannelKind.TELEGRAM: "Telegram's preview pages are not read yet",
}


def not_crawled_yet(channel: Channel) -> str | None:
    """Why nothing is asked of this channel, as a short clause; None when the crawler can read it.

    Says nothing about whether the channel is enabled.
    """
    if places := unfillable(channel.address):
        return f"its address has a place for a {places[0]}, and none is known"
    return _REASONS.get(channel.kind)


def crawlable_channels(outlet: Outlet) -> tuple[Channel, ...]:
    """The enabled channels of an enabled outlet that the crawler polls, in the order of its file.

    A channel that is filled by hand is none of them.
    """
    if not outlet.enabled:
        return ()
    return tuple(
        c for c in outlet.channels if c.enabled and c.kind is not ChannelKind.MANUAL and not_crawled_yet(c) is None
    )
