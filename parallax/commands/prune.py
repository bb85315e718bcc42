"""``parallax prune``: drops from the archive what nothing needs, by age and by size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_PARTLY, UsageError, open_parallax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.retained import Retained, Tally

_WORDS = {
    "same_bytes": "the same bytes as the look before",
    "nothing_new": "a list without anything new",
    "same_text": "a page with the text it had",
    "no_text": "a page without a text",
    "text": "a revision or a reading cites it",
    "entry": "it showed an entry first",
    "gap": "a gap begins or ends with it",
    "merge": "it showed that two articles are one",
    "time": "a row goes by its time: first, last or not yet seen",
    "last": "what its address last was",
    "answer": "an answer that says something by itself: gone, refused, no list",
    "parts": "a list or text in several documents, or copied in",
    "unread": "not read yet",
    "folded": "its look was folded before there was retention",
    "referred": "a later record refers to its body",
    "young": "not old enough",
    "few": "may go, and so little of its file that it is not written anew",
    "open": "in a file that may still grow",
}


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; change nothing.")] = False,
    keep_days: Annotated[
        int | None, typer.Option(min=0, help="Instead of PARALLAX_ARCHIVE_KEEP_DAYS; 0 for never.")
    ] = None,
    max_gb: Annotated[
        float | None, typer.Option(min=0, help="Instead of PARALLAX_ARCHIVE_MAX_GB; 0 for no limit.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of lines.")] = False,
) -> None:
    """Drop archived responses that nothing needs: by age, and by size the oldest first.

    What a text, a revision, an entry, a gap or a removal goes by stays whatever the limits say (docs/ARCHIVE.md). The
    service does this each day. May run while crawling; one that was killed is set right by the next. Exit code 3: the
    archive is above its limit and nothing more may go, or a file had to be left.

    Example: parallax prune --dry-run --keep-days 90
    """
    from dataclasses import asdict

    from parallax.commands.printing import print_json
    from parallax.retaining import limits, retain

    parallax = open_parallax()
    parallax.require_database()
    settings = parallax.settings
    wanted = limits(
        settings.archive_keep_days if keep_days is None else keep_days,
        settings.archive_max_gb if max_gb is None else max_gb,
    )
    if dry_run and wanted.is_off:
        raise UsageError("--dry-run", "retention is off: --keep-days or --max-gb say what would be")
    done = retain(parallax, wanted, is_dry=dry_run)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done, is_off=wanted.is_off, is_dry=dry_run)
    if done.over_bytes or done.problems:
        raise typer.Exit(EXIT_PARTLY)


def _tell(done: Retained, *, is_off: bool, is_dry: bool) -> None:
    if is_off:
        typer.echo("retention is off: PARALLAX_ARCHIVE_KEEP_DAYS and PARALLAX_ARCHIVE_MAX_GB are 0")
        return
    verb = "would go" if is_dry else "dropped"
    _tell_tallies(verb, {_WORDS[use]: tally for use, tally in done.dropped_by_use.items()})
    _tell_tallies("  of", done.dropped_by_outlet)
    _tell_tallies("kept", {_WORDS[use]: tally for use, tally in done.kept_by_use.items()})
    for problem in done.problems:
        typer.echo(f"✗ {problem}", err=True)
    if done.over_bytes:
        typer.echo(f"✗ {_size(done.over_bytes)} above the limit; everything that is left is needed", err=True)
    total = f"{done.dropped.records} records, {_size(done.dropped.bytes)}, of {done.files} files"
    typer.echo(f"{total} {verb}; the archive: {_size(done.bytes_before)}, then {_size(done.bytes_after)}")


def _tell_tallies(word: str, tallies: Mapping[str, Tally]) -> None:
    for name, tally in sorted(tallies.items(), key=lambda one: -one[1].bytes):
        typer.echo(f"{word:9} {_size(tally.bytes):>10} {tally.records or '':>8}  {name}")


def _size(size_bytes: int) -> str:
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.2f} GB"
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:.1f} kB"
