"""docs/CLI.md, made from the commands' own help: ``python -m parallax.cli_doc > docs/CLI.md``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer.main
from typer.core import TyperGroup, TyperOption

from parallax.cli import app

_INTRODUCTION = """\
# Commands

Made from `parallax --help`; a test compares them. Exit codes: 0 done, 1 failed, 2 wrong use, 3 partly done, 130
interrupted. Errors are one line on standard error that says what to do. `--json` stands wherever a table is shown.
`parallax --version` says the version.
"""


def cli_page() -> str:
    """The whole page as Markdown."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return "\n".join([_INTRODUCTION, *_sections(group, "parallax")]).rstrip() + "\n"


def _sections(group: TyperGroup, prefix: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _sections(command, f"{prefix} {name}")
            continue
        yield f"## {prefix} {name}\n"
        yield f"{inspect.cleandoc(command.help or '')}\n"
        rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
        if rows:
            yield "| argument or option | meaning |\n|---|---|"
            yield from rows
            yield ""


def _row(parameter: Any) -> str:  # an option or argument of the library under Typer, which has no public name
    help_text = getattr(parameter, "help", None) or ""
    if isinstance(parameter, TyperOption):
        name = ", ".join(f"`{option}`" for option in parameter.opts)
        kind = parameter.bare_type
        choices = list(kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()
        allowed = f" One of {', '.join(str(c.value) for c in choices)}." if choices else ""
        return f"| {name} | {help_text}{allowed} |"
    return f"| `{(parameter.name or '').upper()}` | {help_text} |"


if __name__ == "__main__":
    print(cli_page(), end="")
