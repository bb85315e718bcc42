"""The catalogue in force as the store takes it: what of it is crawled, and why the rest is not."""

from __future__ import annotations

import functools

from analysis.topics import topic_hash
from domain.outlet import Channel
from outlets.catalogue import Catalogue
from outlets.channels import lacking, not_crawled_yet
from outlets.platforms import Platforms, poll_url
from storage.catalogue import CatalogueInForce


def catalogue_in_force(catalogue: Catalogue, platforms: Platforms) -> CatalogueInForce:
    """``catalogue`` as the store takes it."""
    outlets = tuple(catalogue.outlets.values())
    topics = tuple(catalogue.topics.values())
    reasons = {
        (outlet.slug, channel.slug): reason
        for outlet in outlets
        for channel in outlet.channels
        if (reason := not_crawled_yet(channel) or _no_address(channel, platforms)) is not None
    }
    return CatalogueInForce(
        catalogue_hash=catalogue.catalogue_hash,
        outlets=outlets,
        topics=topics,
        topic_hashes={topic.slug: topic_hash(topic) for topic in topics},
        not_crawled=reasons,
        poll_url=functools.partial(poll_url, platforms=platforms),
    )


def _no_address(channel: Channel, platforms: Platforms) -> str | None:
    is_asked = poll_url(channel, None, platforms=platforms) is not None
    return None if is_asked else lacking(channel, platforms) or "its address can't be asked for"
