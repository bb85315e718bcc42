"""How much of an archive is kept, and what a retention tells of what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept. ``keep``: what nothing needs goes once it is older. ``most_bytes``: of this machine's files."""

    keep: timedelta | None = None
    most_bytes: int | None = None

    @property
    def is_off(self) -> bool:
        """Whether nothing is ever dropped."""
        return self.keep is None and self.most_bytes is None


@dataclass(slots=True)
class Tally:
    """Records and their bytes."""

    records: int = 0
    bytes: int = 0

    def add(self, length: int) -> None:
        """Count one."""
        self.records += 1
        self.bytes += length

    def take(self, other: Tally) -> None:
        """Count what another counted."""
        self.records += other.records
        self.bytes += other.bytes


@dataclass(slots=True)
class Retained:
    """What went, or would go: by use and by outlet; what stayed, by use; and how large the archive was and is.

    ``over_bytes``: above the limit by so much, and nothing more may go. ``problems``: files that were left, and why.
    """

    files: int = 0
    dropped: Tally = field(default_factory=Tally)
    dropped_by_use: dict[str, Tally] = field(default_factory=dict)
    dropped_by_outlet: dict[str, Tally] = field(default_factory=dict)
    kept_by_use: dict[str, Tally] = field(default_factory=dict)
    bytes_before: int = 0
    bytes_after: int = 0
    over_bytes: int = 0
    problems: list[str] = field(default_factory=list)
