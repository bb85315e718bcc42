"""The log of a service under torture, read as it grows."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path


class Tail:
    """Whole lines only: stored fetches, how often each event came, lines that are errors, and outages not yet over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at = 0
        self.stored: set[int] = set()
        self.events: Counter[str] = Counter()
        self.errors: list[str] = []
        self.outages: set[str] = set()

    def read(self) -> None:
        """Take in what was written since."""
        with self.path.open("rb") as file:
            file.seek(self._at)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._at += len(whole)
        for line in whole.decode("utf-8", "replace").splitlines():
            self._take(line)

    def _take(self, line: str) -> None:
        try:
            told = json.loads(line)
            event = told["event"]
        except (ValueError, KeyError, TypeError):  # a bare traceback
            self.errors.append(line)
            return
        self.events[event] += 1
        if event == "fetch.stored" and told["fetch"] is not None:
            self.stored.add(int(told["fetch"]))
        if event == "outage.began":
            self.outages.add(told["kind"])
        elif event == "outage.ended" and told["level"] == "info":  # a child's is passed on as debug
            self.outages.discard(told["kind"])
        if told["level"] in {"error", "critical"}:
            self.errors.append(line)
