"""``parallax history``: one article in one line of time."""

from __future__ import annotations

from typing import Annotated

import typer

from parallax.commands.asked import asked_history
from parallax.commands.opening import open_parallax


def history(
    article: Annotated[str, typer.Argument(help="The article's number or its address.")],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of text.")] = False,
) -> None:
    """Tell everything that was seen of an article in one line of time: listings, revisions, edits, removals, looks.

    Each revision and each state stands with the interval in which it appeared, the look that showed it, its digests and
    its archive record. Looks in between are summed up. `parallax evidence` writes all of it into a folder.

    Example: parallax history 12
    """
    from parallax.commands.printing import columns, print_json
    from publish.history.json import history_json
    from publish.history.text import history_text

    parallax = open_parallax()
    with parallax.store.read() as session:
        found = asked_history(parallax, session, article)
    if as_json:
        print_json(history_json(found))
        return
    typer.echo(history_text(found, zone=parallax.settings.time_zone, width=columns()), nl=False)
