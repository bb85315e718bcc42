"""Kills of a running service's processes: scheduler, crawl child, zygote, reading workers, and ``parallax worker``.

The service runs on the sample world with a clock that goes on. After each kill it must be ready again by itself (a
killed scheduler or worker is started anew, as systemd would), and nothing that was acknowledged may be gone.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator
from pathlib import Path

from storage import open_store
from tests.torture import witness
from tests.torture.figures import Figures
from tests.torture.fleet import Fleet, Place, world_clock
from tests.world_run import RunningWorld

KILLS_A_SEQUENCE = 150
LOOK_EVERY = 25


class Scene:
    """One store, one world and a fleet on them; what was acknowledged is looked for again and again."""

    def __init__(self, fleet: Fleet, world: RunningWorld, place: Place, figures: Figures) -> None:
        self.fleet = fleet
        self._world = world
        self._place = place
        self._figures = figures
        self._known = witness.Known()
        self._acknowledged: set[int] = set()

    def look(self) -> None:
        """Whether all that was acknowledged is there, once."""
        new = self.fleet.acknowledged() - self._acknowledged
        self._acknowledged |= new
        self._figures.counts["acknowledged"] += len(new)
        store = open_store(self._place.url)
        self._figures.note("lost", witness.lost(store, self._place.home / "archive", new, self._known))
        self._figures.note("duplicates", witness.duplicates(store))
        store.close()

    def look_at_the_end(self) -> None:
        """The same after a stop in peace, and whether every run was closed and no host was pressed."""
        self.look()
        store = open_store(self._place.url)
        self._figures.note("open_runs", witness.left_open(store))
        self._figures.note("doubled_polls", witness.doubled_polls(store))
        store.close()
        delays = witness.delays_of(self._place.logs / "catalogue")
        self._figures.note("too_soon", witness.asked_too_soon(self._world.requests(), delays))


@contextlib.contextmanager
def scene(
    folder: Path, url: str | None, figures: Figures, *, home: Path | None = None, workers: int = 0
) -> Iterator[Scene]:
    """A service at work in ``folder``; at the end it is stopped in peace and looked at."""
    home = home or folder / "home"
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(world_clock(), home, url or f"sqlite:///{home}/parallax.db", folder)
    with RunningWorld(folder, pace=0.05, clock=place.clock, seconds=7200) as world:
        fleet = Fleet(world, place, figures, workers=workers)
        made = Scene(fleet, world, place, figures)
        try:
            fleet.start()
            yield made
            fleet.stop()
            made.look_at_the_end()
        finally:
            fleet.destroy()


def torture(folder: Path, url: str | None, rng: random.Random, figures: Figures, *, kills: int, workers: int) -> None:
    """Kill ``kills`` processes of one service."""
    with scene(folder, url, figures, workers=workers) as made:
        for number in range(kills):
            time.sleep(rng.uniform(0.0, 2.0))  # it lives a little
            made.fleet.kill_one(rng)
            if number % LOOK_EVERY == LOOK_EVERY - 1:
                made.look()
                print(f"  {figures.line()}", flush=True)
