"""What could not be seen: gaps, failed and late channels, and how much of the window each group was seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from domain.outlet import ChannelKind, Group
from publish.digest.day import DayFacts
from publish.digest.evidence import EvidenceBook, group_filter
from publish.digest.model import Blind, Coverage, Unseen, UnseenKind
from storage.digest_facts import ChannelFact, GapFact

LATE_AFTER = timedelta(hours=3)  # a channel not looked at for so long is late, whatever its own rhythm
_ORDER = list(Group)


def unseen(facts: DayFacts) -> tuple[Unseen, ...]:
    """Channels that were not, or not completely, seen in the window: groups in their order, longest first in each."""
    gapped = {(gap.outlet, gap.channel) for gap in facts.gaps}
    kinds = {(channel.outlet, channel.channel): channel.kind for channel in facts.channels}
    found = [_of_gap(facts, gap, kinds.get((gap.outlet, gap.channel), ChannelKind.MANUAL)) for gap in facts.gaps]
    for channel in facts.channels:
        kind = _channel_trouble(facts, channel)
        if kind is not None and channel.outlet in facts.watched and (channel.outlet, channel.channel) not in gapped:
            found.append(_of_channel(facts, channel, kind))
    return tuple(
        sorted(found, key=lambda one: (_ORDER.index(one.group), -_length_s(facts, one), one.outlet, one.channel))
    )


def _channel_trouble(facts: DayFacts, channel: ChannelFact) -> UnseenKind | None:
    """Why a channel without a recorded gap still was not seen; None when it was."""
    if not channel.is_enabled:
        return UnseenKind.NOT_POLLED
    if channel.looks_good:
        return UnseenKind.LATE if timedelta(seconds=channel.blind_s) > LATE_AFTER else None
    if channel.looks_done:
        return UnseenKind.FAILED
    return UnseenKind.NEVER_LOOKED


def _of_channel(facts: DayFacts, channel: ChannelFact, kind: UnseenKind) -> Unseen:
    is_late = kind is UnseenKind.LATE
    return Unseen(
        kind=kind,
        outlet=channel.outlet,
        outlet_name=facts.name_of(channel.outlet),
        group=facts.group_of(channel.outlet),
        channel=channel.channel,
        channel_kind=channel.kind,
        started_at=channel.blind_started_at if is_late else facts.window[0],
        ended_at=channel.blind_ended_at if is_late else None,
        cause=channel.last_outcome if kind in (UnseenKind.FAILED, UnseenKind.LATE) else None,
        detail=channel.note,
    )


def _of_gap(facts: DayFacts, gap: GapFact, channel_kind: ChannelKind) -> Unseen:
    return Unseen(
        kind=UnseenKind.GAP,
        outlet=gap.outlet,
        outlet_name=facts.name_of(gap.outlet),
        group=facts.group_of(gap.outlet),
        channel=gap.channel,
        channel_kind=channel_kind,
        started_at=gap.started_at,
        ended_at=gap.ended_at,
        cause=gap.cause,
        detail=gap.detail,
        # What a look after the day's end brings to light is counted on the next day, so it proves nothing of this one.
        is_caught_up=gap.is_caught_up and gap.ended_at is not None and gap.ended_at <= facts.window[1],
    )


def _length_s(facts: DayFacts, one: Unseen) -> float:
    start = max(one.started_at or facts.window[0], facts.window[0])
    end = min(one.ended_at or facts.until, facts.until)
    return (end - start).total_seconds()


def coverage(facts: DayFacts, missing: Sequence[Unseen], book: EvidenceBook) -> tuple[Coverage, ...]:
    """One row a group with watched outlets; unknown last, where it has any."""
    return tuple(_coverage_of(facts, group, missing, book) for group in _ORDER if facts.members(group))


def _coverage_of(facts: DayFacts, group: Group, missing: Sequence[Unseen], book: EvidenceBook) -> Coverage:
    members = facts.members(group)
    channels = [channel for channel in facts.channels if channel.outlet in members]
    mine = [one for one in missing if one.outlet in members]
    lost = [one for one in mine if one.is_lost]
    spans = blind_spans((one.outlet, *_cut(facts, one)) for one in lost)
    return Coverage(
        group=group,
        outlets=len(members),
        channels=sum(channel.is_enabled for channel in channels),
        checks=book.looks(
            f"looks.{group.value}",
            f"Channels, {group.value}, with the looks at them",
            members,
            filters=group_filter(group),
        ),
        checks_due=sum(channel.looks_done for channel in channels),
        gaps=len(lost),
        not_polled=sum(one.kind is UnseenKind.NOT_POLLED for one in mine),
        spans=spans,
        caught_up=sum(one.kind is UnseenKind.GAP and bool(one.is_caught_up) for one in mine),
    )


def _cut(facts: DayFacts, one: Unseen) -> tuple[datetime, datetime]:
    start = max(one.started_at or facts.window[0], facts.window[0])
    return start, max(start, min(one.ended_at or facts.until, facts.until))


def blind_spans(missing: Iterable[tuple[str, datetime, datetime]]) -> tuple[Blind, ...]:
    """Stretches of time in order, each with the number of outlets that were not seen in it.

    ``missing`` holds (outlet, start, end); several spans of one outlet at one time count once.
    """
    spans = [one for one in missing if one[1] < one[2]]
    edges = sorted({edge for _, start, end in spans for edge in (start, end)})
    found: list[Blind] = []
    for start, end in pairwise(edges):
        outlets = len({outlet for outlet, s, e in spans if s <= start and e >= end})
        if outlets and found and found[-1].end == start and found[-1].outlets == outlets:
            found[-1] = Blind(found[-1].start, end, outlets)
        elif outlets:
            found.append(Blind(start, end, outlets))
    return tuple(found)
