"""``parallax init``: make the database and read the catalogue into it."""

from __future__ import annotations

import typer

from parallax.commands.opening import open_parallax


def init() -> None:
    """Make the database, or bring it to the newest revision, and read the catalogue into it.

    Harmless to repeat.

    Example: parallax init
    """
    from publish.digest.words import plural

    parallax = open_parallax()
    parallax.prepare_store()
    catalogue = parallax.catalogue
    typer.echo(f"database   {parallax.settings.safe_database_url}")
    typer.echo(f"archive    {parallax.settings.archive_folder}")
    typer.echo(f"catalogue  {plural(len(catalogue.outlets), 'outlet')}, {plural(len(catalogue.topics), 'topic')}")
    for warning in catalogue.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo("next       parallax crawl")
