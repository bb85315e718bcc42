"""What in a sound catalogue an operator should still look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.outlet import Outlet
from outlets.channels import crawlable_channels


def warnings_of(outlets: Iterable[Outlet]) -> Iterator[str]:
    """Lines for the operator, outlet by outlet."""
    for outlet in outlets:
        yield from (f"{outlet.slug}: {line}" for line in _warnings(outlet))


def _warnings(outlet: Outlet) -> Iterator[str]:
    if outlet.enabled and not crawlable_channels(outlet):
        yield "no channel that can be crawled, so nothing of it will be seen"
    if not outlet.groups:
        yield "no group is given, so it is shown as unknown and kept out of group figures"
    if outlet.politeness.delay_s < 1:
        yield "less than a second between requests to one host is meant for hosts of your own"
    for channel in outlet.channels:
        for dead in outlet.dead_addresses:
            if _is_within(channel.address, dead.address):
                yield f"channel {channel.slug} uses a dead address ({dead.problem})"
        if channel.language and channel.language not in outlet.languages:
            yield f"channel {channel.slug} is in {channel.language}, which is not among the outlet's languages"
        if "news.google.com/rss" in channel.address:
            yield f"channel {channel.slug} is a search engine's feed, licensed for personal reading only"


def _is_within(address: str, dead: str) -> bool:
    return address.startswith(dead[:-1]) if dead.endswith("*") else address == dead
