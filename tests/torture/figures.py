"""What a torture counted: kills and faults by kind, how soon all went on, and what went wrong."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Self

READY_WITHIN_S = 5.0
RECOVERED_WITHIN_S = 30.0
WRONGS = (
    "lost", "duplicates", "survivors", "too_soon", "not_ready", "open_runs", "doubled_polls", "not_resumed", "untrue",
    "unnamed", "not_recovered",
)  # fmt: skip


@dataclass(slots=True)
class Figures:
    """Adds up; every wrong must be 0."""

    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(("crawls", "acknowledged", *WRONGS), 0)))
    ready_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    recovery_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[str] = field(default_factory=list)

    def note(self, wrong: str, problems: list[str]) -> None:
        """Count problems and print the first of them."""
        self.counts[wrong] += len(problems)
        for problem in problems[:5]:
            print(f"  {wrong}: {problem}", flush=True)

    def was_ready(self, kind: str, seconds: float) -> None:
        """A process of ``kind`` was killed, and ``seconds`` later its work went on."""
        self.ready_s[kind].append(seconds)
        if seconds >= READY_WITHIN_S:
            self.note("not_ready", [f"{seconds:.1f} s after a kill of the {kind}"])

    def add(self, other: Figures) -> None:
        """Take in what another counted."""
        self.kills += other.kills
        self.faults += other.faults
        for name, count in other.counts.items():
            self.counts[name] += count
        for kind, times in other.ready_s.items():
            self.ready_s[kind] += times
        for kind, times in other.recovery_s.items():
            self.recovery_s[kind] += times
        self.skipped += other.skipped

    @property
    def is_bad(self) -> bool:
        """Whether anything went wrong."""
        return any(self.counts[wrong] for wrong in WRONGS)

    def line(self) -> str:
        """All figures in one line; times are median/longest in seconds."""
        parts = [f"kills={self.kills.total()}", *_each(self.kills)]
        parts += [f"{name}={self.counts[name]}" for name in ("crawls", "acknowledged", *WRONGS)]
        parts += [f"{kind}_ready_s={_spread(times)}" for kind, times in sorted(self.ready_s.items())]
        if self.faults:
            parts += [f"faults={self.faults.total()}", *_each(self.faults)]
            parts += [f"{kind}_recovery_s={_spread(times)}" for kind, times in sorted(self.recovery_s.items())]
        parts += [f"skipped={','.join(self.skipped)}"] if self.skipped else []
        return " ".join(parts)

    def to_json(self) -> str:
        """One line that ``from_json`` reads."""
        return json.dumps(
            {
                "kills": self.kills,
                "faults": self.faults,
                "counts": self.counts,
                "ready_s": self.ready_s,
                "recovery_s": self.recovery_s,
                "skipped": self.skipped,
            }
        )

    @classmethod
    def from_json(cls, line: str) -> Self:
        """What another process counted."""
        told = json.loads(line)
        return cls(
            Counter(told["kills"]),
            Counter(told["faults"]),
            Counter(told["counts"]),
            defaultdict(list, told["ready_s"]),
            defaultdict(list, told["recovery_s"]),
            told["skipped"],
        )


def _each(counter: Counter[str]) -> list[str]:
    return [f"{kind}={count}" for kind, count in sorted(counter.items())]


def _spread(times: list[float]) -> str:
    return f"{statistics.median(times):.1f}/{max(times):.1f}"
