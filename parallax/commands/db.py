"""``parallax db``: bring the database to the newest revision, and check it."""

from __future__ import annotations

import typer

from parallax.bootstrap import Parallax
from storage import migrate, open_store

app = typer.Typer(help="The database: upgrade, check.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the database to the newest revision.

    Example: [bold]parallax db upgrade[/bold]
    """
    parallax = Parallax.from_environment()
    store = open_store(parallax.settings.database_url)
    before = migrate.current_revision(store)
    migrate.upgrade(store)
    typer.echo(f"{before or 'empty'} → {migrate.current_revision(store)}")
