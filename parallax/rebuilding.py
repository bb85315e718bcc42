"""A rebuild as the door runs it: an empty database, the archive's looks in order, and what follows from revisions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler import jobs
from crawler.pool import Pool
from crawler.reading.room import ReadingRoom
from crawler.rebuild import Rebuilder, Rebuilt
from outlets.catalogue import Catalogue
from parallax.bootstrap import Parallax
from parallax.in_force import catalogue_in_force
from parallax.takedowns import apply_listed
from schedules.aftercare import Aftercare
from storage import open_store
from storage.archive_lock import places_stay
from storage.catalogue import put_catalogue
from storage.rebuilding import begin_rebuild, end_rebuild


@dataclass(frozen=True, slots=True)
class RebuildPlan:
    """Where from and where to."""

    archive: Path
    database_url: str


def rebuild(parallax: Parallax, plan: RebuildPlan, *, on_progress: Callable[[Rebuilt], None]) -> Rebuilt:
    """Make the database anew. Raises NotEmptyError when it holds anything, StorageError when it can't be written.

    The catalogue in force is used for an archive whose journal tells none.
    """
    settings = parallax.settings
    workers = settings.extract_workers
    with (
        places_stay(plan.archive),
        closing(open_store(plan.database_url)) as store,
        Pool(workers, preload=jobs.PRELOAD) as pool,
    ):
        begin_rebuild(store)
        aftercare = Aftercare(store)

        def put_in_force(catalogue: Catalogue, at: datetime) -> None:
            aftercare.run()  # topics are looked for as they then stood
            store.write(
                lambda session: put_catalogue(session, catalogue_in_force(catalogue, parallax.platforms), now=at)
            )
            apply_listed(store, plan.archive, now=at)  # nothing of what was taken down comes back

        room = ReadingRoom(store, plan.archive, pool, parallax.catalogue, settings.extract_deadline_s)
        rebuilder = Rebuilder(room, workers=workers, put_catalogue=put_in_force, on_progress=on_progress)
        done = rebuilder.run()
        apply_listed(store, plan.archive, now=parallax.clock.now(), with_tombstones=True)
        aftercare.run()
        end_rebuild(store, real_now=datetime.now(UTC))
    return done
