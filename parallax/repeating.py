"""Work that a thread of its own does again and again, beside what the main thread does, until told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from domain.errors import OutageError
from storage.outages import Outages

log = structlog.get_logger()

PAUSE_S = 5.0  # after a fault
OUTAGE_PAUSE_S = 1.0  # what waits there counts as not over


class Repeating:
    """Calls ``work`` every ``every_s`` seconds from ``start`` on, until ``stopping`` is set.

    What it raises is told of, as an outage or as ``beside.failed``, and it is tried again.
    """

    def __init__(
        self, name: str, work: Callable[[], object], *, every_s: float, outages: Outages, stopping: threading.Event
    ) -> None:
        self._name = name
        self._work = work
        self._every_s = every_s
        self._outages = outages
        self._stopping = stopping
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin, in a thread that does not keep the process alive."""
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for the work under way, once ``stopping`` is set, for so many seconds at most. Whether it ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause_s = self._every_s
        while not self._stopping.wait(pause_s):
            pause_s = self._every_s
            try:
                self._work()
                self._outages.worked(self._name)
            except OutageError as error:
                self._outages.failed(error, source=self._name)
                pause_s = OUTAGE_PAUSE_S
            except Exception:  # the border of this thread
                log.exception("beside.failed", work=self._name)
                pause_s = PAUSE_S
