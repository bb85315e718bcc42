"""The door: ``parallax``. Exit codes: 0 done, 1 failed, 2 wrong use, 3 partly done."""

from __future__ import annotations

import sys

import typer

from domain.errors import CatalogueError, ConfigError, ParallaxError
from parallax.commands import crawl, db, init

EXIT_FAILED = 1
EXIT_WRONG_USE = 2

app = typer.Typer(
    name="parallax",
    help="The same events, seen from official, independent and exile media.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("init")(init.init)
app.command("crawl")(crawl.crawl)
app.add_typer(db.app, name="db")


def main() -> None:
    """Run a command; an error that we know ends in one line that says what to do."""
    try:
        app()
    except (ConfigError, CatalogueError) as error:
        sys.exit(_say(error, EXIT_WRONG_USE))
    except ParallaxError as error:
        sys.exit(_say(error, EXIT_FAILED))


def _say(error: ParallaxError, code: int) -> int:
    print(f"parallax: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
