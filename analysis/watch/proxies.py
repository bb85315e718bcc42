"""Proxies that let nothing through: ours, so no outlet is called silent or failing for them."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.watch.thresholds import Thresholds
from analysis.watch.words import count_words
from domain.alerts import AlertKind, Finding, Severity
from domain.fetch import FetchOutcome
from domain.watching import ChannelFacts, OutletFacts, WatchFacts

_DETAIL = (
    "Nothing of these outlets is asked meanwhile, least of all directly; the gap stands in the digest as ours. See "
    "that the proxy runs and takes our name, or whether what lies behind it answers."
)


def proxy_troubles(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """A finding for each proxy through which the last polls of a channel brought nothing, whichever outlet's it is."""
    cut_off: dict[str, list[tuple[OutletFacts, ChannelFacts]]] = {}
    for outlet in facts.outlets:
        for channel in outlet.channels:
            if channel.last_outcome == FetchOutcome.PROXY_ERROR and channel.failures >= limits.proxy_in_a_row:
                cut_off.setdefault(channel.proxy or "(unnamed)", []).append((outlet, channel))
    return tuple(_finding(proxy, affected) for proxy, affected in sorted(cut_off.items()))


def _finding(proxy: str, affected: Sequence[tuple[OutletFacts, ChannelFacts]]) -> Finding:
    outlets = {outlet.slug for outlet, _ in affected}
    seen = "is" if len(outlets) == 1 else "are"
    return Finding(
        AlertKind.PROXY,
        proxy,
        Severity.NOW,
        f"Nothing comes through the proxy {proxy}: {count_words(len(outlets), 'outlet')} {seen} not seen",
        since_at=min((c.gap_since for _, c in affected if c.gap_since is not None), default=None),
        detail=_DETAIL,
        figures={channel.subject: channel.last_error or "no answer" for _, channel in affected},
    )
