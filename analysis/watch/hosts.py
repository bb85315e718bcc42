"""Hosts: robots.txt and certificates that changed or end."""

from __future__ import annotations

from datetime import datetime, timedelta

from analysis.watch.thresholds import Thresholds
from analysis.watch.words import length_words
from domain.alerts import AlertKind, Finding, Severity
from domain.watching import HostFacts, WatchFacts

_WHERE_IT_FORBIDS = "What it now forbids is told apart; nothing more is to be done where the channels are still polled."


def host_changes(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """Findings of the kinds robots_changed, certificate_changed and certificate_ends.

    A renewed certificate is what every host shows every few weeks, so a change is a note and no more.
    """
    found = []
    for host in facts.hosts:
        found += [_robots(host, facts.now, limits), _changed(host, facts.now, limits), _ends(host, facts.now, limits)]
    return tuple(one for one in found if one is not None)


def _robots(host: HostFacts, now: datetime, limits: Thresholds) -> Finding | None:
    if not _is_fresh(host.robots_changed_at, now, limits) or host.robots_outcome == "unreachable":
        return None
    return Finding(
        AlertKind.ROBOTS_CHANGED,
        host.host,
        Severity.NOTE,
        f"{host.host}: robots.txt reads otherwise than before",
        outlet=_only(host),
        since_at=host.robots_changed_at,
        detail=_WHERE_IT_FORBIDS,
        figures={"robots.txt": host.robots_outcome or "not read"},
    )


def _changed(host: HostFacts, now: datetime, limits: Thresholds) -> Finding | None:
    if not _is_fresh(host.certificate_changed_at, now, limits):
        return None
    return Finding(
        AlertKind.CERTIFICATE_CHANGED,
        host.host,
        Severity.NOTE,
        f"{host.host} shows another certificate than before",
        outlet=_only(host),
        since_at=host.certificate_changed_at,
        detail="It is of an authority that is trusted, else nothing were fetched. Usual at a renewal or a move.",
        figures={"valid until": _day(host.certificate_expires_at)},
    )


def _ends(host: HostFacts, now: datetime, limits: Thresholds) -> Finding | None:
    ends = host.certificate_expires_at
    if ends is None or ends - now > timedelta(days=limits.certificate_days):
        return None
    is_over = ends <= now
    said = f"ended on {_day(ends)}" if is_over else f"ends in {length_words(ends - now)}, on {_day(ends)}"
    return Finding(
        AlertKind.CERTIFICATE_ENDS,
        host.host,
        Severity.TODAY if is_over else Severity.NOTE,
        f"{host.host}: its certificate {said}",
        outlet=_only(host),
        since_at=ends if is_over else None,
        detail="Once it is over nothing of this host is fetched: it is not bypassed. Tell the outlet.",
        figures={"valid until": _day(ends)},
    )


def _is_fresh(at: datetime | None, now: datetime, limits: Thresholds) -> bool:
    return at is not None and now - at < limits.change_shown


def _only(host: HostFacts) -> str | None:
    return host.outlets[0] if len(host.outlets) == 1 else None


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "not known"
