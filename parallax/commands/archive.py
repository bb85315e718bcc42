"""``parallax verify``: the archive, byte by byte, and what the database says of it."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, known_slugs, moment_of, open_parallax

if TYPE_CHECKING:
    from crawler.verify_file import Verified
    from parallax.bootstrap import Parallax

Outlet = Annotated[str | None, typer.Option(help="Only this outlet (its slug).")]
Since = Annotated[str | None, typer.Option(help="Only what was asked for since then: a day, or a time (ISO 8601).")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON document instead of lines.")]
_MOST_SHOWN = 20
_TELL_EVERY_S = 5.0


def verify(since: Since = None, outlet: Outlet = None, as_json: AsJson = False) -> None:
    """Reread the archive: every digest, every record against its row and every row against its record.

    Says what is missing, changed, cut or foreign, a line each. `db check` looks at the database and reads a sample
    of the archive; this reads all of it, in little memory, and may run while crawling. Exit code 1 when something is
    wrong.

    Example: parallax verify --since 2026-03-01 --outlet oc-media
    """
    from dataclasses import asdict

    from crawler.verify import Wanted, verify_archive
    from parallax.commands.printing import print_json

    parallax = open_parallax()
    wanted = Wanted(known_outlet(parallax, outlet), moment_of("--since", since, parallax))
    told = _Told()
    done = verify_archive(parallax.store, parallax.settings.archive_folder, wanted, on_file=told)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done)
    if done.findings:
        raise typer.Exit(EXIT_FAILED)


class _Told:
    """A line on standard error every few seconds."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _TELL_EVERY_S

    def __call__(self, files: int, of: int, done: Verified) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _TELL_EVERY_S
            typer.echo(f"{files} of {of} files, {done.bytes / 1e6:.0f} MB, {len(done.findings)} findings …", err=True)


def _tell(done: Verified) -> None:
    for remark in done.remarks:
        typer.echo(f"· {remark.check}: {remark.problem}")
    counts: Counter[str] = Counter()
    for finding in done.findings:
        counts[finding.check] += 1
        if counts[finding.check] <= _MOST_SHOWN:
            typer.echo(f"✗ {finding.check}: {finding.problem}")
    for name, count in counts.items():
        if count > _MOST_SHOWN:
            typer.echo(f"✗ {name}: and {count - _MOST_SHOWN} more; --json has all")
    read = f"{done.records} records ({done.revisits} of them without a body of their own) and {done.notes} notes"
    said = f"{counts.total()} findings" if counts else "all is well"
    typer.echo(f"{said}; {read} in {done.files} files, {done.bytes / 1e6:.1f} MB, were read")


def known_outlet(parallax: Parallax, slug: str | None) -> str | None:
    """``slug``, which was in the catalogue once."""
    from storage.catalogue import outlet_slugs

    if slug is not None:
        known_slugs("--outlet", [slug], parallax.store.ask(outlet_slugs))
    return slug
