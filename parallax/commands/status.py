"""``parallax status``: what each outlet is worth trusting now; what needs a person comes first."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, known_slugs, open_parallax

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax
    from publish.status.model import Status

_EVERY_S = 5.0


def status(
    outlets: Annotated[
        list[str] | None, typer.Argument(help="Only these outlets (slugs); all where none is named.")
    ] = None,
    is_worst: Annotated[bool, typer.Option("--worst", help="Only what is not seen well.")] = False,
    is_watched: Annotated[bool, typer.Option("--watch", help="Show it anew every five seconds, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of text.")] = False,
) -> None:
    """Show what needs a person, how well each outlet is seen, worst first, and how service, frontier and store stand.

    Exit code 1 while anything is ranked "now", so that a script can ask.

    Example: parallax status --worst
    """
    from parallax.commands.printing import columns, print_json
    from parallax.statuses import present_status
    from publish.status.text import status_text

    parallax = open_parallax()
    wanted = known_slugs("OUTLET", outlets or [], list(parallax.catalogue.outlets)) if outlets else []
    if is_watched:
        _watch(parallax, wanted, is_worst=is_worst)
        return
    found = present_status(parallax, wanted)
    if as_json:
        print_json(status_document(found))
    else:
        typer.echo(status_text(found, width=columns(), is_worst=is_worst), nl=False)
    if found.has_now:
        raise typer.Exit(EXIT_FAILED)


def status_document(found: Status) -> dict[str, object]:
    """The status as ``--json`` prints it: the model's fields by name, and whether anything is ranked "now"."""
    from dataclasses import asdict

    return {"has_now": found.has_now, **asdict(found)}


def _watch(parallax: Parallax, outlets: list[str], *, is_worst: bool) -> None:
    """Show the status again and again until Ctrl-C, which is no failure."""
    from rich.live import Live
    from rich.text import Text

    from parallax.commands.printing import columns, console
    from parallax.statuses import present_status
    from publish.status.text import status_text

    def shown() -> str:
        return status_text(present_status(parallax, outlets), width=columns(), is_worst=is_worst)

    terminal = console()
    with contextlib.suppress(KeyboardInterrupt):
        while not terminal.is_terminal:  # a file or a pipe: one after the other
            typer.echo(shown())
            time.sleep(_EVERY_S)
        with Live(Text(shown(), no_wrap=True), console=terminal, screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(_EVERY_S)
                live.update(Text(shown(), no_wrap=True), refresh=True)
