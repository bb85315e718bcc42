"""Failing channels and pages, and block pages: what keeps us from seeing an outlet. One finding an outlet and cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from analysis.watch.pages import Judged, Sign, judged_signs, still_odd
from analysis.watch.thresholds import Thresholds
from analysis.watch.words import count_words, outcome_words, share_words
from domain.alerts import AlertKind, Finding, Severity
from domain.fetch import FetchOutcome, PageReading
from domain.watching import ChannelFacts, OutletFacts, WatchFacts

NETWORK = "network"
_BLOCKS = frozenset({PageReading.CHALLENGE, PageReading.LOGIN, PageReading.CONSENT, FetchOutcome.REFUSED})
_OURS = frozenset({FetchOutcome.DNS_ERROR, FetchOutcome.CONNECT_ERROR, FetchOutcome.TIMEOUT})
_LONGEST_USUAL_GAP = timedelta(hours=16)
_BLOCK_DETAIL = (
    "Blocks are recorded, never evaded: write to the outlet, or read a channel that it leaves open. Silence of its "
    "group is withheld meanwhile."
)
_FAILING_DETAIL = "What was published and gone meanwhile is not known; the gap stands in the digest."


def failures(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """Findings of the kinds blocked, robots_forbids and failing.

    A channel fails when it failed so often in a row and longer than it ever did in the last month. Where almost no
    outlet can be reached, the fault is ours: one finding instead of one each.
    """
    found = [one for outlet in facts.outlets for one in _of_outlet(facts, outlet, limits)]
    found += [one for one in facts.of_pages if one.kind in _SIGNS]
    unreachable = {o.slug for o in facts.outlets if _is_unreachable(o, limits)}
    polled = sum(bool(outlet.channels) for outlet in facts.outlets)
    if polled < limits.crowd_outlets_min or len(unreachable) < 0.8 * polled:
        return tuple(found)
    rest = [one for one in found if one.outlet not in unreachable or one.kind is not AlertKind.FAILING]
    return (_network_down(facts, unreachable), *rest)


def _is_unreachable(outlet: OutletFacts, limits: Thresholds) -> bool:
    return bool(outlet.channels) and all(
        c.failures >= limits.failures_in_a_row and c.last_outcome in _OURS for c in outlet.channels
    )


def _network_down(facts: WatchFacts, unreachable: set[str]) -> Finding:
    gaps = [c.gap_since for o in facts.outlets if o.slug in unreachable for c in o.channels if c.gap_since]
    return Finding(
        AlertKind.FAILING,
        NETWORK,
        Severity.NOW,
        f"{len(unreachable)} outlets can't be reached at all: our own connection, most likely",
        since_at=max(gaps, default=None),
        detail="Nothing is seen meanwhile. Look at this machine's network and name server.",
        figures={"outlets": str(len(unreachable))},
    )


def failing_pages(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """Of these findings those that rest on the outlets' pages alone."""
    return tuple(one for outlet in facts.outlets for one in _of_its_pages(facts, outlet, limits))


def _of_outlet(facts: WatchFacts, outlet: OutletFacts, limits: Thresholds) -> list[Finding]:
    blocked = [c for c in outlet.channels if _is_blocked(c, limits)]
    forbidden = [c for c in outlet.channels if _is_forbidden(c)]
    failing = [c for c in outlet.channels if _is_failing(c, facts.now, limits)]
    found = []
    if blocked:
        found.append(_of_channels(AlertKind.BLOCKED, outlet, blocked, _blocked_words(blocked), _BLOCK_DETAIL))
    if forbidden:
        said = "robots.txt now forbids what was polled"
        detail = "It is obeyed: nothing is fetched there. If it is meant for everybody, ask the outlet."
        found.append(_of_channels(AlertKind.ROBOTS_FORBIDS, outlet, forbidden, said, detail))
    if failing:
        found.append(_of_channels(AlertKind.FAILING, outlet, failing, _failing_words(failing), _FAILING_DETAIL))
    return found + _of_its_pages(facts, outlet, limits)


def _of_its_pages(facts: WatchFacts, outlet: OutletFacts, limits: Thresholds) -> list[Finding]:
    """What its pages tell where its channels do not tell it already."""
    found = []
    if not any(_is_blocked(c, limits) for c in outlet.channels):
        pages = _odd_pages(facts, outlet, AlertKind.BLOCKED, limits)
        found += [_of_pages(AlertKind.BLOCKED, outlet, pages, "came as a block page", _BLOCK_DETAIL)] if pages else []
    if not any(_is_failing(c, facts.now, limits) for c in outlet.channels):
        pages = _odd_pages(facts, outlet, AlertKind.FAILING, limits)
        found += [_of_pages(AlertKind.FAILING, outlet, pages, "could not be fetched", _FAILING_DETAIL)] if pages else []
    return found


def _is_blocked(channel: ChannelFacts, limits: Thresholds) -> bool:
    return channel.failures >= limits.blocked_in_a_row and channel.last_outcome in _BLOCKS


def _is_forbidden(channel: ChannelFacts) -> bool:
    return channel.failures > 0 and channel.last_outcome == FetchOutcome.ROBOTS_DISALLOWED


def _is_failing(channel: ChannelFacts, now: datetime, limits: Thresholds) -> bool:
    told_elsewhere = channel.last_outcome in {*_BLOCKS, FetchOutcome.PROXY_ERROR} or _is_forbidden(channel)
    if channel.last_outcome == FetchOutcome.NEEDS_KEY:  # the operator's choice; the status says it
        return False
    if told_elsewhere or channel.failures < limits.failures_in_a_row or channel.gap_since is None:
        return False
    longest = max((end - start for start, end in channel.gaps), default=timedelta(0))
    least = max(limits.failing_for, min(longest * limits.failing_ratio, _LONGEST_USUAL_GAP * limits.failing_ratio))
    return now - channel.gap_since > least


def _blocked_words(blocked: Sequence[ChannelFacts]) -> str:
    if all(c.last_outcome == FetchOutcome.REFUSED for c in blocked):
        return "refuses our user agent"
    return f"answers with a {outcome_words(blocked[0].last_outcome)} page"


def _failing_words(failing: Sequence[ChannelFacts]) -> str:
    worst = max(failing, key=lambda c: c.failures)
    return f"{count_words(worst.failures, 'poll')} failed in a row ({outcome_words(worst.last_outcome)})"


def _of_channels(
    kind: AlertKind, outlet: OutletFacts, affected: Sequence[ChannelFacts], said: str, detail: str
) -> Finding:
    since = [c.gap_since for c in affected if c.gap_since is not None]
    whole = len(affected) == len(outlet.channels)
    named = affected[0].slug if len(affected) == 1 else f"{len(affected)} of {len(outlet.channels)} channels"
    figures = {c.slug: f"{outcome_words(c.last_outcome)}, {c.failures} in a row" for c in affected}
    return Finding(
        kind,
        outlet.slug,
        Severity.NOW if whole else Severity.TODAY,
        f"{outlet.name}: {said} ({named})",
        outlet=outlet.slug,
        channel_id=affected[0].channel_id if len(affected) == 1 else None,
        since_at=min(since, default=None),
        detail=detail,
        figures=figures,
    )


_SIGNS = {AlertKind.BLOCKED: Sign.BLOCKED, AlertKind.FAILING: Sign.FAILED}


def _odd_pages(facts: WatchFacts, outlet: OutletFacts, kind: AlertKind, limits: Thresholds) -> Judged | None:
    """The pages of an outlet that are blocked or fail, against its own history; while it lasts, its latest pages."""
    sign = _SIGNS[kind]
    alert = facts.open_alerts.get((kind, outlet.slug))
    judged = judged_signs(outlet.pages, (sign,), expected_chars=None, now=facts.now, limits=limits)
    if judged and judged[0].is_enough:
        return judged[0]
    if alert is None or "pages" not in alert.figures or facts.now - alert.opened_at > limits.page_usual_anew:
        return None
    still = still_odd(sign, outlet.pages, below=None, limits=limits)
    since = alert.since_at or alert.opened_at
    return Judged(sign, still[0], still[1], limits.page_usual_floor, 0.0, since) if still else None


def _of_pages(kind: AlertKind, outlet: OutletFacts, judged: Judged, said: str, detail: str) -> Finding:
    return Finding(
        kind,
        outlet.slug,
        Severity.TODAY,
        f"{outlet.name}: {judged.odd} of its last {judged.pages} pages {said}, usually {share_words(judged.usual)}",
        outlet=outlet.slug,
        since_at=judged.since_at,
        detail=detail,
        figures={"pages": f"{judged.odd} of {judged.pages}"},
    )
