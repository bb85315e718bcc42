"""Files that a command writes where it is told to."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import typer

from parallax.commands.opening import UsageError


def require_writable(path: Path) -> None:
    """Raise UsageError where ``--out`` names no file that can be written; nothing of what is there changes."""
    is_new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()
        if is_new:
            path.unlink()
    except OSError as error:
        raise UsageError("--out", f"{str(path)!r} can't be written: {error.strerror}; allowed: a file") from error


def open_out(path: Path, *, option: str = "--out") -> TextIO:
    """The file that ``option`` names, made anew, with its folder. Raises UsageError where it can't be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(option, f"{str(path)!r} can't be written: {error.strerror}; allowed: a file") from error


def write_page(path: Path, page: str) -> None:
    """Write what ``--html`` asks for, and say where it is."""
    with open_out(path, option="--html") as file:
        file.write(page)
    typer.echo(f"written to {path.resolve()}")
