"""``parallax backup`` and ``parallax restore``: a copy of what is stored, and the way back from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_PARTLY, UsageError, open_parallax

if TYPE_CHECKING:
    from storage.backup import BackupMade
    from storage.restore import Restored

AsJson = Annotated[bool, typer.Option("--json", help="A JSON document instead of lines.")]


def backup(
    with_archive: Annotated[
        bool,
        typer.Option("--with-archive", help="Put the archive's files in too: hard links where possible, else copies."),
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="Make none; show those there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a backup while crawling goes on, read it back, and remove those beyond the number that is kept.

    Of the archive it holds names, lengths and digests; the files themselves only with --with-archive.
    Exit code 3: the database is backed up, and archive files that it names are missing or too short.

    Example: parallax backup --json
    """
    from contextlib import closing
    from dataclasses import asdict

    from parallax.backups import backup_plan
    from parallax.commands.printing import print_json
    from storage import open_store
    from storage.backup import make_backup

    parallax = open_parallax()
    plan = backup_plan(parallax.settings, with_archive=with_archive)
    if listing:
        _list(plan.folder, as_json=as_json)
        return
    parallax.require_database()
    # Not the store that must be at the newest revision: before an upgrade is when a backup is wanted most.
    with closing(open_store(parallax.settings.database_url)) as store:
        made = make_backup(store, plan, now=parallax.clock.now())
    if as_json:
        print_json(asdict(made) | {"path": str(made.path)})
    else:
        _tell_made(made)
    if made.archive_problems:
        raise typer.Exit(EXIT_PARTLY)


def _tell_made(made: BackupMade) -> None:
    typer.echo(f"backup    {made.path}")
    typer.echo(f"database  {_size(made.database_bytes)}, {sum(made.rows.values())} rows, read back")
    typer.echo(
        f"archive   {made.archive_files} files, {_size(made.archive_bytes)} needed; {made.archive_hashed} read, "
        f"{made.archive_reused} unchanged since an earlier backup and not read again"
        + (f"; {_size(made.archive_copied_bytes)} copied" if made.archive_copied_bytes else "")
    )
    for name in made.leftovers:
        typer.echo(f"removed   {name}, left by a backup that was killed")
    for name in made.removed:
        typer.echo(f"removed   {name}, beyond the number that is kept")
    for problem in made.archive_problems:
        typer.echo(f"✗ {problem}", err=True)
    typer.echo(f"done in {made.seconds:.1f} s")


def _list(folder: Path, *, as_json: bool) -> None:
    from parallax.commands.printing import Row, print_rows
    from storage.backup_archive import problems_of
    from storage.backup_folder import kept_backups

    rows: list[Row] = []
    for kept in kept_backups(folder):
        manifest = kept.manifest
        rows.append(
            {
                "backup": kept.path.name,
                "database": manifest.dialect if manifest else None,
                "revision": manifest.schema_revision if manifest else None,
                "bytes": manifest.database.size_bytes if manifest else None,
                "rows": sum(manifest.rows.values()) if manifest else None,
                "archive files": len(manifest.archive) if manifest else None,
                "archive inside": manifest.archive_is_included if manifest else None,
                "problem": kept.problem or "; ".join(problems_of(manifest.archive) if manifest else ()) or None,
            }
        )
    print_rows(rows, as_json=as_json, empty=f"no backup in {folder}; make one with `parallax backup`")


def restore(
    folder: Annotated[Path, typer.Argument(help="The backup: a folder with a manifest.json.")],
    database_url: Annotated[
        str | None, typer.Option(help="Where to, instead of the settings' database; it must be empty.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="Where the archive is, instead of the settings' archive folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into an empty database and check it: digests, rows, and the archive files it needs.

    Exit code 2: the target is not empty, nothing was touched. 3: restored, and archive files are missing or changed.

    Example: parallax restore var/backups/20260302T020000Z --database-url sqlite:///new/parallax.db
    """
    from dataclasses import asdict

    from domain.errors import NotEmptyError
    from parallax.commands.printing import print_json
    from parallax.retaining import set_right
    from parallax.takedowns import take_down_again, take_over_list
    from storage.restore import RestorePlan, restore_backup

    parallax = open_parallax()
    settings = parallax.settings
    url = settings.database_url if database_url is None else checked_url("--database-url", database_url)
    plan = RestorePlan(folder, url, archive or settings.archive_folder, settings.pg_tools_folder)
    try:
        done = restore_backup(plan, now=parallax.clock.now(), real_now=datetime.now(UTC))
    except NotEmptyError as error:
        if database_url is not None:
            raise UsageError("--database-url", str(error)) from error
        raise UsageError("PARALLAX_DATABASE_URL", f"{error}; --database-url names one") from error
    take_over_list(folder, plan.archive)
    if not done.needs_upgrade:
        set_right(parallax, url, plan.archive)
        take_down_again(parallax, url, plan.archive)
    if as_json:
        print_json(asdict(done))
    else:
        _tell_restored(done)
    if done.archive_problems:
        raise typer.Exit(EXIT_PARTLY)


def _tell_restored(done: Restored) -> None:
    typer.echo(f"restored  {done.backup}, made {done.made_at:%Y-%m-%d %H:%M} UTC, at revision {done.schema_revision}")
    typer.echo(f"rows      {sum(done.rows.values())} in {len(done.rows)} tables, as many as in the backup")
    good = done.archive_files - len(done.archive_problems)
    brought = f", {done.archive_copied} of them brought back" if done.archive_copied else ""
    typer.echo(f"archive   {good} of {done.archive_files} files are as they were{brought}")
    for problem in done.archive_problems:
        typer.echo(f"✗ {problem}", err=True)
    typer.echo(f"done in {done.seconds:.1f} s")
    typer.echo("next      " + ("parallax db upgrade" if done.needs_upgrade else "parallax db check"))


def checked_url(name: str, written: str) -> str:
    """A database's address from the command line. Raises UsageError that does not repeat a password."""
    from parallax.setting_values import database_url

    try:
        return database_url(written)
    except ValueError as error:
        raise UsageError(name, str(error)) from error


def _size(count: int) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
