"""What others may ask of the one clock; what ticks lives in the door (``parallax.clock``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time that plans, dates and digests use. Delays and leases use real monotonic time instead."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        ...


def plan_time(clock: Clock, real_s: float) -> timedelta:
    """How far ``clock`` moves in ``real_s`` seconds of the system's; one that has no rate of its own goes as that."""
    return timedelta(seconds=real_s * getattr(clock, "rate", 1.0))
