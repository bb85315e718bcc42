"""Which channels the crawler can read today, and why it can't read the others."""

from __future__ import annotations

from domain.outlet import Channel, ChannelKind, Outlet
from outlets.platforms import WITHOUT_KEY, Platforms, needs_key, poll_url
from outlets.templates import unfillable


def not_crawled_yet(channel: Channel) -> str | None:
    """Why nothing is asked of this channel, as a short clause; None when the crawler can read it.

    Says nothing about whether the channel is enabled, nor whether its platform wants a key (``lacking``).
    """
    if places := unfillable(channel.address):
        return f"its address has a place for a {places[0]}, and none is known"
    return None


def crawlable_channels(outlet: Outlet) -> tuple[Channel, ...]:
    """The enabled channels of an enabled outlet that the crawler polls, in the order of its file.

    A channel that is filled by hand is none of them.
    """
    if not outlet.enabled:
        return ()
    return tuple(
        c for c in outlet.channels if c.enabled and c.kind is not ChannelKind.MANUAL and not_crawled_yet(c) is None
    )


def lacking(channel: Channel, platforms: Platforms) -> str | None:
    """What the settings lack for a channel that the crawler can read, as a short clause; None when nothing.

    Such a channel is polled all the same: each poll ends without a request, so that its gap is told like any other.
    """
    if needs_key(channel, platforms):
        return f"needs a key. {WITHOUT_KEY}"
    if channel.kind is ChannelKind.YOUTUBE and poll_url(channel, None, platforms=platforms) is None:
        return "its feed is asked for by an id, and the catalogue has a handle"
    return None
