"""``parallax init``: make the database and check the catalogue."""

from __future__ import annotations

import typer

from parallax.bootstrap import Parallax


def init() -> None:
    """Make the database (or bring it to the newest revision) and read the catalogue into it.

    Example: [bold]parallax init[/bold]
    """
    parallax = Parallax.from_environment()
    parallax.prepare_store()
    catalogue = parallax.catalogue
    typer.echo(f"database   {parallax.settings.safe_database_url}")
    typer.echo(f"archive    {parallax.settings.archive_folder}")
    typer.echo(f"catalogue  {len(catalogue.outlets)} outlets, {len(catalogue.topics)} topics")
    for warning in catalogue.warnings:
        typer.echo(f"warning: {warning}", err=True)
