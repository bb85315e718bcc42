"""What the processes of a service hold and use, asked of the system every few seconds."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

import psutil

SERVICE, CHILD, ZYGOTE, READERS = "service", "crawl child", "pool", "readers"
ROLES = (SERVICE, CHILD, ZYGOTE, READERS)
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment: megabytes by role (resident, and proportional), and CPU seconds that all used so far."""

    at_s: float
    rss_mb: dict[str, float]
    pss_mb: dict[str, float]
    cpu_s: float

    @property
    def total_mb(self) -> float:
        """Resident memory of all together, pages that they share counted each time."""
        return sum(self.rss_mb.values())


@dataclass
class Sampler:
    """Samples the tree below ``pid`` in a thread of its own; a context manager."""

    pid: int
    every_s: float = 5.0
    samples: list[Sample] = field(default_factory=list)
    cpu_by_role: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._seen: dict[int, tuple[str, float]] = {}
        self._began = time.monotonic()

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self.every_s):
            if sample := self.take():
                self.samples.append(sample)

    def take(self) -> Sample | None:
        """A sample now; None when the service is gone."""
        rss: dict[str, float] = defaultdict(float)
        pss: dict[str, float] = defaultdict(float)
        cpu = 0.0
        try:
            found = _tree(psutil.Process(self.pid))
        except psutil.NoSuchProcess:
            return None
        for process, role in found:
            try:
                with process.oneshot():
                    memory, times = process.memory_full_info(), process.cpu_times()
            except psutil.Error:  # it ended meanwhile: its parent counts what it used
                continue
            rss[role] += memory.rss / _MB
            pss[role] += memory.pss / _MB
            cpu += times.user + times.system + times.children_user + times.children_system
            self._count(process.pid, role, times.user + times.system)
        return Sample(time.monotonic() - self._began, dict(rss), dict(pss), cpu)

    def _count(self, pid: int, role: str, used_s: float) -> None:
        """CPU by role; what a process used between its last sample and its end is missing here, not in the total."""
        before = self._seen.get(pid, (role, 0.0))[1]
        self.cpu_by_role[role] += max(0.0, used_s - before)
        self._seen[pid] = (role, used_s)


def _tree(service: psutil.Process) -> list[tuple[psutil.Process, str]]:
    found = [(service, SERVICE)]
    for child in service.children():
        found.append((child, CHILD))
        for zygote in child.children():
            found.append((zygote, ZYGOTE))
            found += [(reader, READERS) for reader in zygote.children(recursive=True)]
    return found


def slope_per_hour(points: list[tuple[float, float]]) -> float:
    """Theil and Sen's slope of (seconds, value), per hour: the median of the slopes between any two points."""
    if len(points) < 3:
        return 0.0
    thinned = points[:: max(1, len(points) // 200)]
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for place, earlier in enumerate(thinned)
        for later in thinned[place + 1 :]
        if later[0] > earlier[0]
    ]
    return sorted(slopes)[len(slopes) // 2] * 3600
