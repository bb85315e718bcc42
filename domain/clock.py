"""What others may ask of the one clock; what ticks lives in the door (``parallax.clock``)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time that plans, dates and digests use. Delays and leases use real monotonic time instead."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        ...
