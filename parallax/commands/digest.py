"""``parallax digest``: the digest of a day, in the form that is asked for."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import UsageError, day_of, open_parallax
from parallax.commands.writing import open_out

if TYPE_CHECKING:
    from publish.digest.model import Digest


class Form(StrEnum):
    """The digest's forms."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


def digest(
    day: Annotated[str, typer.Option(help="A local day: 2026-03-04, today or yesterday.")] = "today",
    topic: Annotated[str | None, typer.Option(help="Of this topic alone (slug).")] = None,
    form: Annotated[Form, typer.Option("--format", help="Its form.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    look_again: Annotated[
        bool, typer.Option("--look-again", help="Add what became known since it was published.")
    ] = False,
) -> None:
    """Print the digest of a day: what is new, edited, no longer served, silent, and what could not be seen.

    The digest of a day that is over is kept as it was published.

    Example: parallax digest --day yesterday --format html --out day.html
    """
    from parallax.digests import publish_digest

    parallax = open_parallax()
    if topic is not None and topic not in parallax.catalogue.topics:
        raise UsageError("--topic", f"{topic!r} is not in the catalogue; `parallax topics` lists them")
    today = parallax.clock.now().astimezone(parallax.settings.time_zone).date()
    published = publish_digest(parallax, day_of(day, today=today), topic=topic, looks_again=look_again)
    written = _in_form(published.digest, form)
    if out is None or str(out) == "-":
        sys.stdout.write(written)
        return
    with open_out(out) as file:
        file.write(written)
    typer.echo(str(out.resolve()))


def _in_form(made: Digest, form: Form) -> str:
    """The digest as text that ends with a line end."""
    from publish.digest.html import digest_html
    from publish.digest.json import digest_json
    from publish.digest.markdown import digest_markdown
    from publish.digest.text import digest_text

    if form is Form.TEXT:
        width = min(120, max(80, shutil.get_terminal_size((100, 40)).columns))
        return digest_text(made, width=width).rstrip("\n") + "\n"
    writers = {Form.MARKDOWN: digest_markdown, Form.HTML: digest_html, Form.JSON: digest_json}
    return writers[form](made).rstrip("\n") + "\n"
