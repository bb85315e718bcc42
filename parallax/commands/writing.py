"""Files that a command writes where it is told to."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from parallax.commands.opening import UsageError


def open_out(path: Path) -> TextIO:
    """The file that ``--out`` names, made anew, with its folder. Raises UsageError where it can't be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError("--out", f"{str(path)!r} can't be written: {error.strerror}; allowed: a file") from error
