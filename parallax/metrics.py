"""What this process measures itself: how long reading and storing take. ``observe`` is all that others need to know.

Crawl children tell of it through their events; the parent's recorder takes them and serves them with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Histogram

EXTRACTION = "extraction"
STORE = "store"
_EVENTS = {"reading.done": EXTRACTION, "batch.stored": STORE}


class Recorder:
    """Histograms of one process. Safe from several threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._histograms = {
            EXTRACTION: Histogram(
                "parallax_extraction_seconds",
                "Seconds from taking up a stored fetch to its text or entries in the store.",
                buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60),
                registry=self.registry,
            ),
            STORE: Histogram(
                "parallax_store_seconds",
                "Seconds to put a batch of looks into the archive and the store.",
                buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 60),
                registry=self.registry,
            ),
        }

    def observe(self, name: str, seconds: float) -> None:
        """Note that ``name`` (EXTRACTION or STORE) took so long."""
        self._histograms[name].observe(seconds)

    def on_event(self, name: str, fields: Mapping[str, object]) -> None:
        """Take what a crawl tells, as far as it is measured here; the rest is passed over."""
        seconds = fields.get("seconds")
        if name in _EVENTS and isinstance(seconds, int | float):
            self.observe(_EVENTS[name], float(seconds))
