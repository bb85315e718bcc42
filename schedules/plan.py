"""What is due, and when the next poll of a channel is. Pure: the clock is an argument, states come in as stored.

A poll should bring a third to two thirds entries that are known already: fewer, and something may have rolled over
unseen; more, and the host was asked for nothing. See docs/adr/0011-adaptive-intervals.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.fetch import FetchOutcome, PageReading
from domain.planning import ChannelState, PlannedPoll

SHORTEST_INTERVAL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LookBy:
    """Each channel is looked at once between the end of a day and the time at which its digest is made."""

    day_ends_at: datetime
    by: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How often channels are polled. ``dead_s``: a channel that keeps failing is asked at least so often."""

    shortest_s: float = 600.0
    longest_s: float = 86_400.0
    dead_s: float = 604_800.0
    first_s: float = 1_800.0  # where nothing is known of a channel yet
    jitter: float = 0.1  # share of an interval by which polls come sooner, so that nothing bursts on the hour
    look_by: LookBy | None = None
    shares_s: Mapping[str, float] = field(default_factory=dict)  # by host: no sooner, so that a quota suffices for all


# How much a failed poll weighs: what is gone is likely to stay gone, a slow answer is likely to pass.
_WEIGHTS: Mapping[str, float] = {
    FetchOutcome.NOT_FOUND: 1.0,
    FetchOutcome.GONE: 1.0,
    FetchOutcome.DNS_ERROR: 1.0,
    FetchOutcome.ADDRESS_REFUSED: 1.0,
    FetchOutcome.NEEDS_KEY: 0.0,  # nothing is asked: the key may be set at any time
    FetchOutcome.QUOTA_SPENT: 0.0,  # there is another one tomorrow
    FetchOutcome.PROXY_ERROR: 0.0,  # nothing reached the outlet, so nothing has to be spared
    FetchOutcome.TIMEOUT: 0.25,
    FetchOutcome.CONNECT_ERROR: 0.25,
    FetchOutcome.TRUNCATED: 0.25,
}
_OTHER_WEIGHT = 0.5
_MOST_SETBACK = 16.0  # 2 to this is beyond any pause
_GOOD = frozenset({FetchOutcome.SAME_CONTENT, FetchOutcome.NOT_MODIFIED, PageReading.LISTED, PageReading.EMPTY_CHANNEL})
_LEAST_KNOWN, _MOST_KNOWN = 1 / 3, 2 / 3
_CLOSELY_S = 2 * 3600.0  # where a list may forget by the hour, or nobody knows yet whether it does
_UNDATED_S = 12 * 3600.0  # where dates don't tell how far a list reaches back
_STRANGER_POLLS = 24  # two days of them tell what a list does at night
_FASTEST_CHANGE = 2.0  # an interval is at most halved or doubled at a time: one odd poll says little


def next_poll(state: ChannelState, *, now: datetime, pace: Pace) -> PlannedPoll:
    """When the channel is polled next, after its last poll ended as ``state`` says.

    A channel that was never polled is due at once. A poll that would come after ``pace.look_by`` is moved before it, so
    that a slow channel's last articles of a day stand in that day's digest; one that fails keeps its pause.
    """
    if state.last_polled_at is None:
        return PlannedPoll(state.channel_id, now, int(_bounded(pace.first_s, state, pace)), 0.0)
    last = min(state.last_polled_at, now)  # a clock that was set back must not put a poll off by what it lost
    if state.outcome in _GOOD:
        interval_s = _bounded(_adapted_s(state, pace), state, pace)
        at = _moved_before(last + _jittered(interval_s, state, pace), last, state, pace.look_by)
        return PlannedPoll(state.channel_id, max(at, now), int(interval_s), 0.0)
    interval_s = _bounded(state.interval_s or pace.first_s, state, pace)
    setback = min(state.setback + weight_of(state.outcome), _MOST_SETBACK)
    at = last + _jittered(min(interval_s * 2.0**setback, pace.dead_s), state, pace)
    return PlannedPoll(state.channel_id, max(at, now), int(interval_s), setback)


def _jittered(pause_s: float, state: ChannelState, pace: Pace) -> timedelta:
    """``pause_s`` or up to a tenth less, never less than the shortest."""
    return timedelta(seconds=max(pace.shortest_s, pause_s * (1 - pace.jitter * _phase(state))))


def _moved_before(at: datetime, last: datetime, state: ChannelState, look_by: LookBy | None) -> datetime:
    """``at``, or a moment in the last half of the time between a day's end and its digest, another for each channel."""
    if look_by is None or at <= look_by.by or last >= look_by.day_ends_at:
        return at
    return look_by.by - (look_by.by - look_by.day_ends_at) / 2 * _phase(state)


def weight_of(outcome: str | None) -> float:
    """How much a failure of this kind weighs: 1 gone or no such host, 0.5 refused or wrong, 0.25 slow or cut off."""
    return _WEIGHTS.get(outcome or "", _OTHER_WEIGHT)


def _adapted_s(state: ChannelState, pace: Pace) -> float:
    """The interval after a good poll, from how much of what it listed was known."""
    interval_s = float(state.interval_s or pace.first_s)
    if state.outcome != PageReading.LISTED or not state.listed or state.known is None:
        return interval_s * 1.5  # nothing new at all
    if state.since_listing_s is None:
        return interval_s  # the first look: all of it is new to us, which says nothing of its rate
    known = state.known / state.listed
    if _LEAST_KNOWN <= known <= _MOST_KNOWN:
        return interval_s
    new = state.listed - state.known
    if new == 0:
        return interval_s * 1.5
    half_s = state.since_listing_s * (state.listed / 2) / new  # in which half of the list is new, at the rate just seen
    return min(max(half_s, interval_s / _FASTEST_CHANGE), interval_s * _FASTEST_CHANGE)


def _bounded(interval_s: float, state: ChannelState, pace: Pace) -> float:
    """Within the pace; not sooner than the channel calls its answer fresh, never longer than half what its list holds.

    The depth counts before the freshness: a list that loses entries is looked at in time whatever its headers say. One
    that empties itself, as a page of today's news does at midnight, holds less than it shows in the evening.
    """
    wanted_s = max(interval_s, float(min(state.wants_s or 0, pace.longest_s)))
    most_s = min(pace.longest_s, _UNDATED_S if state.depth_s is None else state.depth_s / 2)
    if state.polls < _STRANGER_POLLS or _comes_and_goes(state.lengths):
        most_s = min(most_s, _CLOSELY_S)
    return max(pace.shortest_s, pace.shares_s.get(state.host, 0.0), min(wanted_s, most_s))


def _comes_and_goes(lengths: Sequence[int]) -> bool:
    """Whether a list was lately half as long as at another time: it drops its entries otherwise than by number."""
    return max(lengths, default=0) >= 2 * max(1, min(lengths, default=0))


def _phase(state: ChannelState) -> float:
    """From 0 to 1, another one for each channel and poll, and the same wherever it is asked."""
    digest = hashlib.sha256(f"{state.channel_id}:{state.polls}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def catch_up(
    overdue: Iterable[ChannelState], *, now: datetime, step_s: float = 1.0, within_s: float = 600.0
) -> tuple[tuple[int, datetime], ...]:
    """(channel, when) for channels whose polls fell due while nobody looked: each once, spread, most perishable first.

    Most perishable is the one whose list has the least time left until what it held at the last good look is gone.
    ``step_s`` apart, closer where they would not all fit ``within_s``.
    """
    ordered = sorted(overdue, key=lambda state: (_perishes_at(state, now), state.channel_id))
    step = min(step_s, within_s / len(ordered)) if ordered else 0.0
    return tuple((state.channel_id, now + timedelta(seconds=index * step)) for index, state in enumerate(ordered))


def _perishes_at(state: ChannelState, now: datetime) -> datetime:
    last = state.last_ok_at or state.last_polled_at or now
    return last + timedelta(seconds=state.depth_s if state.depth_s is not None else 2 * (state.interval_s or 86_400))


def due_polls(states: Iterable[ChannelState], *, now: datetime) -> tuple[int, ...]:
    """Targets of the channels to poll in a pass that a person starts: all but those polled in the last ten minutes.

    A pass that was killed and is started again so goes on where it was.
    """
    return tuple(s.target_id for s in states if s.last_polled_at is None or now >= due_again_at(s.last_polled_at))


def due_again_at(last_polled_at: datetime) -> datetime:
    """From when on a pass that a person starts looks at a channel again."""
    return last_polled_at + SHORTEST_INTERVAL


def spread_first_polls(planned: Sequence[PlannedPoll], hosts: Sequence[str], *, step_s: float) -> list[PlannedPoll]:
    """First polls of channels of one host set apart by ``step_s``: a host is not asked for all its channels at once."""
    seen: dict[str, int] = {}
    spread = []
    for poll, host in zip(planned, hosts, strict=True):
        place = seen[host] = seen.get(host, -1) + 1
        spread.append(replace(poll, next_poll_at=poll.next_poll_at + timedelta(seconds=place * step_s)))
    return spread
