"""What a listing tells of its channel besides its entries: how fresh it calls itself, and how far it reaches back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.entry import ParsedChannel
from storage.channels import Measured
from storage.entries import PlacedEntry

_LEAST_DATED = 4  # of fewer dates the reach of a list can't be told
_ONE_MOMENT = timedelta(minutes=1)  # a list whose entries are all of one moment dates them when it is asked for
_LIST = 10  # of so many and more, two may be pinned
_STICKY_SHARE = 0.1  # of a list's entries, the oldest may be pinned there and say nothing of its reach


def measured_of(
    parsed: ParsedChannel, entries: Sequence[PlacedEntry], *, max_age_s: int | None, now: datetime
) -> Measured:
    """The longer of the two freshnesses, and the age of the oldest entry that is not pinned; None where unsaid."""
    said = [seconds for seconds in (parsed.update_period_s, max_age_s) if seconds]
    return Measured(ttl_s=max(said, default=None), depth_s=_depth_s(entries, now))


def _depth_s(entries: Sequence[PlacedEntry], now: datetime) -> int | None:
    dated = sorted(placed.entry.published.utc for placed in entries if placed.entry.published is not None)
    if len(dated) < _LEAST_DATED:
        return None
    oldest = dated[max(2 if len(dated) >= _LIST else 1, round(len(dated) * _STICKY_SHARE))]
    if dated[-1] - oldest <= _ONE_MOMENT:
        return None
    return max(0, int((now - oldest).total_seconds()))
