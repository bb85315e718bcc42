"""Silent channels: good answers, and nothing new for longer than the channel ever paused.

A channel that answers 304 or lists what is known is *quiet*, which is no failure. A pause becomes a finding only
against the channel's own pauses, so that a blog that rests for a week alarms nobody after a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.watch.cadence import cadence_of, crowd_factor, longest_pauses
from analysis.watch.thresholds import Thresholds
from analysis.watch.words import count_words, length_words
from domain.alerts import AlertKind, Finding, Severity
from domain.watching import ChannelFacts, OutletFacts, WatchFacts

_DETAIL = (
    "All answers are good and the list is unchanged: the outlet may be resting, or its list may be stuck. Open its "
    "front page and compare."
)


def silences(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """A finding for each channel whose present pause is out of its own measure.

    With n pauses behind it that are exponential by the channel's own clock, the next is more than c times the longest
    with chance Γ(1+c)·n^-c; for c = 2 that is 2/n² a pause, about 2/n in all that time. Heavier tails make it likelier,
    which the clock's longest pause, asked for besides, makes up for.
    """
    crowd = crowd_factor(facts.outlets, limits)
    found = (_of_channel(facts.now, o, channel, crowd, limits) for o in facts.outlets for channel in o.channels)
    return tuple(one for one in found if one is not None)


def _of_channel(
    now: datetime, outlet: OutletFacts, channel: ChannelFacts, crowd: float, limits: Thresholds
) -> Finding | None:
    arrivals, last = channel.arrivals, channel.last_new_at
    is_seen = channel.last_ok_at is not None and channel.gap_since is None
    if not is_seen or last is None or len(arrivals) < limits.silence_arrivals_min:
        return None
    assert channel.last_ok_at is not None
    pause = channel.last_ok_at - last  # only what was looked at counts
    if pause < limits.silence_min or arrivals[-1] - arrivals[0] < limits.silence_history_min:
        return None
    cadence = cadence_of(arrivals, since=arrivals[0], zone=ZoneInfo(outlet.zone))
    longest, longest_own = longest_pauses(arrivals, cadence)
    own = cadence.expected(last, channel.last_ok_at) * crowd
    ratio = limits.silence_ratio * (1 + limits.silence_few / len(arrivals))
    if pause <= longest * limits.silence_wall_ratio or own <= longest_own * ratio:
        return None
    return _finding(outlet, channel, pause, longest, own / longest_own)


def _finding(outlet: OutletFacts, channel: ChannelFacts, pause: timedelta, longest: timedelta, ratio: float) -> Finding:
    days = (channel.arrivals[-1] - channel.arrivals[0]).days
    return Finding(
        AlertKind.SILENT,
        channel.subject,
        Severity.TODAY,
        f"{outlet.name} ({channel.slug}) has listed nothing for {length_words(pause)}; "
        f"its longest pause in {count_words(days, 'day')} was {length_words(longest)}",
        outlet=outlet.slug,
        channel_id=channel.channel_id,
        since_at=channel.last_new_at,
        detail=_DETAIL,
        figures={
            "pause": length_words(pause),
            "longest pause": length_words(longest),
            "by its own hours": f"{ratio:.1f} times its longest",
            "last good look": f"{channel.last_ok_at:%Y-%m-%dT%H:%MZ}" if channel.last_ok_at else "none",
        },
    )
