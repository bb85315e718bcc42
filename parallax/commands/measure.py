"""``parallax extract`` and ``parallax parse-feed``: the crawl's readers on files, without a database."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_PARTLY, UsageError, open_settings

if TYPE_CHECKING:
    from crawler.offline_lines import ExtractedFile, ParsedFeedFile

Paths = Annotated[list[Path], typer.Argument(help="Files, or folders of them.")]
Url = Annotated[str | None, typer.Option(help="Address the files came from; else a .json beside a file may say it.")]
AsLines = Annotated[bool, typer.Option("--jsonl", help="A JSON object a line, in the order of the files.")]


def extract(paths: Paths, url: Url = None, jsonl: AsLines = False) -> None:
    """Read articles out of .html and .html.gz files, through the same workers and limits as a crawl.

    Exit code 3: some of the paths are not there; 2: none is.

    Example: parallax extract pages/ --jsonl > articles.jsonl
    """
    from crawler.offline import extract_files
    from outlets.catalogue import load_catalogue
    from parallax.clock import start_clock

    settings = open_settings()
    folders = [settings.catalogue] if settings.catalogue else []
    found = extract_files(
        paths,
        zone=settings.time_zone,
        now=start_clock(settings.clock).now(),
        url=url,
        outlets=load_catalogue(folders, mode=settings.catalogue_mode).outlets.values(),
        workers=settings.extract_workers,
    )
    _print(
        ((str(f.outcome), f.as_json() if jsonl else f"{f.file}  {f.error or _title(f)}") for f in found), is_jsonl=jsonl
    )
    _require_there(paths)


def parse_feed(paths: Paths, url: Url = None, jsonl: AsLines = False) -> None:
    """Read feed files of any kind, through the same workers and limits as a crawl.

    Exit code 3: some of the paths are not there; 2: none is.

    Example: parallax parse-feed feed.xml --url https://example.org/feed --jsonl
    """
    from crawler.offline import parse_feed_files
    from parallax.clock import start_clock

    settings = open_settings()
    found = parse_feed_files(
        paths,
        zone=settings.time_zone,
        now=start_clock(settings.clock).now(),
        url=url,
        workers=settings.extract_workers,
    )
    _print(
        ((str(f.channel.reading), f.as_json() if jsonl else f"{f.file}  {_listed(f)}") for f in found), is_jsonl=jsonl
    )
    _require_there(paths)


def _print(lines: Iterable[tuple[str, str]], *, is_jsonl: bool) -> None:
    """Each file's line as it comes; for people with its outcome before it and a sum at the end."""
    outcomes: Counter[str] = Counter()
    out = sys.stdout
    out.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a real stream
    for outcome, line in lines:
        out.write(f"{line}\n" if is_jsonl else f"{outcome:11} {line}\n")
        outcomes[outcome] += 1
    if not is_jsonl:
        typer.echo(", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()) or "no file was found")


def _require_there(paths: list[Path]) -> None:
    """Wrong use where none of what was named is there, partly done where some of it is not."""
    missing = [str(path) for path in paths if not path.exists()]
    if not missing:
        return
    problem = f"no such file or folder: {', '.join(missing)}"
    if len(missing) == len(paths):
        raise UsageError("PATHS", problem)
    typer.echo(f"parallax: PATHS: {problem}", err=True)
    raise typer.Exit(EXIT_PARTLY)


def _title(file: ExtractedFile) -> str:
    return (file.extraction.title or "(no headline)") if file.extraction else ""


def _listed(file: ParsedFeedFile) -> str:
    said = f"{len(file.channel.entries)} entries"
    return f"{said}; {file.channel.error}" if file.channel.error else said
