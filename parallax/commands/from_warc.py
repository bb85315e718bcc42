"""``parallax backfill OUTLET --from-warc FILE…``: articles out of archives that others made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from parallax.commands.opening import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY, UsageError
from parallax.commands.progress import MOST_SHOWN, Progress

if TYPE_CHECKING:
    from crawler.from_warc import Copied
    from parallax.bootstrap import Parallax


def copy_files(parallax: Parallax, outlet: str, paths: list[Path], *, as_json: bool) -> int:
    """Copy an outlet's articles out of the files and tell of it; gives the exit code. Raises UsageError."""
    from dataclasses import asdict

    from parallax.commands.printing import print_json

    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise UsageError("--from-warc", f"no such file: {', '.join(missing)}")
    done = copy_from_warc(parallax, outlet, paths)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done)
    if done.broken_files == len(paths) and not done.records - done.broken_files:
        return EXIT_FAILED
    return EXIT_PARTLY if done.broken_files or done.unusable else EXIT_DONE


def copy_from_warc(parallax: Parallax, outlet: str, paths: list[Path]) -> Copied:
    """Copy, read, and work off what follows from new revisions."""
    from crawler import jobs
    from crawler.archive import open_writer
    from crawler.from_warc import SLOT, Copier
    from crawler.pool import Pool
    from crawler.reading.room import ReadingRoom
    from schedules.aftercare import Aftercare

    settings, store = parallax.settings, parallax.prepare_store()
    slot = parallax.archive_slot.replace("crawl", SLOT, 1)
    progress = Progress()

    def on_record(done: Copied) -> None:
        progress.say(lambda: f"{done.records} records, {done.articles} new articles …")

    with (
        Pool(1, preload=jobs.PRELOAD) as pool,
        open_writer(settings.archive_folder, slot, user_agent=parallax.user_agent) as writer,
    ):
        room = ReadingRoom(store, settings.archive_folder, pool, parallax.catalogue, settings.extract_deadline_s)
        copier = Copier(room, writer, parallax.catalogue.outlets[outlet], now=parallax.clock.now)
        done = copier.run(paths, on_record=on_record)
    Aftercare(store).run()
    return done


def _tell(done: Copied) -> None:
    from publish.digest.words import plural

    for problem in done.problems[:MOST_SHOWN]:
        typer.echo(f"✗ {problem}")
    if len(done.problems) > MOST_SHOWN:
        typer.echo(f"✗ and {len(done.problems) - MOST_SHOWN} more; --json has them")
    readings = ", ".join(f"{count} {reading}" for reading, count in sorted(done.read.items())) or "none"
    kept = f"{plural(done.articles, 'new article')}, {plural(done.revisions - done.articles, 'edit')}"
    left_out = f"{done.others} of others, {done.known} copied before, {done.unusable} unusable"
    typer.echo(f"{plural(done.records, 'record')}: {left_out}")
    typer.echo(f"pages read: {readings}; {kept}")
