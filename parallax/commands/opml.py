"""``parallax import-opml``: outlets' files from a feed reader's list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY, UsageError, open_parallax

if TYPE_CHECKING:
    from outlets.catalogue import Catalogue


def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The OPML file.")],
    into: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The folder of your catalogue; made if it is not there.")
    ],
) -> None:
    """Make an outlet's file for each site of an OPML file's feeds. Nothing is overwritten, and nothing is asked.

    Feeds of outlets that are in the catalogue already are left out, and so is what is no address; each is told of.

    Exit code 0: all were taken; 3: some were left out; 1: none was taken.

    Example: parallax import-opml feeds.opml --into my-catalogue
    """
    from outlets.opml import read_opml
    from outlets.opml_drafts import drafts_of
    from outlets.writing import draft_text
    from publish.digest.words import plural

    if into.exists() and not into.is_dir():
        raise UsageError("--into", f"{str(into)!r} is a file; allowed: a folder")
    listed = read_opml(file)
    known = [open_parallax().catalogue, *_own(into)]
    imported = drafts_of(listed.feeds, known, source=file.name)
    left_out = [*listed.problems, *imported.left_out]
    made = 0
    for slug, draft in imported.drafts.items():
        problem = _write(draft_text(draft), into / f"{slug}.toml")
        left_out += [problem] if problem else []
        made += problem is None
    for line in left_out:
        typer.echo(f"left out: {line}", err=True)
    typer.echo(f"{plural(made, 'outlet')} made in {into}, {plural(len(left_out), 'thing')} left out")
    raise typer.Exit((EXIT_PARTLY if made else EXIT_FAILED) if left_out else (EXIT_DONE if made else EXIT_FAILED))


def _own(folder: Path) -> list[Catalogue]:
    """The catalogue that the folder holds already, if any. Raises CatalogueError where it can't be read."""
    from outlets.catalogue import load_catalogue

    return [load_catalogue([folder], mode="only")] if any(folder.glob("*.toml")) else []


def _write(text: str, path: Path) -> str | None:
    """Write a new file; gives what is to be told where it is there already."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        return f"{path} is there already and stays as it is"
    except OSError as error:
        raise UsageError("--into", f"{str(path)!r} can't be written: {error.strerror}; allowed: a folder") from error
    typer.echo(str(path))
    return None
