"""``parallax crawl``: one pass over what is due."""

from __future__ import annotations

from typing import Annotated

import typer

from parallax.bootstrap import Parallax
from parallax.crawling import crawl_pass


def crawl(
    outlets: Annotated[
        list[str] | None, typer.Argument(help="Only these outlets (slugs); all where none is named.")
    ] = None,
) -> None:
    """Look at every channel that is due, fetch what is new, and keep every text.

    Example: [bold]parallax crawl oc-media hrw[/bold]
    """
    parallax = Parallax.from_environment()
    tally = crawl_pass(parallax, outlets or (), on_event=lambda name, fields: typer.echo(f"{name} {fields}"))
    typer.echo(str(tally))
