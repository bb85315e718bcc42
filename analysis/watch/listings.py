"""Listings whose entries all lost what they used to have: dates, titles or texts."""

from __future__ import annotations

from analysis.watch.thresholds import Thresholds
from domain.alerts import AlertKind, Finding, Severity
from domain.watching import ChannelFacts, Listing, OutletFacts, WatchFacts

_DETAIL = (
    "The software behind it changed, most likely. Entries are still found; what they lack is read from the pages, "
    "where those may be fetched."
)


def bare_listings(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """A finding for each channel whose present entries lack what nearly all before them had.

    No test of chance is needed: the share goes from a tenth at most to nine tenths at least.
    """
    found = (_of_channel(facts, o, channel, limits) for o in facts.outlets for channel in o.channels)
    return tuple(one for one in found if one is not None)


def _of_channel(facts: WatchFacts, outlet: OutletFacts, channel: ChannelFacts, limits: Thresholds) -> Finding | None:
    listing = channel.listing
    if listing is None or listing.now < limits.listing_min:
        return None
    alert = facts.open_alerts.get((AlertKind.BARE_LISTING, channel.subject))
    lost = _lost(listing, limits) if alert is None else _still_lacking(listing, alert.figures.get("lost", ""), limits)
    if not lost:
        return None
    return Finding(
        AlertKind.BARE_LISTING,
        channel.subject,
        Severity.TODAY,
        f"{outlet.name} ({channel.slug}): the {listing.now} entries it lists have no {' and no '.join(lost)} any more",
        outlet=outlet.slug,
        channel_id=channel.channel_id,
        since_at=alert.since_at if alert else channel.last_ok_at,
        detail=_DETAIL,
        figures={"lost": " ".join(lost), "entries": str(listing.now)},
    )


def _lost(listing: Listing, limits: Thresholds) -> list[str]:
    if listing.before < limits.listing_history_min:
        return []
    return [
        name
        for name, now, before in _counts(listing)
        if now >= limits.listing_lost_share * listing.now and before <= limits.listing_usual_share * listing.before
    ]


def _still_lacking(listing: Listing, lost: str, limits: Thresholds) -> list[str]:
    """Of what was lost when the episode began, what is still lacking: the entries before may have lost it too."""
    return [
        name
        for name, now, _ in _counts(listing)
        if name in lost.split() and now >= limits.listing_lost_share * listing.now
    ]


def _counts(listing: Listing) -> tuple[tuple[str, int, int], ...]:
    return (
        ("date", listing.undated_now, listing.undated_before),
        ("text", listing.textless_now, listing.textless_before),
        ("title", listing.untitled_now, listing.untitled_before),
    )
