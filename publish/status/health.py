"""How well an outlet is seen, and why not better. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

from publish.digest.words import plural
from publish.status.model import Health, OutletLine
from publish.status.words import age_words, moment_words, pace_words, told_cause
from storage.status_alerts import AlertFact
from storage.status_facts import ChannelHealth, OutletHealth

LATE_AFTER = timedelta(hours=3)
QUIET_FROM = 3.0  # so many articles are usual by now and none came: quiet
QUIET_DAYS = 3  # a mean of fewer days says little
_SILENT = "silent"


def health_of(outlet: OutletHealth, alerts: Iterable[AlertFact] = (), *, now: datetime) -> Health:
    """One word for the outlet; what is worse is asked first."""
    polled = polled_channels(outlet)
    if not outlet.is_enabled:
        return Health.PAUSED
    if not polled:
        return Health.NOT_CRAWLED
    blind = sum(channel.gap_since is not None for channel in polled)
    claims = (
        (Health.NOT_SEEN, blind == len(polled)),
        (Health.PARTLY_SEEN, blind > 0 or outlet.refusing_since is not None),
        (Health.NEVER_LOOKED, all(channel.last_polled_at is None for channel in polled)),
        (Health.LATE, any(is_late(channel, now=now) for channel in polled)),
        (Health.QUIET, is_quiet(outlet, alerts)),
    )
    return next((health for health, is_so in claims if is_so), Health.SEEN_WELL)


def polled_channels(outlet: OutletHealth) -> tuple[ChannelHealth, ...]:
    """Its channels that are polled."""
    return tuple(channel for channel in outlet.channels if channel.is_polled)


def is_late(channel: ChannelHealth, *, now: datetime) -> bool:
    """No good look for more than three hours, or for more than two of its intervals where these are longer."""
    if channel.last_ok_at is None:
        return True
    return now - channel.last_ok_at > max(LATE_AFTER, 2 * timedelta(seconds=channel.interval_s or 0))


def is_quiet(outlet: OutletHealth, alerts: Iterable[AlertFact]) -> bool:
    """The watch calls it silent, or nothing came today where some three articles are usual by now."""
    is_silent = any(alert.outlet == outlet.slug and alert.kind == _SILENT for alert in alerts)
    usual = mean(outlet.usual) if len(outlet.usual) >= QUIET_DAYS else 0.0
    return is_silent or (outlet.articles_today == 0 and usual >= QUIET_FROM)


def outlet_line(
    outlet: OutletHealth,
    alerts: tuple[AlertFact, ...],
    *,
    now: datetime,
    zone: ZoneInfo,
    told: Collection[str] = (),
) -> OutletLine:
    """The outlet as the status shows it. ``told``: channels (``outlet/slug``) whose gaps are explained elsewhere."""
    health = health_of(outlet, alerts, now=now)
    last_good_at = _last_good(outlet)
    nexts = [channel.next_at for channel in polled_channels(outlet) if channel.next_at is not None]
    return OutletLine(
        slug=outlet.slug,
        name=outlet.name,
        languages=outlet.languages,
        health=health,
        why=tuple(_why(outlet, health, alerts, now, zone, told=told)),
        last_good_at=last_good_at,
        age_s=int((now - last_good_at).total_seconds()) if last_good_at else None,
        next_at=min(nexts, default=None),
        articles_today=outlet.articles_today,
        usual=round(mean(outlet.usual), 1) if outlet.usual else None,
        usual_days=len(outlet.usual),
    )


def _last_good(outlet: OutletHealth) -> datetime | None:
    """The last good look at the slowest channel without a gap; of any, where each has one."""
    polled = polled_channels(outlet)
    good = [channel.last_ok_at for channel in polled if channel.gap_since is None]
    if good:
        return None if None in good else min(at for at in good if at is not None)
    return max((channel.last_ok_at for channel in polled if channel.last_ok_at is not None), default=None)


def _why(
    outlet: OutletHealth,
    health: Health,
    alerts: tuple[AlertFact, ...],
    now: datetime,
    zone: ZoneInfo,
    *,
    told: Collection[str],
) -> list[str]:
    polled = polled_channels(outlet)
    blind = [channel for channel in polled if channel.gap_since is not None]
    if health is Health.PAUSED:
        return ["switched off in the catalogue"]
    if health is Health.NOT_CRAWLED:
        return sorted({channel.not_crawled for channel in outlet.channels if channel.not_crawled})
    untold = [channel for channel in blind if f"{outlet.slug}/{channel.slug}" not in told]
    said = [gap_words(channel, now=now, zone=zone) for channel in untold]
    if outlet.refusing_since is not None:
        said.insert(0, f"refuses our user agent since {moment_words(outlet.refusing_since, zone, now=now)}")
    if blind and len(polled) > 1 and (untold or len(blind) < len(polled)):
        said.append(f"{len(blind)} of {len(polled)} channels")
    if health is Health.LATE:
        said += _late_words(polled, now)
    if health is Health.QUIET:
        said.append(_quiet_words(outlet, alerts))
    return said


def gap_words(channel: ChannelHealth, *, now: datetime, zone: ZoneInfo) -> str:
    """Why a channel is not seen: ``feed: challenge page, since 22:05 · 6 failures in a row; every 2 h``."""
    cause = told_cause(channel.gap_reason or channel.last_outcome or "failed", channel.gap_detail)
    said = f"{channel.slug}: {cause}, since {moment_words(channel.gap_since, zone, now=now)}"
    if channel.failures:
        said += f" · {plural(channel.failures, 'failure')} in a row"
    if not channel.interval_s:
        return said
    paced = pace_words(
        channel.interval_s, failures=channel.failures, polled_at=channel.last_polled_at, next_at=channel.next_at
    )
    return f"{said}; {paced}"


def _late_words(polled: tuple[ChannelHealth, ...], now: datetime) -> list[str]:
    """Which channels are late; nothing where all of them are: their age says it."""
    late = [channel for channel in polled if is_late(channel, now=now)]
    if len(late) == len(polled) and all(channel.last_ok_at for channel in late):
        return []
    said = []
    for channel in late:
        ago = "yet" if channel.last_ok_at is None else f"for {age_words((now - channel.last_ok_at).total_seconds())}"
        said.append(f"{channel.slug}: no good look {ago}")
    return said


def _quiet_words(outlet: OutletHealth, alerts: tuple[AlertFact, ...]) -> str:
    silent = next((a.summary for a in alerts if a.outlet == outlet.slug and a.kind == _SILENT), None)
    if silent is not None:
        return silent
    return f"nothing new today; {mean(outlet.usual):.1f} are usual by now ({plural(len(outlet.usual), 'day')})"
