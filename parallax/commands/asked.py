"""The article that a command was asked about, with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from parallax.commands.opening import EXIT_FAILED
from parallax.commands.show import number_or_key

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax
    from storage import Session
    from storage.history_facts import ArticleHistory


def asked_history(parallax: Parallax, session: Session, article: str) -> ArticleHistory:
    """The history of the article of this number or address; where none is known, says so and ends with exit code 1."""
    from storage.history_queries import find_history

    number, key = number_or_key(parallax, article)
    found = find_history(session, article_id=number, url_key=key)
    if found is None:
        typer.echo(
            f"parallax: no article is known as {article!r}; `parallax search` finds them by their words", err=True
        )
        raise typer.Exit(EXIT_FAILED)
    return found
