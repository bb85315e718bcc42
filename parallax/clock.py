"""The one clock of a run: the system's, or a simulated one that starts anywhere and runs at any rate.

Plans, dates and digests are told by it; delays, leases and timeouts use real monotonic time. The parent anchors a
simulated clock once and hands it to the processes it starts, so that all of them tell one time.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from domain.clock import Clock

CLOCK_VARIABLE = "PARALLAX_CLOCK"
MAX_RATE = 86_400.0  # a day a second
ALLOWED = "TIME[@RATE], such as 2026-03-02T09:05+04:00@60; RATE 0 stands still, 86400 is a day a second"
_SETTING = re.compile(
    r"(?P<at>[^@]+?)\s*(?:@\s*(?P<rate>[^@]+?)\s*(?:@\s*(?P<since>[^@]+?)\s*(?:@(?P<jumps>[^@]+))?)?)?"
)


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """A simulated clock as it is asked for.

    ``rate`` counts simulated seconds a real second. ``since_epoch_s`` is the real moment at which it was ``anchor``;
    None: the moment at which the clock is started. ``jumps`` are (real seconds after that, simulated seconds).
    """

    anchor: datetime  # aware UTC
    rate: float = 1.0
    since_epoch_s: float | None = None
    jumps: tuple[tuple[float, float], ...] = ()

    def __str__(self) -> str:
        """The text that ``parse_clock`` reads as this very setting."""
        since = "" if self.since_epoch_s is None else f"@{self.since_epoch_s!r}"
        jumps = ",".join(f"{after_s!r}:{by_s!r}" for after_s, by_s in self.jumps)
        return f"{self.anchor.isoformat()}@{self.rate!r}{since}" + (f"@{jumps}" if jumps else "")


class SystemClock:
    """Tells the system's time."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        return datetime.now(UTC)

    def to_env(self) -> dict[str, str]:
        """What a child's environment needs to tell the same time: nothing."""
        return {}


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """Tells ``anchor`` plus ``rate`` times the real seconds since ``started_epoch_s``, and the jumps made by then.

    Real seconds are counted by ``monotonic`` once the clock runs, so that a corrected system time moves nothing.
    ``elapsed_s`` had passed when this process took the clock over at ``started_monotonic_s``.
    """

    anchor: datetime
    rate: float
    started_epoch_s: float
    started_monotonic_s: float
    elapsed_s: float = 0.0
    jumps: tuple[tuple[float, float], ...] = ()
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)

    def now(self) -> datetime:
        """The simulated time, aware UTC."""
        real_s = self.elapsed_s + self.monotonic() - self.started_monotonic_s
        jumped_s = sum(by_s for after_s, by_s in self.jumps if after_s <= real_s)
        return self.anchor + timedelta(seconds=real_s * self.rate + jumped_s)

    def to_env(self) -> dict[str, str]:
        """What a child's environment needs to tell the same time."""
        return {CLOCK_VARIABLE: str(ClockSetting(self.anchor, self.rate, self.started_epoch_s, self.jumps))}


def parse_clock(text: str, zone: tzinfo) -> ClockSetting:
    """The clock that ``TIME[@RATE]`` asks for; a third part, written for children, is the real moment of its start.

    A fourth, for trying out what a clock may do, is jumps: ``30:86400,60:-86400`` is a day ahead after half a minute
    and back after a whole one. TIME is ISO 8601; without an offset it is read in ``zone``. Raises ValueError that says
    what is wrong.
    """
    match = _SETTING.fullmatch(text.strip())
    if match is None:
        raise ValueError("not of the form TIME[@RATE]")
    try:
        at = datetime.fromisoformat(match["at"])
        anchor = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as e:
        raise ValueError(f"{match['at']!r} is no ISO 8601 time") from e
    rate = _number(match["rate"] or "1")
    if not 0 <= rate <= MAX_RATE:
        raise ValueError(f"the rate {match['rate']} is not between 0 and {MAX_RATE:.0f}")
    since = None if match["since"] is None else _number(match["since"])
    return ClockSetting(anchor, rate, since, _jumps(match["jumps"]))


def _jumps(text: str | None) -> tuple[tuple[float, float], ...]:
    pairs = [jump.partition(":") for jump in text.split(",")] if text else []
    return tuple((_number(after_s), _number(by_s)) for after_s, _, by_s in pairs)


def start_clock(
    setting: ClockSetting | None,
    *,
    epoch: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
) -> SystemClock | SimulatedClock:
    """The clock that ``setting`` asks for, running from now on or going on from where its parent started it."""
    if setting is None:
        return SystemClock()
    real_now = epoch()
    since = real_now if setting.since_epoch_s is None else setting.since_epoch_s
    return SimulatedClock(
        anchor=setting.anchor,
        rate=setting.rate,
        started_epoch_s=since,
        started_monotonic_s=monotonic(),
        elapsed_s=max(real_now - since, 0.0),
        jumps=setting.jumps,
        monotonic=monotonic,
    )


def clock_from_env(environ: Mapping[str, str], zone: tzinfo) -> Clock:
    """The clock of a process: what its parent's ``to_env`` handed over, or what its user asked for."""
    text = environ.get(CLOCK_VARIABLE)
    return start_clock(parse_clock(text, zone) if text else None)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError as e:
        raise ValueError(f"{text!r} is no number") from e
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is no number")
    return number
