"""``parallax verify``, ``reextract`` and ``rebuild``: what lies in the archive, read once more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import (
    EXIT_FAILED,
    EXIT_PARTLY,
    UsageError,
    known_slugs,
    moment_of,
    open_parallax,
)
from parallax.commands.progress import MOST_SHOWN, Progress, tell_findings

if TYPE_CHECKING:
    from crawler.rebuild import Rebuilt
    from crawler.reextract import Reextracted
    from crawler.verify_file import Verified
    from parallax.bootstrap import Parallax

Outlet = Annotated[str | None, typer.Option(help="Only this outlet (its slug).")]
Since = Annotated[str | None, typer.Option(help="Only what was asked for since then: a day, or a time (ISO 8601).")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON document instead of lines.")]


def verify(since: Since = None, outlet: Outlet = None, as_json: AsJson = False) -> None:
    """Reread the archive: every digest, every record against its row and every row against its record.

    Says what is missing, changed, cut or foreign, a line each. `db check` looks at the database and reads a sample
    of the archive; this reads all of it, in little memory, and may run while crawling. Exit code 1 when something is
    wrong.

    Example: parallax verify --since 2026-03-01 --outlet oc-media
    """
    from dataclasses import asdict

    from crawler.verify import Wanted, verify_archive
    from parallax.commands.printing import print_json

    parallax = open_parallax()
    wanted = Wanted(known_outlet(parallax, outlet), moment_of("--since", since, parallax))
    progress = Progress()

    def on_file(files: int, of: int, done: Verified) -> None:
        read = f"{files} of {of} files, {done.bytes / 1e6:.0f} MB"
        progress.say(lambda: f"{read}, {len(done.findings)} findings …")

    folder = parallax.settings.archive_folder
    done = verify_archive(parallax.store, folder, wanted, on_file=on_file, is_ours=parallax.is_own_slot)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done)
    if done.findings:
        raise typer.Exit(EXIT_FAILED)


def _tell(done: Verified) -> None:
    from publish.digest.words import plural

    for remark in done.remarks:
        typer.echo(f"· {remark.check}: {remark.problem}")
    said = tell_findings(done.findings)
    revisits = f"{done.revisits} of them without a body of their own"
    read = f"{plural(done.records, 'record')} ({revisits}) and {plural(done.notes, 'note')}"
    listed = f"; {plural(done.takedowns, 'takedown')} listed" if done.takedowns else ""
    typer.echo(f"{said}; {read} in {plural(done.files, 'file')}, {done.bytes / 1e6:.1f} MB, were read{listed}")


def known_outlet(parallax: Parallax, slug: str | None) -> str | None:
    """``slug``, which was in the catalogue once."""
    from storage.catalogue import outlet_slugs

    if slug is not None:
        known_slugs("--outlet", [slug], parallax.store.ask(outlet_slugs))
    return slug


def rebuild(
    into: Annotated[str, typer.Option("--into", help="An empty database; tables are made in it.")],
    archive: Annotated[Path | None, typer.Option(help="The archive, instead of the settings' archive folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a database anew from the archive and its journal, as if every look were made once more in its order.

    Nothing is fetched. What comes back, what can't and why: docs/ARCHIVE.md. One that is killed leaves a database that
    no command takes for whole; drop it and begin again. Exit code 2: the target is not empty, nothing was touched. 3:
    made, and parts of the archive could not be read.

    Example: parallax rebuild --into sqlite:///new/parallax.db
    """
    from dataclasses import asdict

    from crawler.archive import archive_files
    from domain.errors import NotEmptyError
    from parallax.commands.keep import checked_url
    from parallax.commands.printing import print_json
    from parallax.rebuilding import RebuildPlan
    from parallax.rebuilding import rebuild as make_anew

    parallax = open_parallax()
    folder = archive or parallax.settings.archive_folder
    if not folder.is_dir():
        raise UsageError("--archive", f"{folder} is no folder")
    if not archive_files(folder):
        raise UsageError("--archive", f"{folder} holds no archive; allowed: a folder with parallax-….warc.gz files")
    progress = Progress()

    def on_progress(done: Rebuilt) -> None:
        progress.say(lambda: f"{done.looks} looks, up to {done.last_at:%d %b %Y %H:%M} UTC …")

    try:
        done = make_anew(parallax, RebuildPlan(folder, checked_url("--into", into)), on_progress=on_progress)
    except NotEmptyError as error:
        raise UsageError("--into", str(error)) from error
    if as_json:
        print_json(asdict(done))
    else:
        _tell_rebuilt(done)
    if done.losses.problems or done.losses.records_missing or done.unplaced or done.unknown:
        raise typer.Exit(EXIT_PARTLY)


def _tell_rebuilt(done: Rebuilt) -> None:
    from publish.digest.words import plural

    for problem in done.losses.problems:
        typer.echo(f"✗ {problem}")
    if done.losses.records_missing:
        typer.echo(f"✗ {done.losses.records_missing} looks name a record that is not in the archive; they have no text")
    if done.unplaced:
        typer.echo(f"✗ {done.unplaced} looks at what no catalogue of the journal names; left out")
    for kind, count in done.unknown.items():
        typer.echo(f"✗ {count} notes of the kind {kind}, which this version does not know; left out")
    catalogues = f"{plural(done.catalogues, 'catalogue')}, {plural(done.gaps, 'gap')} of a service that stood still"
    typer.echo(f"{plural(done.looks, 'look')}, {done.read} of them read; {catalogues}")
    typer.echo("next      parallax db check, and parallax verify")


def reextract(
    since: Since = None,
    outlet: Outlet = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and tell; store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the archive again with the present extractor and settings, and tell what it reads otherwise.

    Fetches nothing. Adds readings beside those there are; a revision stays as published and is what `show`, `search`
    and topics go by, and no edit is claimed (docs/adr/0017). May run while crawling; one that was killed goes on where
    it was. Exit code 3: some of it could not be read.

    Example: parallax reextract --outlet oc-media --dry-run
    """
    from dataclasses import asdict

    from crawler import jobs
    from crawler.pool import Pool
    from crawler.reading.room import ReadingRoom
    from crawler.reextract import ReextractPlan
    from crawler.reextract import reextract as read_again
    from parallax.commands.printing import print_json

    parallax = open_parallax()
    settings, store = parallax.settings, parallax.store
    plan = ReextractPlan(
        parallax.clock.now(), known_outlet(parallax, outlet), moment_of("--since", since, parallax), dry_run
    )
    workers, progress = settings.extract_workers, Progress()

    def on_progress(done: Reextracted) -> None:
        progress.say(lambda: f"{done.fetches} fetches, {len(done.changes)} readings changed …")

    with Pool(workers, preload=jobs.PRELOAD) as pool:
        room = ReadingRoom(store, settings.archive_folder, pool, parallax.catalogue, settings.extract_deadline_s)
        done = read_again(room, plan, workers=workers, on_progress=on_progress)
    if as_json:
        print_json(asdict(done))
    else:
        _tell_reextracted(done, is_dry=dry_run)
    if done.problems:
        raise typer.Exit(EXIT_PARTLY)


def _tell_reextracted(done: Reextracted, *, is_dry: bool) -> None:
    for one in done.changes[:MOST_SHOWN]:
        typer.echo(f"≠ {', '.join(one.changed)}: {one.url}")
    if len(done.changes) > MOST_SHOWN:
        typer.echo(f"≠ and {len(done.changes) - MOST_SHOWN} more; --json has all")
    for one in done.problems[:MOST_SHOWN]:
        typer.echo(f"✗ {one.url}: {one.problem}")
    if len(done.problems) > MOST_SHOWN:
        typer.echo(f"✗ and {len(done.problems) - MOST_SHOWN} more; --json has all")
    for outlet, counts in sorted(done.by_outlet.items()):
        typer.echo(f"{outlet:24} {counts['same']} same, {counts['changed']} changed, {counts['unread']} not read")
    what = "nothing was stored" if is_dry else "revisions stay as published; 0 edits claimed"
    typer.echo(f"{done.fetches} fetches; {done.skipped} readings were there already; {what}")
