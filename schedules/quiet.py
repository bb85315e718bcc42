"""Tells once when nothing is polled for a while, and until when: a silent service looks like one that hangs."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog

from storage import Store
from storage.polls import next_poll_at

log = structlog.get_logger()

QUIET_AFTER_S = 10.0
WORTH_TELLING = timedelta(minutes=1)


class Quiet:
    """The pauses between polls, each told of once. Used by the ticks' thread alone."""

    def __init__(self, store: Store, *, after_s: float = QUIET_AFTER_S) -> None:
        self._store = store
        self._after_s = after_s
        self._since = time.monotonic()
        self._is_told = False

    def note(self, handed_out: int, now: datetime) -> None:
        """A tick at ``now`` handed out so many polls."""
        if handed_out:
            self._since, self._is_told = time.monotonic(), False
        if self._is_told or time.monotonic() - self._since < self._after_s:
            return
        self._is_told = True
        next_at = self._store.ask(next_poll_at)
        if next_at is not None and next_at - now >= WORTH_TELLING:
            log.info("polls.awaited", next_at=str(next_at), in_s=round((next_at - now).total_seconds()))
